// Shows while a watch is written what it would match among the words heard last.
import { fetchPiece } from "./fragment.js";

const form = document.querySelector("form[data-preview]");
const PAUSE_MS = 400;

if (form) {
  const query = form.elements.query;
  let timer = 0;
  let asking = null;

  async function show() {
    asking?.abort();
    asking = new AbortController();
    const address = `${form.dataset.preview}?part=preview&query=${encodeURIComponent(query.value)}`;
    try {
      const fresh = await fetchPiece(address, { signal: asking.signal });
      for (const place of fresh?.querySelectorAll("[id]") ?? []) document.getElementById(place.id)?.replaceChildren(...place.childNodes);
      query.setAttribute("aria-invalid", String(Boolean(document.querySelector("#trouble .notice"))));
    } catch (error) {
      if (error.name !== "AbortError") timer = setTimeout(show, 2000);
    }
  }

  query.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE_MS);
  });
}
