// The contact form beyond what it does by itself: a draft, sending without a network, suggestions.

const DAY = 86_400_000;
const REFUSALS = 4;
const form = document.querySelector("form[data-deliver]");
const fields = (...names) => names.map((name) => form.elements[name]).filter(Boolean);

// Named, not passed on: inside a frame of another site a browser may refuse the very word.
const LONG = "localStorage", SHORT = "sessionStorage";
const kept = (area) => {
  try { return JSON.parse(window[area].getItem("lotse:contact")) ?? {}; } catch { return {}; }
};
const keep = (area, value) => {
  try { value ? window[area].setItem("lotse:contact", JSON.stringify(value)) : window[area].removeItem("lotse:contact"); } catch { /* private mode */ }
};
const isOurs = () => kept(LONG).key === form.elements.submission_key.value;
const forget = () => { keep(LONG, null); keep(SHORT, null); };
const pause = (milliseconds, signal) => new Promise((resolve) => {
  const done = () => { clearTimeout(timer); resolve(); };
  const timer = setTimeout(done, milliseconds);
  addEventListener("online", done, { once: true });
  signal.addEventListener("abort", done, { once: true });
});

if (document.querySelector("[data-receipt]")) forget();
if (form) {
  draft();
  deliver();
  suggest();
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.copied;
  });
}

// After an error the page's own text is what was sent: the text it came from stays the first one.
function keepMessage() {
  const { message, submission_key: { value: key } } = form.elements;
  const from = isOurs() ? kept(LONG).from : message.defaultValue;
  keep(LONG, { message: message.value, from, key, at: Date.now() });
}

// The message stays for a week, how to reach its writer only as long as the tab is open.
function draft() {
  const note = form.querySelector("[data-kept]");
  const message = form.elements.message;
  const old = kept(LONG);
  if (old.at && Date.now() - old.at > 7 * DAY) keep(LONG, null);
  else if (old.message && (!message.value || message.value === old.from)) {
    message.value = old.message;
    // Sent before but never confirmed: under the same key it is the same case.
    form.elements.submission_key.value = old.key;
  }
  const personal = kept(SHORT);
  for (const field of fields("email", "phone", "name")) field.value ||= personal[field.name] ?? "";
  const show = () => { note.hidden = !kept(LONG).message && !Object.values(kept(SHORT)).some(Boolean); };
  form.addEventListener("input", () => {
    if (!message.value.trim()) keep(LONG, null);
    else if (message.value !== message.defaultValue || isOurs()) keepMessage();
    keep(SHORT, Object.fromEntries(fields("email", "phone", "name").map((field) => [field.name, field.value])));
    show();
  });
  form.querySelector("[data-forget]").addEventListener("click", () => {
    forget();
    for (const name of ["question", "added"]) try { window[LONG].removeItem(`lotse:${name}`); } catch { /* private mode */ }
    for (const field of fields("message", "email", "phone", "name", "files")) field.value = "";
    note.hidden = true;
    document.querySelector("[data-live]").textContent = note.dataset.deleted;
    message.focus();
  });
  show();
}

