// Elements without markup in strings: what a person typed can never become an element.
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      made.addEventListener(name, value);
    } else if (value === true) {
      made.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      made.setAttribute(name, value);
    }
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

// How much is done, as a line under the head.
export function progress(share) {
  const svg = document.createElementNS(SVG, "svg");
  const parts = [["100%", "f-sunken"], [`${Math.round(share * 1000) / 10}%`, "f-brand"]];
  for (const [name, value] of [["class", "prog"], ["width", "100%"], ["height", "3"], ["aria-hidden", "true"]]) {
    svg.setAttribute(name, value);
  }
  for (const [width, fill] of parts) {
    const bar = document.createElementNS(SVG, "rect");
    bar.setAttribute("width", width);
    bar.setAttribute("height", "3");
    bar.setAttribute("class", fill);
    svg.append(bar);
  }
  return svg;
}

export const head = (title, under, back, right) => el("header", { class: "phone-top" },
  back && el("a", { class: "back", href: back.href, "aria-label": back.label }, "‹"),
  el("div", {}, el("h1", { class: "h16" }, title), under && el("p", { class: "xs muted" }, under)), right);

export const bottom = (...buttons) =>
  el("div", { class: "bottom" }, el("div", { class: buttons.length === 1 ? "single" : "" }, buttons));

export const notice = (sign, word, sentence, ...more) => el("p", { class: `notice ${sign}`, role: "alert" },
  el("span", { class: `st ${sign}` }, word), el("span", {}, sentence, more));

// Words of a status, with its sign.
export const status = (sign, word) => el("span", { class: `st ${sign}` }, word);
