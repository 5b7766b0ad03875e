// The strip that always says how much waits, and the notices that belong to the phone as a whole.
import { el, notice } from "./dom.js";
import { sendNow, state } from "./sending.js";
import * as store from "./store.js";
import { joined, t, when } from "./words.js";

const FAR = 120; // seconds: a clock further off is worth a word

export const strip = el("div", { class: "strip", id: "strip", role: "status" });

export async function refresh() {
  const [device, blocked, waits, skew, heard] = await Promise.all([
    store.fact("device"), store.fact("blocked"), store.waiting(), store.fact("skew"), store.fact("heard"),
  ]);
  const phase = phaseOf(device, blocked);
  const much = waits.items || waits.photos ? t("waits", waits) : t("nothing_waits");
  const send = phase !== "sending" && waits.items > 0 && device ? el("button", {
    type: "button", class: "btn small", id: "send", click: () => sendNow(true),
  }, t("send_now")) : "";
  const line = el("p", { class: `offline ${phase}`, "data-phase": phase }, el("b", {}, word(phase)),
    el("span", {}, sentence(phase, much, heard)), send);
  strip.replaceChildren(line, ...notices(device, blocked, skew));
}

function phaseOf(device, blocked) {
  if (!device) { return "missing"; }
  if (blocked) { return "blocked"; }
  if (state.phase === "sending") { return "sending"; }
  return navigator.onLine && state.phase === "online" ? "online" : "offline";
}

const SIGNS = { missing: "◆", blocked: "■", sending: "●", online: "○", offline: "◆" };
const WORDS = { missing: "not_enrolled", blocked: "blocked", sending: "sending", online: "online", offline: "offline" };

function word(phase) {
  return `${SIGNS[phase]} ${t(WORDS[phase])}`;
}

function sentence(phase, much, heard) {
  if (phase === "offline") { return `${t("stored")}　${much}`; }
  return phase === "online" && heard ? `${much}　${t("last", { time: when(heard) })}` : much;
}

function notices(device, blocked, skew) {
  const found = [];
  if (!device || blocked?.code === "revoked" || blocked?.code === "unknown") {
    const enrol = el("a", { class: "btn small", href: "/field/enrol/" }, t("enrol"));
    found.push(blocked ? notice("crit", t("blocked"), joined(blocked.sentence, blocked.next_step), enrol)
      : el("p", { class: "notice warn" }, el("span", {}, t("not_enrolled")), enrol));
  } else if (blocked) {
    found.push(notice("crit", t("blocked"), joined(blocked.sentence, blocked.next_step)));
  }
  if (skew && Math.abs(skew.seconds) > FAR) {
    const minutes = Math.floor(Math.abs(skew.seconds) / 60);
    const parts = { way: t(skew.seconds > 0 ? "fast" : "slow"), h: Math.floor(minutes / 60), m: minutes % 60 };
    found.push(el("p", { class: "notice warn", id: "clock" }, el("span", { class: "st warn" }, t("note")),
      el("span", {}, t("clock", parts))));
  }
  return found;
}
