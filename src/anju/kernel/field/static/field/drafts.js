// Drafts: made, saved on every change, submitted.
import { uuid7 } from "./keys.js";
import * as store from "./store.js";

export function blank(form, device, subject = "", about = "") {
  return {
    id: uuid7(), kind: form.kind, form, subject, about, answers: {}, remarks: {}, shots: [], position: null, signature: null,
    owner: device?.user ?? "", owner_name: device?.user_name ?? "", saved_at: new Date().toISOString(),
  };
}

// The same content as a submitted item, to be sent under an id of its own.
export function copied(entry, device) {
  const { body, photos } = entry.item;
  const codes = new Map(Object.entries(body.photos || {}).flatMap(([code, names]) => names.map((name) => [name, code])));
  return {
    ...blank(entry.form, device, body.subject, entry.about),
    answers: { ...body.answers }, remarks: { ...body.remarks }, position: body.position, signature: body.signature,
    shots: photos.filter((shot) => codes.has(shot.sha256)).map((shot) => ({ ...shot, code: codes.get(shot.sha256) })),
  };
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
  if (draft.signature) {
    photos.push({ sha256: draft.signature, taken_at: madeAt, lon: null, lat: null, accuracy: null });
  }
  const item = {
    id: draft.id, kind: draft.kind, made_at: madeAt, base: draft.base || "", photos,
    body: {
      form: draft.form.kind, version: draft.form.version || "", subject: draft.subject, answers: draft.answers,
      remarks: draft.remarks,
      photos: byCode, position: draft.position, signature: draft.signature,
    },
  };
  await store.submit(draft, {
    id: draft.id, kind: draft.kind, form: draft.form, about: draft.about, item, owner: draft.owner,
    owner_name: draft.owner_name, status: "new", delivered: [], receipt: null, submitted_at: madeAt,
  });
}

// What a row of a list is called: the first words that were written, else the form.
export function titleOf(answers, form, about) {
  const written = Object.values(answers).find((answer) => typeof answer === "string" && answer.length > 4);
  return written || about || form.title;
}
