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

// Enter asks; after a greeting ("Dear all,"), and in a text of several lines, it begins a new line.
for (const field of document.querySelectorAll("[data-enter]")) {
  field.addEventListener("keydown", (event) => {
    const letter = field.value.includes("\n") || /,\s*$/.test(field.value);
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.defaultPrevented || letter) return;
    event.preventDefault();
    if (field.value.trim()) field.form.requestSubmit();
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

// Fitting answers while typing: the newest text wins, a broken network stays quiet.
const suggested = document.querySelector("[data-suggest]");
if (suggested) {
  const field = document.querySelector("#question");
  const atFirst = [...suggested.childNodes];
  const none = document.createElement("p");
  Object.assign(none, { className: "hint", textContent: suggested.dataset.none });
  let timer, request, asked = "";
  const show = (articles) => {
    const list = document.createElement("ul");
    for (const article of articles) {
      const button = document.createElement("button");
      Object.assign(button, { name: "choice", value: article.id, lang: article.language });
      button.appendChild(document.createElement("span")).textContent = article.question;
      button.formAction = suggested.dataset.choose;
      list.appendChild(document.createElement("li")).append(button);
    }
    const rest = asked.length < 3 ? atFirst : none.textContent ? [none] : [];
    suggested.replaceChildren(...(articles.length ? [list] : rest));
    live.textContent = articles.length ? `${suggested.dataset.found} ${articles.length}` : "";
  };
  const look = async () => {
    const question = field.value.trim().slice(0, 500);
    if (question === asked) return;
    asked = question;
    request?.abort();
    if (question.length < 3) return show([]);
    request = new AbortController();
    const conversation = field.form.elements.conversation?.value;
    try {
      const response = await fetch(suggested.dataset.suggest, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ question, language: document.documentElement.lang, conversation }),
        signal: request.signal,
      });
      if (response.ok) show((await response.json()).articles);
    } catch { /* overtaken, or no network */ }
  };
  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 150); });
  field.form.addEventListener("submit", () => { clearTimeout(timer); request?.abort(); });
}

// The name that somebody at the desk typed stays in this browser.
for (const field of document.querySelectorAll("[data-remember]")) {
  const key = `lotse:${field.dataset.remember}`;
  if (!field.value) field.value = store.get(key) ?? "";
  field.addEventListener("change", () => store.set(key, field.value.trim()));
}
