// Fills the columns of the radar: at most four requests a second for the whole page. Paused, it only counts.
import { fill } from "./column.js";
import { fetchPiece } from "./fragment.js";
import { seldom } from "./seldom.js";

const radar = document.querySelector("[data-radar]");
const pause = document.querySelector("[data-pause]");
const since = document.querySelector("[data-since]");
const LONGEST_MS = 20000;
const changed = new Set();
let stopped = "";

const columns = () => [...radar.querySelectorAll("[data-column]")].filter((column) => column.offsetParent);
const names = () => columns().map((column) => column.dataset.column);
const soon = seldom(() => (stopped ? count() : look()).catch(everything), 250);

function everything() {
  for (const name of names()) changed.add(name);
  soon();
}

async function look() {
  const wanted = names().filter((name) => changed.has(name));
  changed.clear();
  if (!wanted.length) return;
  const body = await fetchPiece(`${radar.dataset.src}part=columns&watch=${wanted}`);
  if (!body || stopped) return;
  radar.firstElementChild.dataset.now = body.firstElementChild.dataset.now;
  for (const column of columns()) {
    const fresh = body.querySelector(`[data-column="${column.dataset.column}"]`);
    if (fresh) fill(column, fresh);
  }
}

async function count() {
  const body = await fetchPiece(`${radar.dataset.src}part=since&at=${encodeURIComponent(stopped)}&watch=${names()}`);
  if (body && stopped) since.textContent = body.textContent.trim();
}

function toggle() {
  stopped = stopped ? "" : radar.firstElementChild.dataset.now;
  since.hidden = !stopped;
  since.textContent = "";
  pause.textContent = stopped ? pause.dataset.off : pause.dataset.on;
  pause.setAttribute("aria-pressed", String(Boolean(stopped)));
  everything();
}

if (radar) {
  pause.hidden = false;
  pause.addEventListener("click", toggle);
  document.addEventListener("touched", ({ detail }) => {
    const mine = detail.filter((name) => name.startsWith("watch:"));
    for (const name of mine) changed.add(name.slice(6));
    if (mine.length) soon();
  });
  radar.addEventListener("newest", everything);
  setInterval(everything, LONGEST_MS);
}
