// One form being filled in: questions, photos, position, signature; saved on every change.
import * as camera from "./camera.js";
import { bottom, el, head, notice, progress } from "./dom.js";
import * as drafts from "./drafts.js";
import { control, fails, isAnswered, isAsked, itemsOf, takesWords } from "./fields.js";
import { changed, sendNow } from "./sending.js";
import * as store from "./store.js";
import { clock, joined, t } from "./words.js";

const MOST_PHOTOS = 60;
const SURE_FOR = 4000;

export async function open(root, id, strip) {
  const draft = await store.get("drafts", id);
  if (!draft) {
    root.replaceChildren(head(t("title"), "", { href: "#/", label: t("back") }), strip, el("p", { class: "empty" }, t("gone")));
    return () => {};
  }
  const { promise, release } = lockOf(id);
  if (!await promise) {
    root.replaceChildren(head(draft.form.title, "", { href: "#/", label: t("back") }), strip,
      el("p", { class: "empty" }, t("elsewhere")));
    return () => {};
  }
  const page = new Form(root, draft, strip);
  await page.draw();
  return () => { page.close(); release(); };
}

function boundsOf({ low, high, unit = "" }) {
  if (low !== undefined && high !== undefined) { return t("range", { low, high }); }
  return low !== undefined ? `≥${low}${unit}` : high !== undefined ? `≤${high}${unit}` : "";
}

// Metres between two places some hundred metres apart: a flat earth is near enough to ask for a reason.
function metresBetween(here, there) {
  const degree = 111320, radians = Math.PI / 180;
  const east = (here.lon - there.lon) * Math.cos(there.lat * radians);
  return Math.hypot(east, here.lat - there.lat) * degree;
}

// Held while the form is open, so that two windows never write one draft.
function lockOf(id) {
  let release = () => {};
  const promise = new Promise((resolve) => {
    navigator.locks.request(`anju-field-draft-${id}`, { ifAvailable: true }, (lock) => {
      resolve(Boolean(lock));
      return lock ? new Promise((done) => { release = done; }) : null;
    });
  });
  return { promise, release: () => release() };
}

class Form {
  constructor(root, draft, strip) {
    Object.assign(this, { root, draft, strip, here: null, watch: null });
    draft.signatures ??= {};
    this.items = itemsOf(draft.form);
    this.trouble = el("div", { class: "troubles" });
    this.save = drafts.saver(draft, (error) => this.saved(error));
  }

  async draw() {
    const { form } = this.draft;
    const known = await store.fact("tasks");
    this.right = el("span", { class: "push sm nowrap" });
    this.bar = el("div");
    this.head = head(this.draft.about || form.title, this.draft.about ? form.title : "", { href: "#/", label: t("back") }, this.right);
    this.keepButton = el("button", { type: "button", class: "btn block", click: () => this.keep() }, t("save_draft"));
    this.mainButton = el("button", { type: "button", class: "btn primary block", click: () => this.forward() });
    let number = 0;
    const sections = form.sections.map((section) => [
      el("h2", { class: "sec" }, section.title),
      el("ol", {}, section.items.map((item) => this.question(item, number += 1))),
    ]);
    this.root.replaceChildren(this.head, this.bar, this.strip, this.trouble, this.facts(known), ...sections.flat(),
      ...drafts.signersOf(form).map((signer) => this.signature(signer)), this.discard(), bottom(this.keepButton, this.mainButton));
    this.tell();
    if (form.needs_position) { this.locate(); }
  }

  question(item, number) {
    const hints = [item.hint, item.required ? t("required") : ""];
    hints.push(boundsOf(item));
    if (item.photos) { hints.push(t("photos_needed", { n: item.photos })); }
    const shots = el("div", { class: "photos" });
    const place = el("li", { class: "check", id: `item-${item.code}` },
      el("div", { class: "q" }, el("span", {}, number), el("div", {}, el("b", {}, item.text),
        el("p", { class: "xs muted" }, hints.filter(Boolean).join("　")))),
      control(item, this.draft.answers[item.code], (value) => {
        this.draft.answers[item.code] = value;
        if (remark) { remark.hidden = !fails(item, value); }
        this.touch();
      }));
    const remark = takesWords(item) ? this.remark(item) : null;
    if (remark) { place.append(remark); }
    if (item.photos !== undefined) {
      place.append(shots);
      this.pictures(item, shots);
    }
    return place;
  }

