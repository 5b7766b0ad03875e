// Photos and the signature: kept as they are, known by their hash.
import { el } from "./dom.js";
import { sha256 } from "./keys.js";
import * as store from "./store.js";
import { clock, t } from "./words.js";

const INK = 2.5;
const shown = new Map(); // hash → address of the picture in memory

export async function keep(blob) {
  const bytes = await blob.arrayBuffer();
  const name = await sha256(bytes);
  await store.put("photos", { sha256: name, type: blob.type, bytes });
  return name;
}

async function address(name) {
  if (!shown.has(name)) {
    const photo = await store.get("photos", name);
    shown.set(name, photo ? URL.createObjectURL(new Blob([photo.bytes], { type: photo.type })) : "");
  }
  return shown.get(name);
}

// A page that is left lets its pictures go.
export function forget() {
  for (const made of shown.values()) { if (made) { URL.revokeObjectURL(made); } }
  shown.clear();
}

export function figure(shot, remove) {
  const image = el("img", { alt: t("photo_alt", { time: clock(shot.taken_at) }) });
  address(shot.sha256).then((made) => { if (made) { image.src = made; } });
  const where = Number.isFinite(shot.accuracy) ? `　${t("metres", { n: Math.round(shot.accuracy) })}` : "";
  return el("figure", { class: "photo" }, image, el("figcaption", {}, `${clock(shot.taken_at)}${where}`),
    remove && el("button", { type: "button", class: "drop-photo", "aria-label": t("remove"), click: remove }, "×"));
}

export function slot(take) {
  const input = el("input", {
    type: "file", accept: "image/jpeg,image/png", capture: "environment", class: "vh",
    change: async (event) => {
      const files = [...event.target.files];
      event.target.value = "";
      for (const file of files) { await take(file); }
    },
  });
  return el("label", { class: "photo slot" }, input, el("span", {}, "＋"), el("span", {}, t("photo")));
}

// A field to sign in; `take(blob)` gets the drawing when the finger leaves it, null when it is wiped.
export function pad(take) {
  const canvas = el("canvas", { class: "pad", width: 640, height: 240, "aria-label": t("sign_here"), role: "img" });
  const pen = canvas.getContext("2d");
  let last = null;
  const at = (event) => {
    const frame = canvas.getBoundingClientRect();
    return {
      x: (event.clientX - frame.left) * canvas.width / frame.width,
      y: (event.clientY - frame.top) * canvas.height / frame.height,
    };
  };
  function wipe() {
    pen.fillStyle = "#FFFFFF";
    pen.fillRect(0, 0, canvas.width, canvas.height);
  }
  wipe();
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = at(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) { return; }
    const next = at(event);
    Object.assign(pen, { strokeStyle: "#1C2124", lineWidth: INK * 2, lineCap: "round" });
    pen.beginPath();
    pen.moveTo(last.x, last.y);
    pen.lineTo(next.x, next.y);
    pen.stroke();
    last = next;
  });
  const done = () => {
    if (last) { last = null; canvas.toBlob(take, "image/png"); }
  };
  canvas.addEventListener("pointerup", done);
  canvas.addEventListener("pointercancel", done);
  return { canvas, clear: () => { wipe(); take(null); } };
}
