// What the phone keeps, in IndexedDB: everything is on its disk before a promise here is kept.
const NAME = "anju-field";
const TABLES = { facts: null, drafts: "id", outbox: "id", photos: "sha256" };
let opened;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      for (const [table, keyPath] of Object.entries(TABLES)) {
        asked.result.createObjectStore(table, keyPath ? { keyPath } : undefined);
      }
    };
    asked.onsuccess = () => {
      // Another window with a newer page may change the tables: this one lets go.
      asked.result.onversionchange = () => asked.result.close();
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

// One transaction: `work` gets the tables and asks at once; its result is resolved when all of it is on the disk.
export async function change(tables, work) {
  const db = await open();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(tables, "readwrite", { durability: "strict" });
    let result;
    transaction.oncomplete = () => resolve(result instanceof IDBRequest ? result.result : result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error || new DOMException("aborted", "AbortError"));
    result = work(...tables.map((table) => transaction.objectStore(table)));
  });
}

async function ask(table, question) {
  const db = await open();
  return new Promise((resolve, reject) => {
    const asked = question(db.transaction(table).objectStore(table));
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

export const get = (table, key) => ask(table, (rows) => rows.get(key));
export const all = (table) => ask(table, (rows) => rows.getAll());
export const keys = (table) => ask(table, (rows) => rows.getAllKeys());
export const put = (table, row) => change([table], (rows) => rows.put(row));
export const remove = (table, key) => change([table], (rows) => rows.delete(key));
export const fact = (name) => ask("facts", (rows) => rows.get(name));
export const setFact = (name, value) => change(["facts"], (rows) => rows.put(value, name));

export function isFull(error) {
  return error?.name === "QuotaExceededError" || error?.inner?.name === "QuotaExceededError";
}

// Changes an item where it stands; what another window did meanwhile to its other parts remains.
export function amend(table, key, alter) {
  return change([table], (rows) => {
    const asked = rows.get(key);
    asked.onsuccess = () => {
      if (asked.result) { rows.put(alter(asked.result) || asked.result); }
    };
  });
}

// The draft goes and the item is in the outbox, or neither.
export function submit(draft, item) {
  return change(["drafts", "outbox"], (drafts, outbox) => {
    outbox.put(item);
    drafts.delete(draft.id);
  });
}

// Photos that nothing waiting names any more.
export async function sweep() {
  const [drafts, outbox, photos] = await Promise.all([all("drafts"), all("outbox"), keys("photos")]);
  const wanted = new Set();
  for (const draft of drafts) {
    for (const shot of draft.shots) { wanted.add(shot.sha256); }
    for (const sha256 of Object.values(draft.signatures ?? {})) { if (sha256) { wanted.add(sha256); } }
  }
  for (const entry of outbox) {
    if (entry.status !== "accepted" && !entry.done) { for (const shot of entry.item.photos) { wanted.add(shot.sha256); } }
  }
  const spare = photos.filter((sha256) => !wanted.has(sha256));
  if (spare.length) {
    await change(["photos"], (rows) => { for (const sha256 of spare) { rows.delete(sha256); } });
  }
}

// How much waits: for this person's items that the server has not settled, and photos that it has not got.
export async function waiting() {
  const [drafts, outbox] = await Promise.all([all("drafts"), all("outbox")]);
  const open = outbox.filter(isOpen);
  const photos = new Set(open.flatMap((entry) => entry.item.photos.map((shot) => shot.sha256)
    .filter((sha256) => !entry.delivered.includes(sha256))));
  return { items: open.length, photos: photos.size, drafts: drafts.length };
}

export function isOpen(entry) {
  return entry.status === "new" || entry.status === "waiting";
}
