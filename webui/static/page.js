// Small comforts; every page works without them.

const store = {
  get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
  set: (key, value) => { try { value ? localStorage.setItem(key, value) : localStorage.removeItem(key); } catch { /* private mode */ } },
};

// A draft is kept until the server has shown that it received it.
if (document.body.dataset.sent) store.set(`lotse:${document.body.dataset.sent}`, "");
for (const field of document.querySelectorAll("[data-draft]")) {
  const key = `lotse:${field.dataset.draft}`;
  if (!field.value) field.value = store.get(key) ?? "";
  field.addEventListener("input", () => store.set(key, field.value.trim() ? field.value : ""));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    field.form.requestSubmit();
  });
}

// The second click on a button that is already at work does nothing.
const live = document.querySelector("[data-live]");
const rest = (form) => { delete form.dataset.busy; live.textContent = ""; };
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.busy) return event.preventDefault();
    form.dataset.busy = "yes";
    live.textContent = live.dataset.live;
    setTimeout(rest, 10_000, form);
  });
  addEventListener("pageshow", (event) => { if (event.persisted) rest(form); });
}

// After an answer or an error the reading starts there, not at the top of the page.
(document.querySelector(".errors[data-focus]") ?? document.querySelector("[data-focus]"))?.focus();

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// The name that somebody at the desk typed stays in this browser.
for (const field of document.querySelectorAll("[data-remember]")) {
  const key = `lotse:${field.dataset.remember}`;
  if (!field.value) field.value = store.get(key) ?? "";
  field.addEventListener("change", () => store.set(key, field.value.trim()));
}
