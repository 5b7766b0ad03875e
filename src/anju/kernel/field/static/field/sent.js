// One item that was submitted: what it says, its receipt, and both versions where there are two.
import * as camera from "./camera.js";
import { bottom, el, head, notice, status } from "./dom.js";
import * as drafts from "./drafts.js";
import { itemsOf, said } from "./fields.js";
import { STATES } from "./lists.js";
import { changed } from "./sending.js";
import * as store from "./store.js";
import { joined, t, when } from "./words.js";

export async function open(root, id, strip) {
  const [entry, device] = await Promise.all([store.get("outbox", id), store.fact("device")]);
  const back = { href: "#/", label: t("back") };
  if (!entry) {
    root.replaceChildren(head(t("title"), "", back), strip, el("p", { class: "empty" }, t("gone")));
    return () => {};
  }
  const { receipt } = entry;
  const [sign, code] = STATES[entry.status];
  const parts = [head(entry.form.title, entry.about, back, el("span", { class: "push" }, status(sign, t(code)))), strip];
  if (receipt?.sentence) {
    parts.push(notice(sign, t(code), joined(receipt.sentence, receipt.next_step)));
  }
  if (entry.fault) {
    parts.push(notice("high", t("photo_fault"),
      entry.fault.lost ? t("photo_lost") : joined(entry.fault.sentence, entry.fault.next_step)));
  }
  if (device && entry.owner !== device.user) {
    parts.push(notice("warn", t("note"), t("s_other", { name: entry.owner_name })));
  }
  parts.push(facts(entry, receipt));
  const kept = receipt?.kept;
  if (kept) { parts.push(version(t("theirs"), entry.form, kept.sent, kept.received_at)); }
  parts.push(version(kept ? t("mine") : "", entry.form, entry.item, null));
  if (entry.item.photos.length && entry.status !== "accepted") {
    parts.push(el("div", { class: "check" }, el("div", { class: "photos" },
      entry.item.photos.map((shot) => camera.figure(shot)))));
  }
  const mayCopy = ["refused", "conflict"].includes(entry.status) || entry.fault;
  if (mayCopy) {
    parts.push(bottom(el("button", { type: "button", class: "btn primary block", click: () => again(entry, device) }, t("again"))));
  }
  root.replaceChildren(...parts);
  return () => camera.forget();
}

function facts(entry, receipt) {
  const rows = [[t("made_at"), when(entry.item.made_at)]];
  if (receipt) {
    rows.push([t("received_at"), when(receipt.received_at)], [t("skew"), t("seconds", { n: receipt.skew_seconds })]);
  }
  const at = entry.item.body.position;
  if (at) {
    const parts = { lat: at.lat.toFixed(5), lon: at.lon.toFixed(5), accuracy: Math.round(at.accuracy) };
    rows.push([t("where"), t("position", parts)]);
  }
  rows.push([t("number"), el("span", { class: "mono xs" }, entry.id)]);
  return el("dl", { class: "pfacts" }, rows.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}

function version(title, form, item, receivedAt) {
  const answers = item.body?.answers ?? {};
  const under = receivedAt ? `${t("received_at")} ${when(receivedAt)}` : "";
  return el("section", { class: "version" }, title && el("h2", { class: "sec" }, title, " ", el("span", { class: "muted sm" }, under)),
    itemsOf(form).map((each) => el("div", { class: "check" }, el("p", { class: "xs muted" }, each.text),
      el("p", {}, answers[each.code] === undefined ? "—" : said(each, answers[each.code])))));
}

async function again(entry, device) {
  const draft = drafts.copied(entry, device);
  // The old entry stays to be read; its photos belong to the new draft from now on.
  await store.change(["drafts", "outbox"], (rows, outbox) => {
    rows.put(draft);
    outbox.put({ ...entry, done: true });
  });
  changed();
  location.hash = `#/draft/${draft.id}`;
}
