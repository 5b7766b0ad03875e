// The alarm board follows the gateway's events: a new alarm stands in its place within a second, without a reload.
// The page is whole without this; with it rows come and go, and a little later the server's own list replaces them.
const RANKS = { crit: 0, high: 1, warn: 2, info: 3 };
const SETTLE = 1500; // the worker has written an event by then
const KEEP = 10000; // a row from an event stays so long although the server's list has it not yet

const panel = document.querySelector("[data-live]");
const live = document.getElementById("live");
const beat = document.getElementById("beat");
const news = document.getElementById("news");
const fresh = new Map(); // key → { row, rank, since }
let settling = 0;

function body() { return document.querySelector("#alarms tbody"); }

function rowOf(key) { return [...body().rows].find((row) => row.dataset.key === key); }

function parsed(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content.querySelector("tr");
}

function place(row, rank) {
  const behind = [...body().rows].find((one) => Number(one.dataset.rank) >= rank);
  body().insertBefore(row, behind || null);
  document.querySelector("#alarms table").hidden = false;
  const calm = document.getElementById("calm");
  if (calm) { calm.remove(); }
}

function raised(told) {
  if (!rowOf(told.key)) {
    const row = parsed(told.html);
    fresh.set(told.key, { row, rank: RANKS[told.grade], since: Date.now() });
    place(row, RANKS[told.grade]);
    news.textContent = news.dataset.new + told.words;
  }
}

function over(told) {
  fresh.delete(told.key);
  const row = rowOf(told.key);
  if (row) {
    row.classList.add("over");
    news.textContent = news.dataset.over + told.words;
  }
}

async function settle() {
  let page;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) { return; }
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch (error) { return; }
  for (const id of ["alarms", "urgent", "side"]) {
    const now = document.getElementById(id);
    // What somebody is writing or working with stays under their hands.
    if (id === "side" && (now.contains(document.activeElement) || [...now.querySelectorAll("input:not([type=hidden])")].some((one) => one.value))) { continue; }
    const then = page.getElementById(id);
    if (now && then) { now.replaceChildren(...then.childNodes); }
  }
  for (const [key, one] of fresh) {
    if (rowOf(key) || Date.now() - one.since > KEEP) { fresh.delete(key); } else { place(one.row, one.rank); }
  }
  if (fresh.size) { later(); }
}

function later() {
  clearTimeout(settling);
  settling = setTimeout(settle, SETTLE);
}

function start() {
  const source = new EventSource(panel.dataset.live + "?after=" + encodeURIComponent(panel.dataset.after));
  source.addEventListener("beat", (event) => {
    const last = JSON.parse(event.data).last;
    live.classList.add("on");
    live.classList.remove("off");
    if (last) { beat.textContent = live.dataset.on + last; beat.dataset.last = last; }
  });
  source.addEventListener("alarm", (event) => {
    const told = JSON.parse(event.data);
    if (told.state === "raised") { raised(told); } else { over(told); }
    later();
  });
  source.addEventListener("error", () => {
    live.classList.remove("on");
    live.classList.add("off");
    beat.textContent = live.dataset.off + (beat.dataset.last || "—");
  });
}

if (panel && window.EventSource) { start(); }
