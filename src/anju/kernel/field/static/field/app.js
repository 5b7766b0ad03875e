// The page: which view the address names, the strip above it, and the worker that keeps it for days without a network.
import * as device from "./device.js";
import { notice } from "./dom.js";
import * as form from "./form.js";
import * as lists from "./lists.js";
import { changed, onChange, sendNow } from "./sending.js";
import * as sent from "./sent.js";
import * as store from "./store.js";
import { refresh, strip } from "./strip.js";
import { t } from "./words.js";

const VIEWS = { "": lists, draft: form, sent, device };
const KEEP_DAYS = 30;
const root = document.getElementById("app");
let close = () => {};
let turn = 0;

async function show() {
  const [, name = "", id = ""] = location.hash.split("/");
  const mine = turn += 1;
  close();
  close = () => {};
  window.scrollTo(0, 0);
  const closing = await (VIEWS[name] ?? lists).open(root, decodeURIComponent(id), strip);
  // Somebody went on while the view was being opened.
  if (mine === turn) { close = closing; } else { closing(); }
}

let drawing = Promise.resolve();
function redraw() {
  drawing = drawing.then(() => Promise.all([refresh(), lists.redraw()])).catch(() => null);
}

// What was received long ago is in the office; here it only takes room.
async function tidy() {
  const before = new Date(Date.now() - KEEP_DAYS * 86400000).toISOString();
  for (const entry of await store.all("outbox")) {
    if (entry.status === "accepted" && entry.submitted_at < before) { await store.remove("outbox", entry.id); }
  }
}

async function start() {
  if (!window.isSecureContext || !navigator.locks || !window.crypto?.subtle) {
    root.replaceChildren(notice("crit", t("fault"), t("insecure")));
    return;
  }
  try {
    await store.fact("device");
  } catch {
    root.replaceChildren(notice("crit", t("fault"), t("broken")));
    return;
  }
  onChange(redraw);
  window.addEventListener("hashchange", show);
  await refresh();
  await show();
  navigator.storage?.persist?.();
  navigator.serviceWorker?.register("/field/sw.js", { scope: "/field/" }).catch(() => null);
  await tidy();
  await sendNow();
  changed();
  root.dataset.ready = "yes";
}

start();
