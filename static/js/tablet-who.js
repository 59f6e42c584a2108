// By whose hand: the word and the key that came with the page. The key signs taps and cannot be read out again.

import { fact, setFact } from "./tablet-store.js";

const SHAPE = { name: "HMAC", hash: "SHA-256" };

let hand = null;

const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => Number.parseInt(pair, 16));
const hex = (buffer) => [...new Uint8Array(buffer)].map((each) => each.toString(16).padStart(2, "0")).join("");

async function keep({ id, name, word, key }) {
  const secret = globalThis.crypto?.subtle ? await crypto.subtle.importKey("raw", bytes(key), SHAPE, false, ["sign"]) : null;
  hand = { id: String(id), name, word, secret };
  await setFact("who", hand);
  return hand;
}

// The page's own, where the server gave it out. Where it did not, what is tapped goes straight to the server.
export async function takeHand() {
  const { word, key, userId, userName } = document.body.dataset;
  hand = null;
  return word ? keep({ id: userId, name: userName, word, key }) : null;
}

// The one from before is for the page without a connection alone: elsewhere it may be somebody else's.
export async function takeStoredHand() {
  hand = (await fact("who")) || null;
  return hand;
}

export const who = () => hand;

export async function sealed(body) {
  const text = JSON.stringify(body);
  const sign = hand.secret ? hex(await crypto.subtle.sign("HMAC", hand.secret, new TextEncoder().encode(text))) : "";
  return { who: hand.word, body: text, sign };
}
