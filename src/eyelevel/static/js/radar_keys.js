// The keys of the radar: j k h l move, Enter opens, c r e act, x ticks, p pauses. Never while somebody writes.
const sheet = document.getElementById("keys");
const visible = (element) => element.offsetParent !== null;

function word() {
  return document.activeElement.closest("[data-word]");
}

function columns() {
  return [...document.querySelectorAll("[data-column]")].filter(visible);
}

function go(target) {
  target?.focus({ preventScroll: true });
  target?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function move(step) {
  const words = [...(word()?.closest("[data-column]") ?? columns()[0])?.querySelectorAll("[data-word]") ?? []];
  go(words[Math.min(words.length - 1, Math.max(0, words.indexOf(word()) + step))]);
}

function side(step) {
  const row = columns();
  const here = row.indexOf(word()?.closest("[data-column]"));
  go(row[Math.min(row.length - 1, Math.max(0, here + step))]?.querySelector("[data-word]"));
}

function act(key) {
  const ticked = document.querySelector("[data-tick]:checked");
  const all = ticked && document.querySelector(`[data-all="${key}"]`);
  (all || word()?.querySelector(`[data-do="${key}"]`))?.click();
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  h: () => side(-1),
  l: () => side(1),
  x: () => word()?.querySelector("[data-tick]")?.click(),
  p: () => document.querySelector("[data-pause]")?.click(),
  f: () => document.getElementById("filter").focus(),
  c: () => act("c"),
  r: () => act("r"),
  e: () => act("e"),
};

document.querySelector("[data-word]:target")?.focus({ preventScroll: true });

document.addEventListener("keydown", (event) => {
  const writing = event.target.closest("input:not([type=checkbox]), textarea, select");
  if (writing || event.ctrlKey || event.metaKey || event.altKey || sheet?.open) return;
  if (event.key === "Escape") document.activeElement.blur();
  if (event.key === "Enter" && event.target.matches("[data-word]")) act("Enter");
  else if (KEYS[event.key]) KEYS[event.key]();
  else return;
  event.preventDefault();
});
