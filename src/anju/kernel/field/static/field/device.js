// This phone: whose it is, what it stores, and signing out, which takes nothing away.
import { bottom, el, head, notice } from "./dom.js";
import * as store from "./store.js";
import { megabytes, t } from "./words.js";

export async function open(root, _, strip) {
  const [device, waits] = await Promise.all([store.fact("device"), store.waiting()]);
  const box = el("div", { class: "told" });
  root.replaceChildren(head(t("device"), "", { href: "#/", label: t("back") }), strip, box,
    el("dl", { class: "pfacts" }, [...await rows(device), ...await storage()].map(([name, value]) =>
      el("div", {}, el("dt", {}, name), el("dd", {}, value)))));
  const session = await asked();
  const words = session === null ? t("unknown_session") : session.name ? t("signed_in", session) : t("signed_out");
  root.querySelector("dl").append(el("div", {}, el("dt", {}, t("session")), el("dd", { id: "session" }, words)));
  if (session?.name) {
    root.append(el("p", { class: "none" }, t("sign_out_keeps", waits)), bottom(el("button", {
      type: "button", class: "btn block", id: "sign-out", click: () => leave(session, box, waits),
    }, t("sign_out"))));
  } else if (!device) {
    root.append(bottom(el("a", { class: "btn primary block", href: "/field/enrol/" }, t("enrol"))));
  }
  return () => {};
}

async function rows(device) {
  if (!device) { return [[t("device"), t("not_enrolled")]]; }
  return [[t("owner"), device.user_name], [t("name"), device.name], [t("number"), el("span", { class: "mono xs" }, device.id)]];
}

async function storage() {
  const kept = await navigator.storage?.persisted?.();
  const { usage = 0, quota = 0 } = await navigator.storage?.estimate?.() ?? {};
  const used = t("used", { used: megabytes(usage), free: megabytes(Math.max(0, quota - usage)) });
  return [[t("storage"), el("span", {}, kept ? t("kept") : t("not_kept"), el("br"), used)]];
}

async function asked() {
  try {
    const answer = await fetch("/field/session/", { cache: "no-store" });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

async function leave(session, box, waits) {
  try {
    const answer = await fetch("/logout/", { method: "POST", headers: { "X-CSRFToken": session.token } });
    if (!answer.ok) { throw new TypeError("refused"); }
    box.replaceChildren(notice("info", t("note"), t("signed_out_now", waits)));
    document.getElementById("sign-out").disabled = true;
    document.getElementById("session").textContent = t("signed_out");
  } catch {
    box.replaceChildren(notice("crit", t("fault"), t("sign_out_failed")));
  }
}
