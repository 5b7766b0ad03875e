// 登记本机: makes the key, proves it, and keeps it with the answer.
import { makeKeys, publicText, sign } from "./keys.js";
import * as store from "./store.js";
import { t, joined } from "./words.js";

const form = document.getElementById("enrol");
const trouble = document.getElementById("trouble");

function say(sentence) {
  trouble.hidden = !sentence;
  trouble.lastElementChild.textContent = sentence;
}

// Unsent items belong to the person who made them: nobody else may send them as their own.
async function foreign() {
  const device = await store.fact("device");
  const rows = [...await store.all("drafts"), ...(await store.all("outbox")).filter(store.isOpen)];
  const others = rows.filter((row) => row.owner && row.owner !== form.dataset.person);
  return others.length ? { name: device?.user_name ?? "", n: others.length } : null;
}

async function enrol() {
  const name = form.elements.name.value.trim();
  if (!name) { return t("no_name"); }
  const others = await foreign();
  if (others) { return t("other_person", others); }
  // Kept before it is told: an answer that is lost on the way is asked for again with the same key.
  const keys = await store.fact("new_keys") ?? await makeKeys();
  await store.setFact("new_keys", keys);
  const body = {
    name, public_key: await publicText(keys), signature: await sign(keys.privateKey, form.dataset.challenge),
  };
  const answer = await fetch(location.pathname, {
    method: "POST", body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
  });
  if (answer.status === 422) {
    const said = await answer.json();
    await store.remove("facts", "new_keys");
    return joined(said.sentence, said.next_step);
  }
  if (!answer.ok) { return t("failed"); }
  const device = await answer.json();
  await store.change(["facts"], (facts) => {
    facts.put({ ...device, keys }, "device");
    for (const old of ["new_keys", "blocked", "tasks"]) { facts.delete(old); }
  });
  form.hidden = true;
  document.getElementById("known").hidden = true;
  const done = document.getElementById("done");
  done.hidden = false;
  done.querySelector("span:nth-child(2)").textContent = t("done", device);
  return "";
}

if (form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!window.isSecureContext || !window.crypto?.subtle) { say(t("insecure")); return; }
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      say(await enrol());
    } catch (error) {
      say(t(error instanceof TypeError ? "failed" : "no_store"));
    }
    button.disabled = false;
  });
}
