// The phone's own key, hashes and ids. The private key can be used here but never be read.
const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const SIGNING = { name: "ECDSA", hash: "SHA-256" };

export const makeKeys = () => crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);

export function base64(buffer) {
  let text = "";
  for (const byte of new Uint8Array(buffer)) { text += String.fromCharCode(byte); }
  return btoa(text);
}

export async function publicText(keys) {
  return base64(await crypto.subtle.exportKey("spki", keys.publicKey));
}

export async function sign(privateKey, text) {
  return base64(await crypto.subtle.sign(SIGNING, privateKey, new TextEncoder().encode(text)));
}

export async function sha256(buffer) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", buffer));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// UUID version 7 (RFC 9562): 48 bits of milliseconds, then chance.
export function uuid7() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let at = Date.now();
  for (let place = 5; place >= 0; place -= 1) {
    bytes[place] = at % 256;
    at = Math.floor(at / 256);
  }
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const text = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// A request that the server knows by the device's key, whether or not anybody is signed in.
export async function signed(device, method, path, body = new ArrayBuffer(0), headers = {}) {
  const sentAt = new Date().toISOString();
  const text = [method, path, sentAt, await sha256(body)].join("\n");
  const own = {
    "Anju-Device": device.id, "Anju-Sent-At": sentAt, "Anju-Signature": await sign(device.keys.privateKey, text),
  };
  const options = { method, headers: { ...own, ...headers }, cache: "no-store", redirect: "error" };
  return fetch(path, method === "GET" ? options : { ...options, body });
}
