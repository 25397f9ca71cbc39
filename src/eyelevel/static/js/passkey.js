// Asks the browser for a passkey: to set one, to log in, to prove oneself again. Without it the password way stays.
const able = Boolean(globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON);

async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options).publicKey;
  const answer = await fetch(form.action, { credentials: "same-origin", headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.status);
  return (await answer.json()).request_options.publicKey;
}

async function passkey(form) {
  const options = await optionsOf(form);
  if (form.dataset.passkey === "get") {
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  }
  const wanted = { residentKey: "required", requireResidentKey: true, userVerification: "required" };
  options.authenticatorSelection = { ...options.authenticatorSelection, ...wanted };
  return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
}

async function send(form) {
  const failed = form.querySelector("[data-failed]");
  failed.hidden = true;
  try {
    form.elements.credential.value = JSON.stringify(await passkey(form));
    form.submit();
  } catch {
    failed.hidden = false;
  }
}

for (const form of able ? document.querySelectorAll("form[data-passkey]") : []) {
  form.hidden = false;
  document.querySelector("[data-without]")?.remove();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}
