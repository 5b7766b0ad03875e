// Sends what waits, one window at a time, and keeps each receipt. What fails is tried again with growing pauses.
import { signed } from "./keys.js";
import * as store from "./store.js";

const BATCH_ITEMS = 50, BATCH_BYTES = 1000000;
const FIRST_PAUSE = 2000, LONGEST_PAUSE = 300000;
const FINAL = new Set(["revoked", "disabled", "unknown", "malformed", "too_large", "clock"]);
// Refusals of one photo that another try would not change.
const HOPELESS = new Set(["not_a_photo", "photo_refused", "too_large"]);

export const state = { phase: "idle", at: null };
let pause = FIRST_PAUSE, timer = null;
const listeners = new Set();
const channel = new BroadcastChannel("anju-field");

export function onChange(listener) { listeners.add(listener); }

export function changed() {
  channel.postMessage("changed");
  for (const listener of listeners) { listener(); }
}

channel.addEventListener("message", () => { for (const listener of listeners) { listener(); } });

class Refused extends Error {
  constructor(answer, said) {
    super(said.code);
    this.status = answer.status;
    this.said = said;
  }
}

async function ask(device, method, path, body, headers) {
  const answer = await signed(device, method, path, body, headers);
  if (answer.status === 304) { return null; }
  let said;
  try { said = await answer.json(); } catch { said = {}; }
  // A gateway that answers in the server's place says nothing of ours: as good as no network.
  if (!answer.ok) { throw said.code ? new Refused(answer, said) : new TypeError(`status ${answer.status}`); }
  return { ...said, etag: answer.headers.get("ETag") };
}

// Send now, whatever pause was running. Where a round is under way, here or in another window, one more waits
// behind it: what was put into the outbox meanwhile goes out too, unless that round found no network.
let queued = null, forced = false, outage = false;

export function sendNow(force = false) {
  clearTimeout(timer);
  forced ||= force;
  if (queued) { return queued; }
  outage = false;
  queued = navigator.locks.request("anju-field-sending", () => {
    const now = forced;
    queued = null;
    forced = false;
    return now || !outage ? attempt(now) : undefined;
  });
  return queued;
}

async function attempt(force) {
  const device = await store.fact("device");
  if (!device) { return; }
  if (force) { await store.remove("facts", "blocked"); }
  if (await store.fact("blocked")) { return; }
  state.phase = "sending";
  changed();
  try {
    await round(device);
    state.phase = "online";
    state.at = new Date().toISOString();
    pause = FIRST_PAUSE;
    await store.setFact("heard", state.at);
  } catch (error) {
    await failed(error);
  }
  changed();
}

async function failed(error) {
  if (error instanceof Refused && FINAL.has(error.said.code)) {
    state.phase = "blocked";
    await store.setFact("blocked", { ...error.said, at: new Date().toISOString() });
    return;
  }
  state.phase = store.isFull(error) ? "full" : "offline";
  outage = true;
  if (error instanceof Refused && error.said.code === "too_often") { pause = Math.max(pause, 60000); }
  again();
}

function again() {
  clearTimeout(timer);
  // Up to a quarter more or less, so that a thousand phones do not come back in the same second.
  timer = setTimeout(() => sendNow(), pause * (0.75 + Math.random() / 2));
  pause = Math.min(LONGEST_PAUSE, pause * 2);
}

async function round(device) {
  const tried = new Set();
  for (;;) {
    const rows = (await store.all("outbox"))
      .filter((entry) => store.isOpen(entry) && entry.owner === device.user && !tried.has(entry.id));
    const batch = cut(rows);
    if (!batch.length) { break; }
    for (const entry of batch) { tried.add(entry.id); }
    await sendItems(device, batch);
  }
  await fetchTasks(device);
  await store.sweep();
}

// As many items as one request may carry, and at least one.
function cut(rows) {
  const batch = [];
  let bytes = 0;
  for (const entry of rows) {
    bytes += JSON.stringify(entry.item).length * 2;
    if (batch.length && (batch.length >= BATCH_ITEMS || bytes > BATCH_BYTES)) { break; }
    batch.push(entry);
  }
  return batch;
}

async function sendItems(device, batch) {
  const envelope = { device: device.id, sent_at: new Date().toISOString(), items: batch.map((entry) => entry.item) };
  const body = new TextEncoder().encode(JSON.stringify(envelope)).buffer;
  const answer = await ask(device, "POST", "/field/sync/", body, { "Content-Type": "application/json" });
  await store.setFact("skew", { seconds: answer.skew_seconds, at: answer.now });
  await keep(answer.receipts);
  // What the server does not miss it has, also from an earlier try whose answer was lost.
  const missing = new Set(answer.missing);
  for (const entry of batch) {
    const there = entry.item.photos.map((shot) => shot.sha256).filter((sha256) => !missing.has(sha256));
    await store.amend("outbox", entry.id, (row) => { row.delivered = there; });
  }
  changed();
  for (const sha256 of answer.missing) { await sendPhoto(device, batch, sha256); }
}

async function sendPhoto(device, batch, sha256) {
  const entries = batch.filter((entry) => entry.item.photos.some((shot) => shot.sha256 === sha256));
  const photo = await store.get("photos", sha256);
  if (!photo) {
    await mark(entries, (row) => { row.fault = { lost: true }; });
    return;
  }
  try {
    const path = `/field/photos/${sha256}/`;
    const answer = await ask(device, "PUT", path, photo.bytes, { "Content-Type": "application/octet-stream" });
    await mark(entries, (row) => {
      row.delivered = [...new Set([...row.delivered, sha256])];
      delete row.fault;
    });
    await keep(answer.receipts);
  } catch (error) {
    if (!(error instanceof Refused) || !HOPELESS.has(error.said.code)) { throw error; }
    await mark(entries, (row) => { row.fault = error.said; });
  }
  changed();
}

async function mark(entries, alter) {
  for (const entry of entries) { await store.amend("outbox", entry.id, alter); }
}

async function keep(receipts) {
  for (const receipt of receipts) {
    await store.amend("outbox", receipt.id, (row) => {
      row.receipt = receipt;
      row.status = receipt.status;
    });
  }
}

async function fetchTasks(device) {
  const known = await store.fact("tasks");
  const headers = known ? { "If-None-Match": known.etag } : {};
  const answer = await ask(device, "GET", "/field/tasks/", undefined, headers);
  if (answer) { await store.setFact("tasks", answer); }
}

window.addEventListener("online", () => { pause = FIRST_PAUSE; sendNow(); });
window.addEventListener("offline", () => { state.phase = "offline"; changed(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) { sendNow(); } });
