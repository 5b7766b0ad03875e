// Drafts: made, saved on every change, submitted.
import { isAsked } from "./fields.js";
import { uuid7 } from "./keys.js";
import * as store from "./store.js";
import { t } from "./words.js";

export function blank(form, device, task = {}) {
  const now = new Date().toISOString();
  return {
    id: uuid7(), kind: form.kind, form, subject: task.subject ?? "", about: task.title ?? "", place: task.place ?? "",
    task: task.once ? task.id : "", at: task.at ?? null, answers: { ...task.given }, remarks: {}, shots: [],
    position: null, signatures: {},
    owner: device?.user ?? "", owner_name: device?.user_name ?? "", begun_at: now, saved_at: now,
  };
}

// Who signs: one person whom the form does not name, or those whom it names.
export function signersOf(form) {
  return form.signatures ?? (form.needs_signature ? [{ role: SIGNER, text: t("signature"), required: true }] : []);
}

const SIGNER = "signer";

// The same content as a submitted item, to be sent under an id of its own.
export function copied(entry, device) {
  const { body, photos } = entry.item;
  const codes = new Map(Object.entries(body.photos || {}).flatMap(([code, names]) => names.map((name) => [name, code])));
  return {
    ...blank(entry.form, device, { subject: body.subject, title: entry.about, id: entry.task, once: true, at: entry.at }),
    begun_at: body.begun_at ?? entry.item.made_at,
    answers: { ...body.answers }, remarks: { ...body.remarks }, position: body.position,
    signatures: Object.fromEntries(signed(body).map(({ role, sha256 }) => [role, sha256])),
    shots: photos.filter((shot) => codes.has(shot.sha256)).map((shot) => ({ ...shot, code: codes.get(shot.sha256) })),
  };
}

function signed(body) {
  return body.signatures ?? (body.signature ? [{ role: SIGNER, sha256: body.signature }] : []);
}

// Saves follow each other; the newest state is always the last one written.
export function saver(draft, told) {
  let last = Promise.resolve();
  return () => {
    last = last.catch(() => null).then(async () => {
      draft.saved_at = new Date().toISOString();
      try {
        await store.put("drafts", draft);
        told(null);
      } catch (error) {
        told(error);
        throw error;
      }
    });
    last.catch(() => null);
    return last;
  };
}

export async function submit(draft) {
  const madeAt = new Date().toISOString();
  const photos = draft.shots.map(({ sha256, taken_at, lon, lat, accuracy }) => ({ sha256, taken_at, lon, lat, accuracy }));
  const byCode = {};
  for (const shot of draft.shots) { (byCode[shot.code] ??= []).push(shot.sha256); }
  const asked = new Set(draft.form.sections.flatMap((section) => section.items)
    .filter((item) => isAsked(item, draft.answers)).map((item) => item.code));
  const answers = Object.fromEntries(Object.entries(draft.answers).filter(([code]) => asked.has(code)));
  const signatures = signersOf(draft.form).filter((signer) => isAsked(signer, draft.answers))
    .map(({ role }) => ({ role, sha256: draft.signatures[role] })).filter(({ sha256 }) => sha256);
  // Two strokes of the same hand may be the same drawing.
  for (const sha256 of new Set(signatures.map((signature) => signature.sha256))) {
    photos.push({ sha256, taken_at: madeAt, lon: null, lat: null, accuracy: null });
  }
  const item = {
    id: draft.id, kind: draft.kind, made_at: madeAt, base: draft.base || "", photos,
    body: {
      form: draft.form.kind, version: draft.form.version || "", subject: draft.subject, begun_at: draft.begun_at, answers,
      remarks: draft.remarks, photos: byCode, position: draft.position,
      signature: signatures.find(({ role }) => role === SIGNER)?.sha256 ?? null,
      signatures: signatures.filter(({ role }) => role !== SIGNER),
    },
  };
  await store.submit(draft, {
    id: draft.id, kind: draft.kind, form: draft.form, about: draft.about, task: draft.task, at: draft.at, item, owner: draft.owner,
    owner_name: draft.owner_name, status: "new", delivered: [], receipt: null, submitted_at: madeAt,
  });
}

// What a row of a list is called: the first words that were written, else the form.
export function titleOf(answers, form, about) {
  const written = Object.values(answers).find((answer) => typeof answer === "string" && answer.length > 4);
  return (form.asks_subject ? written || about : about || written) || form.title;
}
