// Choosing cases on the list: x chooses the one in focus, else the open one, and goes on to the next; what was chosen
// outlives a fresh list.
const chosen = new Set();
const boxes = () => [...document.querySelectorAll("[data-pick]")];

function here() {
  const row = document.activeElement?.closest(".pick") ?? document.querySelector(".pick:has(a[aria-current])");
  return row?.querySelector("[data-pick]") ?? boxes()[0];
}

document.addEventListener("change", (event) => {
  const box = event.target.closest("[data-pick]");
  if (!box) return;
  if (box.checked) chosen.add(box.value);
  else chosen.delete(box.value);
  const more = document.querySelector("details.bulk");
  if (more && chosen.size) more.open = true;
});

document.addEventListener("keydown", (event) => {
  const writing = event.target.closest("input:not([type=checkbox]), textarea, select, dialog");
  if (event.key !== "x" || writing || event.ctrlKey || event.metaKey || event.altKey) return;
  const box = here();
  if (!box) return;
  event.preventDefault();
  box.click();
  const all = boxes();
  (all[all.indexOf(box) + 1] ?? box).focus();
});

new MutationObserver(() => {
  for (const box of boxes()) {
    if (chosen.has(box.value) && !box.checked) box.click();
  }
}).observe(document.body, { childList: true, subtree: true });
