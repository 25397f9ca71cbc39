// Keeps the draft on the server while it is written, and shows what stands against it.
import { parse } from "./fragment.js";

const form = document.querySelector("form[data-draft]");
const PAUSE_MS = 500;

if (form) {
  const text = form.elements.text;
  const told = form.querySelector("[data-saved]");
  let timer = 0;
  let kept = text.value;
  let asking = null;

  async function keep() {
    asking?.abort();
    asking = new AbortController();
    const wanted = text.value;
    try {
      const body = new URLSearchParams(new FormData(form));
      body.delete("send");
      const answer = await fetch(form.dataset.draft, { method: "POST", body, signal: asking.signal, headers: { "X-Part": "check" } });
      if (!answer.ok) throw new Error(answer.status);
      kept = wanted;
      const fresh = parse(await answer.text());
      for (const name of ["#objections", "#promises", "#mirror", "#suggestions", "[data-send]"]) {
        const place = form.querySelector(name);
        const part = fresh.querySelector(name);
        if (part && name === "#mirror" && place?.querySelector("details[open]")) part.querySelector("details")?.setAttribute("open", "");
        if (part && place && !place.contains(document.activeElement)) place.replaceWith(part);
      }
      told.textContent = fresh.querySelector("[data-saved]")?.textContent ?? document.body.dataset.wordsSaved;
    } catch (error) {
      if (error.name !== "AbortError") told.textContent = document.body.dataset.wordsLost;
    }
  }

  text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE_MS);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
  addEventListener("beforeunload", (event) => {
    if (text.value !== kept && document.activeElement === text) event.preventDefault();
  });
  form.addEventListener("submit", () => { kept = text.value; });
  form.addEventListener("click", (event) => {
    if (event.target.closest("[data-focus]")) {
      event.preventDefault();
      text.focus();
    }
  });
  if (text.value) keep();
}
