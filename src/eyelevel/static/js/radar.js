// Fills the columns of the radar: at most two requests a second for the whole page. Paused, it only counts.
import { fill } from "./column.js";
import { fetchPiece } from "./fragment.js";

const radar = document.querySelector("[data-radar]");
const pause = document.querySelector("[data-pause]");
const since = document.querySelector("[data-since]");
const GAP_MS = 500;
const LONGEST_MS = 20000;
const changed = new Set();
let stopped = "";

const all = () => [...radar.querySelectorAll("[data-column]")].map((column) => column.dataset.column);
const everything = () => all().forEach((number) => changed.add(number));

async function ask() {
  const wanted = [...changed];
  changed.clear();
  const part = stopped ? `part=since&at=${encodeURIComponent(stopped)}&watch=${all()}` : `part=columns&watch=${wanted}`;
  const body = await fetchPiece(radar.dataset.src + part);
  if (!body) return;
  if (stopped && part.startsWith("part=since")) since.textContent = body.textContent.trim();
  if (stopped) return;
  radar.firstElementChild.dataset.now = body.firstElementChild.dataset.now;
  for (const fresh of body.querySelectorAll("[data-column]")) {
    const column = radar.querySelector(`[data-column="${fresh.dataset.column}"]`);
    if (column) fill(column, fresh);
  }
}

async function beat() {
  if (changed.size && !document.hidden) await ask().catch(everything);
  setTimeout(beat, GAP_MS);
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
    for (const name of detail) if (name.startsWith("watch:")) changed.add(name.slice(6));
  });
  radar.addEventListener("click", ({ target }) => {
    if (!target.closest("[data-newest]")) return;
    const column = target.closest("[data-column]");
    for (const box of column.querySelectorAll(":checked")) box.checked = false;
    column.querySelector("[data-words]").scrollTop = 0;
    changed.add(column.dataset.column);
  });
  setInterval(everything, LONGEST_MS);
  beat();
}