  // What is wrong, in words, where a question is not passed.
  remark(item) {
    const id = `remark-${item.code}`;
    const area = el("textarea", { id, rows: 2, maxlength: 2000, input: (event) => {
      this.draft.remarks[item.code] = event.target.value;
      this.touch();
    } });
    area.value = this.draft.remarks[item.code] ?? "";
    return el("div", { class: "field pad", hidden: !fails(item, this.draft.answers[item.code]) },
      el("label", { for: id }, t("remark")), area);
  }

  pictures(item, box) {
    const own = this.draft.shots.filter((shot) => shot.code === item.code);
    const again = () => { this.pictures(item, box); this.touch(); };
    box.replaceChildren(...own.map((shot) => camera.figure(shot, () => {
      this.draft.shots = this.draft.shots.filter((other) => other !== shot);
      again();
    })), camera.slot(async (file) => { if (await this.take(item, file)) { again(); } }));
  }

  async take(item, file) {
    if (this.draft.shots.length >= MOST_PHOTOS) { this.say(t("too_many")); return false; }
    try {
      const sha256 = await camera.keep(file);
      if (this.draft.shots.some((shot) => shot.sha256 === sha256)) { return false; }
      const { lon = null, lat = null, accuracy = null } = this.here || {};
      this.draft.shots.push({ sha256, code: item.code, taken_at: new Date().toISOString(), lon, lat, accuracy });
      this.say("");
      return true;
    } catch (error) {
      this.say(t(store.isFull(error) ? "photo_full" : "broken"));
      return false;
    }
  }

  facts(known) {
    const rows = this.draft.place ? [el("div", {}, el("dt", {}, t("place")), el("dd", {}, this.draft.place))] : [];
    if (this.draft.form.needs_position) {
      this.where = el("dd");
      rows.push(el("div", {}, el("dt", {}, t("where")), this.where));
    }
    if (this.draft.form.asks_subject && !this.draft.subject.startsWith("case:") && known?.areas?.length) {
      const choose = el("select", {
        id: "subject", change: (event) => { this.draft.subject = event.target.value; this.touch(); },
      }, el("option", { value: "" }, t("no_subject")),
      known.areas.map((area) => el("option", { value: area.subject }, area.name)));
      choose.value = this.draft.subject;
      rows.push(el("div", {}, el("dt", {}, el("label", { for: "subject" }, t("about"))), el("dd", {}, choose)));
    }
    return el("dl", { class: "pfacts" }, rows);
  }

  locate() {
    this.showPosition(this.draft.position ? "" : t("no_position"));
    if (!navigator.geolocation) { return; }
    navigator.geolocation.clearWatch(this.watch);
    this.watch = navigator.geolocation.watchPosition((found) => {
      const { longitude, latitude, accuracy } = found.coords;
      this.here = { lon: longitude, lat: latitude, accuracy, at: new Date(found.timestamp).toISOString() };
      // The first one, and any that is better.
      if (!this.draft.position || accuracy < this.draft.position.accuracy) {
        this.draft.position = this.here;
        this.touch();
      }
      this.showPosition("");
    }, () => this.showPosition(this.draft.position ? "" : t("position_refused")), { enableHighAccuracy: true });
  }

  showPosition(sentence) {
    const at = this.draft.position;
    const text = sentence || (at && joined(t("position", {
      lat: at.lat.toFixed(5), lon: at.lon.toFixed(5), accuracy: Math.round(at.accuracy),
    })));
    this.where.replaceChildren(text || "", at ? "" : el("button", {
      type: "button", class: "btn small", click: () => this.locate(),
    }, t("get_position")));
  }