// Sent until the server has answered, always the same under the same key: it becomes one case.
function deliver() {
  const line = form.querySelector("[data-sending]");
  const stop = line.querySelector("[data-stop]");
  const files = form.elements.files;
  let sending = null;

  // What a screen reader says stands in the live region: one that was hidden until now is often not heard.
  const say = (words) => {
    line.hidden = !words;
    line.firstElementChild.textContent = document.querySelector("[data-live]").textContent = words;
  };
  const lock = (locked) => {
    for (const field of fields("message", "email", "phone", "name")) field.readOnly = locked;
    locked ? form.dataset.busy = "yes" : delete form.dataset.busy;
    stop.hidden = true;
  };
  const warn = (event) => event.preventDefault();

  form.elements.message.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit();
  });
  files?.addEventListener("change", () => check(files));
  stop.addEventListener("click", () => sending?.abort());
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.hasAttribute("formaction")) return files?.files.length && turn(event);
    event.preventDefault();
    if (sending) return;
    if (files && !check(files)) return files.focus();
    sending = new AbortController();
    addEventListener("beforeunload", warn);
    const data = new FormData(form);
    if (form.elements.message.value.trim()) keepMessage();
    lock(true);
    const answer = await untilAnswered(data, sending.signal);
    removeEventListener("beforeunload", warn);
    sending = null;
    lock(false);
    say("");
    if (answer) show(answer, files?.files);
  });

  // The other language, without the files being chosen once more; where that fails, the browser does it alone.
  let alone = false;
  async function turn(event) {
    const { submitter } = event;
    if (alone || !submitter.closest(".tongue")) return;
    event.preventDefault();
    const body = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, value.name ?? value]));
    try {
      const response = await fetch(submitter.formAction, { method: "POST", body });
      if (!response.ok) throw response;
      show({ html: await response.text(), url: response.url }, files.files);
    } catch {
      alone = true;
      form.requestSubmit(submitter);
    }
  }

  async function untilAnswered(data, signal) {
    const size = [...(files?.files ?? [])].reduce((sum, file) => sum + file.size, 0);
    say(line.dataset.busy);
    let refusals = 0;
    for (let wait = 1000; !signal.aborted; wait = Math.min(2 * wait, 30_000)) {
      let reached = false;
      let asked = 0;
      try {
        const timeout = AbortSignal.timeout(60_000 + size / 10);
        const response = await fetch(form.action, { method: "POST", body: data, signal: AbortSignal.any([signal, timeout]) });
        reached = true;
        // A proxy's 502 and 504 say nothing to a customer; what our own server says is shown in the end.
        const refused = [429, 503].includes(response.status);
        if (refused ? ++refusals === REFUSALS : ![502, 504].includes(response.status)) {
          return { html: await response.text(), url: response.ok ? response.url : null };
        }
        asked = 1000 * (parseInt(response.headers.get("Retry-After"), 10) || 0);
      } catch { /* no network, or none that lasted */ }
      if (signal.aborted) break;
      say(reached ? line.dataset.crowded : line.dataset.offline);
      stop.hidden = false;
      await pause(Math.max(wait, Math.min(asked, 300_000)), signal);
    }
    return null;
  }
}

function check(input) {
  const error = document.querySelector("#files-error");
  const { most, megabytes, tooMany, tooLarge } = input.dataset;
  const large = [...input.files].find((file) => file.size > megabytes * 1024 * 1024);
  error.textContent = input.files.length > most ? tooMany : large ? `${large.name}: ${tooLarge}` : "";
  error.hidden = !error.textContent;
  error.textContent ? input.setAttribute("aria-invalid", "true") : input.removeAttribute("aria-invalid");
  return !error.textContent;
}

// The server's own page takes the place of this one; its scripts run under this page's policy.
function show({ html, url }, files) {
  const { nonce } = document.querySelector("script[nonce]");
  const page = html.replace(/(<script\b[^>]* nonce=")[^"]*(" src="[^"]*)/g, `$1${nonce}$2#${Date.now()}`);
  document.open();
  document.write(page);
  document.close();
  if (url) history.replaceState(null, "", url);
  scrollTo(0, 0);
  const input = document.querySelector("#files");
  if (input && files?.length && document.querySelector("#files-error").hidden) {
    input.files = files;
    for (const said of document.querySelectorAll("[data-choose-again]")) said.remove();
  }
}

// Articles for what is being typed; never while one of them is being read.
function suggest() {
  const place = document.querySelector("[data-suggestions]");
  if (!place) return;
  let timer, asking, asked = form.elements.message.value;
  form.elements.message.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, 700);
  });
  async function refresh() {
    const text = form.elements.message.value.trim();
    if (text === asked || form.dataset.busy) return;
    asking?.abort();
    asking = new AbortController();
    const body = new URLSearchParams({ message: text, conversation: form.elements.conversation.value });
    try {
      const response = await fetch(place.dataset.suggestions, { method: "POST", body, signal: asking.signal });
      if (!response.ok) return;
      const html = (await response.text()).trim();
      asked = text;
      if (place.querySelector("details[open]") || place.contains(document.activeElement)) return;
      place.innerHTML = html;
      document.querySelector("[data-live]").textContent = place.querySelector("h2")?.textContent ?? "";
    } catch { /* the form works without */ }
  }
}
