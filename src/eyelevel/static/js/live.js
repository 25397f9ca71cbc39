// Listens to what changed and fetches that piece by an ordinary GET. The stream itself carries no content.
import { refresh } from "./fragment.js";

const things = document.body.dataset.live;
const pending = new Map();
const BEAT_MS = 20000;

function soon(element) {
  if (pending.has(element)) return;
  pending.set(element, setTimeout(() => {
    pending.delete(element);
    refresh(element);
  }, 80));
}

function touched(names) {
  for (const element of document.querySelectorAll("[data-thing][data-src]")) {
    if (names.includes(element.dataset.thing)) soon(element);
  }
  document.dispatchEvent(new CustomEvent("touched", { detail: names }));
}

if (things) {
  const stream = new EventSource(`/events?things=${encodeURIComponent(things)}`);
  stream.addEventListener("message", (event) => touched(JSON.parse(event.data).things));
}

document.addEventListener("focusout", () => {
  for (const element of document.querySelectorAll("[data-stale]")) soon(element);
});

const here = document.querySelector("[data-presence]");
if (here) {
  const beat = () => fetch(here.dataset.presence, { method: "POST", credentials: "same-origin" });
  beat();
  setInterval(() => document.hidden || beat(), BEAT_MS);
}