  signature({ role, text, required }) {
    const { canvas, clear } = camera.pad(async (blob) => {
      try {
        this.draft.signatures[role] = blob && await camera.keep(blob);
        state.textContent = blob ? t("signed") : t("sign_here");
        this.touch();
      } catch (error) {
        this.say(t(store.isFull(error) ? "photo_full" : "broken"));
      }
    });
    const state = el("p", { class: "xs muted", role: "status" }, this.draft.signatures[role] ? t("signed") : t("sign_here"));
    const name = required ? text : t("optional", { text });
    return el("div", { class: "check", id: `sign-${role}` }, el("div", { class: "between" }, el("b", {}, name),
      el("button", { type: "button", class: "btn quiet", click: clear }, t("clear"))), state, canvas);
  }

  discard() {
    let asked = false;
    const button = el("button", { type: "button", class: "btn quiet", click: async () => {
      if (!asked) {
        asked = true;
        button.textContent = t("sure");
        setTimeout(() => { asked = false; button.textContent = t("discard"); }, SURE_FOR);
        return;
      }
      await store.remove("drafts", this.draft.id);
      this.left = true;
      await store.sweep();
      changed();
      location.hash = "#/";
    } }, t("discard"));
    return el("p", { class: "sec" }, button);
  }

  touch() {
    this.tell();
    this.save();
  }

  saved(error) {
    if (this.left) { return; }
    this.say(error ? t(store.isFull(error) ? "full" : "broken") : this.held);
    if (!error) { this.keepButton.title = t("saved_at", { time: clock(this.draft.saved_at) }); }
    changed();
  }

  say(sentence) {
    this.held = sentence;
    this.trouble.replaceChildren(sentence ? notice("crit", t("fault"), sentence) : "");
  }

  isDone(item) {
    const { answers, remarks, shots } = this.draft;
    const photos = shots.filter((shot) => shot.code === item.code).length;
    return isAnswered(item, answers[item.code], photos, remarks[item.code]);
  }

  // An answer that was begun owes what belongs to it, also where nobody had to give it.
  isOwed(item) {
    const begun = Boolean(this.draft.answers[item.code]?.length);
    return (item.required || begun || this.owesReason(item)) && !this.isDone(item);
  }

  // Why somebody was not there is owed without a position, and far from the place of the task.
  owesReason(item) {
    const { form: { reason }, position, at } = this.draft;
    if (item.code !== reason?.code) { return false; }
    return !position || Boolean(at) && metresBetween(position, at) > reason.metres;
  }

  // The first thing that is still owed.
  open() {
    const { answers, form, signatures } = this.draft;
    const owed = this.items.find((item) => isAsked(item, answers) && this.isOwed(item));
    if (owed) { return { id: `item-${owed.code}`, text: owed.text }; }
    const unsigned = drafts.signersOf(form).find((signer) => signer.required && isAsked(signer, answers) && !signatures[signer.role]);
    return unsigned ? { id: `sign-${unsigned.role}`, text: unsigned.text } : null;
  }

  tell() {
    const { answers, form } = this.draft;
    for (const item of this.items) { document.getElementById(`item-${item.code}`).hidden = !isAsked(item, answers); }
    for (const signer of drafts.signersOf(form)) {
      document.getElementById(`sign-${signer.role}`).hidden = !isAsked(signer, answers);
    }
    const asked = this.items.filter((item) => isAsked(item, answers));
    const done = asked.filter((item) => this.isDone(item)).length;
    this.right.textContent = t("items_done", { n: done, all: asked.length });
    this.bar.replaceChildren(progress(asked.length ? done / asked.length : 0));
    const next = this.open();
    this.mainButton.textContent = next ? t("next", { text: next.text }) : t("submit");
  }

  async keep() {
    await this.save();
    location.hash = "#/";
  }

  async forward() {
    const next = this.open();
    if (next) {
      const place = document.getElementById(next.id);
      place.scrollIntoView({ block: "center" });
      place.querySelector("textarea, input, [role=radio][tabindex='0'], button")?.focus({ preventScroll: true });
      return;
    }
    this.mainButton.disabled = true;
    try {
      await this.save();
      await drafts.submit(this.draft);
      this.left = true;
      location.hash = "#/";
      changed();
      sendNow();
    } catch (error) {
      this.mainButton.disabled = false;
      this.say(t(store.isFull(error) ? "full" : "broken"));
    }
  }

  close() {
    this.left = true;
    navigator.geolocation?.clearWatch(this.watch);
    camera.forget();
  }
}
