// Fetches a piece of a page from this server and puts it in place. The one door for HTML into the document.
const policy = globalThis.trustedTypes?.createPolicy("fragment", { createHTML: (html) => html });

export function parse(html) {
  return new DOMParser().parseFromString(policy ? policy.createHTML(html) : html, "text/html").body;
}

export async function fetchPiece(address, options = {}) {
  const answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "text/html" }, ...options });
  if (answer.status === 404 || answer.redirected) {
    location.reload();
  }
  return answer.ok ? parse(await answer.text()) : null;
}

export async function refresh(element) {
  const body = await fetchPiece(element.dataset.src);
  const fresh = body?.firstElementChild;
  if (fresh && element.isConnected && !element.contains(document.activeElement)) {
    element.replaceWith(fresh);
  } else if (fresh && element.isConnected) {
    element.dataset.stale = "yes";
  }
}
