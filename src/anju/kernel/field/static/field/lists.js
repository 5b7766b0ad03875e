// The first page: what there is to do, drafts, and what was submitted, each with how it stands.
import { bottom, el, head, status } from "./dom.js";
import * as drafts from "./drafts.js";
import * as store from "./store.js";
import { t, when } from "./words.js";

export const STATES = {
  new: ["info", "s_waiting"], waiting: ["info", "s_photos"], accepted: ["ok", "s_accepted"],
  refused: ["high", "s_refused"], conflict: ["warn", "s_conflict"],
};
const MOST_DONE = 50;

export async function open(root, _, strip) {
  root.replaceChildren(await head_(), strip, el("div", { id: "lists" }));
  await redraw();
  return () => {};
}

async function head_() {
  const device = await store.fact("device");
  return head(t("title"), device?.user_name ?? "", null,
    el("a", { class: "btn quiet push", href: "#/device" }, t("device")));
}

export async function redraw() {
  const box = document.getElementById("lists");
  if (!box) { return; }
  const [device, known, rows, outbox] = await Promise.all([
    store.fact("device"), store.fact("tasks"), store.all("drafts"), store.all("outbox"),
  ]);
  outbox.sort((a, b) => b.submitted_at.localeCompare(a.submitted_at));
  rows.sort((a, b) => b.saved_at.localeCompare(a.saved_at));
  const forms = known?.forms ?? [];
  const parts = todo(openTasks(known?.tasks ?? [], rows, outbox), known, device);
  if (rows.length) { parts.push(section(t("drafts"), "", rows.map(draftRow))); }
  parts.push(section(t("outbox"), "", outbox.slice(0, MOST_DONE).map(sentRow), t("no_outbox")));
  const buttons = forms.map((form) => el("button", {
    type: "button", class: "btn primary block", click: () => begin(form, device),
  }, t("new", { title: form.title })));
  box.replaceChildren(...parts, buttons.length ? bottom(...buttons) : "");
}

function section(title, under, rows, empty) {
  return el("section", {}, el("h2", { class: "sec" }, title, " ", el("span", { class: "muted sm" }, under)),
    rows.length ? el("ul", { class: "rows" }, rows) : el("p", { class: "none" }, empty));
}

const row = (href, title, under, right) => el("li", {}, el("a", { href }, el("b", {}, title),
  el("span", { class: "xs muted" }, under), el("span", { class: "state" }, right)));

// Under the name of their kind, what only this person does before what anybody may note.
function todo(tasks, known, device) {
  const under = known ? t("as_of", { time: when(known.now) }) : "";
  const groups = (known?.kinds ?? []).map(([kind, name]) => [name, tasks.filter((task) => task.kind === kind)])
    .filter(([, own]) => own.length);
  if (!groups.length) { return [section(t("todo"), under, [], known ? t("no_todo") : t("todo_unknown"))]; }
  return groups.map(([name, own], place) => section(name, [t("todo_n", { n: own.length }), place ? "" : under].join("　"),
    own.map((task) => taskRow(task, formOf(task, known), device))));
}

// What was begun or sent here is no longer to be begun, whatever the server knew when it was last asked.
function openTasks(tasks, rows, outbox) {
  const taken = new Set([...rows, ...outbox.filter((entry) => entry.status !== "refused")].map((row) => row.task));
  return tasks.filter((task) => !task.once || !taken.has(task.id));
}

// A form stands with the others of its kind, or among the sheets that tasks share.
function formOf(task, known) {
  return known.sheets?.[task.form] ?? known.forms.find((form) => form.kind === task.form) ?? null;
}

function taskRow(task, form, device) {
  const late = task.deadline && new Date(task.deadline) < new Date();
  const under = [task.place, task.deadline && t("due", { time: when(task.deadline) })].filter(Boolean).join("　");
  return el("li", {}, el("button", {
    type: "button", disabled: !form, click: () => begin(form, device, task),
  }, el("b", {}, task.title), el("span", { class: late ? "xs late" : "xs muted" }, under)));
}

function draftRow(draft) {
  const under = [draft.form.title, t("saved_at", { time: when(draft.saved_at) })];
  if (draft.shots.length) { under.push(t("photos_n", { n: draft.shots.length })); }
  return row(`#/draft/${draft.id}`, drafts.titleOf(draft.answers, draft.form, draft.about), under.join("　"), "›");
}

function sentRow(entry) {
  const [sign, code] = STATES[entry.status];
  const under = [entry.form.title, when(entry.submitted_at)];
  if (entry.item.photos.length) { under.push(t("photos_n", { n: entry.item.photos.length })); }
  const shown = entry.fault ? status("high", t("photo_fault")) : status(sign, t(code));
  return row(`#/sent/${entry.id}`, drafts.titleOf(entry.item.body.answers, entry.form, entry.about), under.join("　"), shown);
}

async function begin(form, device, task) {
  const draft = drafts.blank(form, device, task);
  await store.put("drafts", draft);
  location.hash = `#/draft/${draft.id}`;
}
