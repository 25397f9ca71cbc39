// Takes the undo button away when its time is over, and asks for the delivery state then.
import { refresh } from "./fragment.js";

function watch() {
  for (const mark of document.querySelectorAll("[data-undo-until]:not([data-watched])")) {
    mark.dataset.watched = "yes";
    const left = new Date(mark.dataset.undoUntil) - Date.now();
    setTimeout(() => {
      const posts = mark.closest("[data-src]");
      mark.closest("article")?.querySelector("[data-undo]")?.remove();
      if (posts) refresh(posts);
    }, Math.max(0, left) + 300);
  }
}

watch();
new MutationObserver(watch).observe(document.body, { childList: true, subtree: true });
