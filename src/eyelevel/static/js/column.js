// Puts the newest words into one column of the radar. What somebody reads, ticks or stands on stays where it is.
function isRead(list) {
  return list.scrollTop > 8 || list.getBoundingClientRect().top < 0 || list.contains(document.activeElement) || Boolean(list.querySelector("[data-tick]:checked"));
}

export function fill(column, fresh) {
  const list = column.querySelector("[data-words]");
  const coming = fresh.querySelector("[data-words]");
  const head = column.querySelector("[data-head]");
  if (!head.contains(document.activeElement)) head.replaceWith(fresh.querySelector("[data-head]"));
  const held = isRead(list);
  column.querySelector("[data-newest]").hidden = !held || list.querySelector("[data-word]")?.id === coming.querySelector("[data-word]")?.id;
  if (!held) {
    if (list.innerHTML !== coming.innerHTML) list.replaceChildren(...coming.childNodes);
    return;
  }
  for (const word of coming.querySelectorAll("[data-word]")) {
    const old = document.getElementById(word.id);
    if (old && old.outerHTML !== word.outerHTML && !old.contains(document.activeElement) && !old.querySelector(":checked")) old.replaceWith(word);
  }
}

document.addEventListener("click", ({ target }) => {
  const column = target.closest("[data-newest]")?.closest("[data-column]");
  if (!column) return;
  for (const box of column.querySelectorAll(":checked")) box.checked = false;
  const list = column.querySelector("[data-words]");
  list.scrollTop = 0;
  if (list.getBoundingClientRect().top < 0) column.scrollIntoView();
  column.dispatchEvent(new Event("newest", { bubbles: true }));
});
