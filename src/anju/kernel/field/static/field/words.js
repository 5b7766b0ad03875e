// Words of the page in its language, and times as people read them.
const root = document.getElementById("app") || document.getElementById("enrol");
const words = JSON.parse(root.dataset.words);

export function t(code, parts = {}) {
  return (words[code] ?? code).replace(/{(\w+)}/g, (_, name) => parts[name] ?? "");
}

export const isEnglish = root.dataset.language === "en";

// Two sentences behind each other.
export function joined(...sentences) {
  return sentences.filter(Boolean).join(isEnglish ? " " : "");
}

const two = (n) => String(n).padStart(2, "0");

export function clock(moment) {
  const at = new Date(moment);
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

export function day(moment) {
  const at = new Date(moment);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

// The hour alone today, else with its day.
export function when(moment) {
  return day(moment) === day(Date.now()) ? clock(moment) : `${day(moment)} ${clock(moment)}`;
}

export function megabytes(bytes) {
  return `${(bytes / 1048576).toFixed(bytes < 10485760 ? 1 : 0)} MB`;
}
