// The keys of the desk: j k move, r n a e s act, / searches, ? shows all. Never while somebody writes.
const sheet = document.getElementById("keys");

function move(step) {
  const rows = [...document.querySelectorAll(".rows a.row")];
  const now = rows.findIndex((row) => row.hasAttribute("aria-current"));
  const next = rows[Math.min(rows.length - 1, Math.max(0, now + step))];
  if (next && !next.hasAttribute("aria-current")) location.assign(next.href);
}

function openAndFocus(summary) {
  summary.parentElement.open = true;
  summary.parentElement.querySelector("textarea, select, input, button")?.focus();
}

function press(key) {
  const focus = document.querySelector(`[data-key-focus="${key}"]`);
  const summary = document.querySelector(`[data-key-open="${key}"]`);
  const button = document.querySelector(`[data-key-press="${key}"]`);
  if (focus) focus.focus();
  else if (summary) openAndFocus(summary);
  else if (button) button.click();
  return Boolean(focus || summary || button);
}

document.addEventListener("keydown", (event) => {
  const writing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "Escape" && writing) writing.blur();
  if (writing || event.ctrlKey || event.metaKey || event.altKey || sheet?.open) return;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "?") sheet?.showModal();
  else if (!["r", "n", "a", "e", "s", "/"].includes(event.key) || !press(event.key)) return;
  event.preventDefault();
});
