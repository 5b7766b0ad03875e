// The questions of a form, whatever form it is: each kind draws its control and says its answer.
import { el } from "./dom.js";
import { t } from "./words.js";

const FIXED = { pass_fail: ["pass", "fail", "na"], yes_no: ["yes", "no"] };
const TONES = { pass: "good", yes: "", fail: "bad", no: "", na: "" };
const FEW = 3;
const LEAST_WORDS = 2;

const option = (given) => (typeof given === "object" ? given : { value: given, label: given });

export function optionsOf(item) {
  return FIXED[item.kind]?.map((value) => ({ value, label: t(value) })) ?? (item.options || []).map(option);
}

export function isAnswered(item, answer, photos, words = "") {
  const there = Array.isArray(answer) ? answer.length > 0 : answer !== undefined && String(answer).trim() !== "";
  const said = !owesWords(item, answer) || words.trim().length >= LEAST_WORDS;
  return (there || item.kind === "photos") && said && photos >= owedPhotos(item, answer) && !faultOf(item, answer);
}

// A question that is passed owes no proof of it, unless it is judged: then every answer does but "not applicable".
export function owedPhotos(item, answer) {
  const owes = item.judged ? answer !== "na" : item.kind !== "pass_fail" || answer === "fail";
  return owes ? item.photos || 0 : 0;
}

// Where words about what is wrong may be written, and where they must.
export const takesWords = (item) => item.kind === "pass_fail" || Boolean(item.judged);

export function fails(item, answer) {
  if (answer === undefined || answer === "") { return false; }
  if (item.kind === "number") { return !faultOf(item, answer) && isOutside(item, answer.trim()); }
  return item.kind === "pass_fail" ? answer === "fail"
    : (item.options || []).some((each) => each.value === answer && each.fails);
}

const owesWords = (item, answer) => Boolean(item.judged) && fails(item, answer);

// Whether a question, or a signature, is asked beside the other answers.
export function isAsked({ when }, answers) {
  return !when || when.is.includes(answers[when.code]);
}

// What is wrong with an answer that was given; nothing for none.
export function faultOf(item, answer) {
  if (item.kind !== "number" || answer === undefined || answer.trim() === "") { return ""; }
  if (!/^-?\d+(\.\d+)?$/.test(answer.trim())) { return t("not_number"); }
  return "";
}

function isOutside(item, answer) {
  const number = Number(answer);
  return answer !== "" && (Number(item.low ?? -Infinity) > number || Number(item.high ?? Infinity) < number);
}

// The control of one question; `answer` is what it says now, `say(value)` takes what the person says.
export function control(item, answer, say) {
  const id = `q-${item.code}`;
  const choices = optionsOf(item);
  if (item.kind === "text") { return text(item, id, answer, say); }
  if (item.kind === "number") { return number(item, id, answer, say); }
  if (item.kind === "photos") { return null; }
  if (item.kind === "multiple") { return several(item, choices, answer || [], say); }
  if (choices.length) { return one(item, choices, answer, say); }
  return null;
}

function text(item, id, answer, say) {
  const area = el("textarea", {
    id, rows: 3, maxlength: 2000, "aria-label": item.text, input: (event) => say(event.target.value),
  });
  area.value = answer ?? "";
  return area;
}

function number(item, id, answer, say) {
  const note = el("p", { class: "sm", role: "status" });
  const tell = (value) => {
    const fault = faultOf(item, value);
    const outside = !fault && isOutside(item, value.trim());
    note.className = fault ? "sm err" : "sm warn-text";
    note.textContent = fault || (outside ? t("out_of_range") : "");
  };
  const input = el("input", {
    id, inputmode: "decimal", maxlength: 20, "aria-label": item.text,
    input: (event) => { say(event.target.value); tell(event.target.value); },
  });
  input.value = answer ?? "";
  tell(input.value);
  return el("div", {}, el("div", { class: "measure" }, input, item.unit && el("span", {}, item.unit)), note);
}

// One of few stands side by side; of many, below each other.
function one(item, choices, answer, say) {
  const wide = choices.length > FEW;
  const group = el("div", {
    class: wide ? "seg tall" : "seg", role: "radiogroup", "aria-label": item.text,
  });
  const buttons = choices.map(({ value, label }, place) => el("button", {
    type: "button", role: "radio", "aria-checked": String(value === answer), class: TONES[value] || "",
    tabindex: value === answer || (answer === undefined && place === 0) ? 0 : -1,
    click: () => choose(place), keydown: (event) => step(event, place),
  }, label));
  function choose(place) {
    buttons.forEach((button, other) => {
      button.setAttribute("aria-checked", String(other === place));
      button.tabIndex = other === place ? 0 : -1;
    });
    say(choices[place].value);
  }
  function step(event, place) {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by) { return; }
    event.preventDefault();
    const next = (place + by + choices.length) % choices.length;
    choose(next);
    buttons[next].focus();
  }
  group.append(...buttons);
  return group;
}

function several(item, choices, answer, say) {
  const chosen = new Set(answer);
  const group = el("div", { class: "seg tall", role: "group", "aria-label": item.text });
  group.append(...choices.map(({ value, label }) => el("button", {
    type: "button", role: "checkbox", "aria-checked": String(chosen.has(value)),
    click: (event) => {
      if (!chosen.delete(value)) { chosen.add(value); }
      event.currentTarget.setAttribute("aria-checked", String(chosen.has(value)));
      say(choices.map((choice) => choice.value).filter((each) => chosen.has(each)));
    },
  }, label)));
  return group;
}

// An answer in the words of its form.
export function said(item, answer) {
  const labels = new Map(optionsOf(item).map(({ value, label }) => [value, label]));
  const each = Array.isArray(answer) ? answer : [answer];
  return each.map((value) => labels.get(value) ?? String(value ?? "")).join("、") + (item.unit || "");
}

export const itemsOf = (form) => form.sections.flatMap((section) => section.items);
