// The help on any page of the company: one tag, one button, a frame that is loaded by the first click on it.
// It defines no global, leaves the page's elements and styles alone, and needs of its policy only that this
// script may run (script-src) and that our origin may be framed (frame-src). What to set: webui/README.md.
(() => {
  "use strict";
  const tag = document.currentScript;
  const dialogs = window.HTMLDialogElement && HTMLDialogElement.prototype.showModal;
  if (!tag || !tag.src || !dialogs || !("adoptedStyleSheets" in Document.prototype)) return;

  const NAME = "kundenlotse-help";
  const WORDS = {
    de: {
      help: "Hilfe", close: "Hilfe schließen", wait: "Die Hilfe wird geladen …",
      failed: "Die Hilfe lässt sich hier gerade nicht öffnen.", open: "Hilfe in einem neuen Tab öffnen",
    },
    en: {
      help: "Help", close: "Close help", wait: "Loading the help …",
      failed: "The help cannot be opened here just now.", open: "Open the help in a new tab",
    },
  };
  // A page on a slow phone takes seconds; one that has loaded and says nothing is not ours.
  const PATIENCE = 20_000, SILENCE = 3_000;
  const CSS = `
    :host {
      all: initial !important; display: contents !important; color-scheme: light dark !important; direction: ltr !important;
      --accent: #0b6b62; --on-accent: #fff; --card: #fff; --ink: #18242a; --line: #dde3e0;
      --left: calc(1em + env(safe-area-inset-left)); --right: calc(1em + env(safe-area-inset-right));
      --bottom: calc(1em + env(safe-area-inset-bottom));
    }
    * { box-sizing: border-box; font-family: system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
    button, a { min-height: max(2.75em, 44px); font-size: 1em; cursor: pointer; }
    :focus-visible { outline: .2em solid var(--accent); outline-offset: .15em; }
    .open, dialog { position: fixed; z-index: 2147483647; right: var(--right); }
    .open {
      bottom: var(--bottom); display: flex; align-items: center; gap: .6em; max-width: calc(100vw - 2em); min-height: max(3em, 44px); padding: 0 1.25em 0 .8em;
      border: 1px solid transparent; border-radius: 1.5em; background: var(--accent); color: var(--on-accent); font-weight: 600;
      box-shadow: 0 .1em .8em #0004;
    }
    svg { flex: none; width: 1.6em; height: 1.6em; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; }
    dialog {
      inset: auto var(--right) calc(var(--bottom) + 3.75em) auto; width: min(27em, 100vw - 2em); max-width: none;
      height: min(44em, 100vh - 6.5em); max-height: none; margin: 0; padding: 0; overflow: hidden; border: 1px solid var(--line);
      border-radius: 1em; background: var(--card); color: var(--ink); box-shadow: 0 .3em 2em #0005;
    }
    .left .open { right: auto; left: var(--left); }
    .left dialog { right: auto; left: var(--left); }
    iframe { display: block; width: 100%; height: 100%; border: 0; color-scheme: light dark; }
    dialog:not([data-state=ready]) iframe { visibility: hidden; }
    [data-state=ready] .aside, dialog:not([data-state=failed]) a { display: none; }
    .aside { position: absolute; inset: 0; display: flex; flex-direction: column; align-items: center; justify-content: center; padding: 3em 1.5em; text-align: center; line-height: 1.5; }
    .aside a { padding: .6em 0; color: var(--accent); font-weight: 600; }
    .close { position: absolute; top: 0; right: 0; min-width: max(2.75em, 44px); border: 0; background: none; color: inherit; }
    @media (max-width: 40em), (max-height: 30em) {
      .left dialog, dialog {
        inset: 0; width: 100%; height: 100%; border: 0; border-radius: 0;
        padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left);
      }
    }
    @media (prefers-color-scheme: dark) {
      :host { --accent: #72d2c1; --on-accent: #06231f; --card: #182124; --ink: #e7eeee; --line: #2b393d; }
    }
    @media (prefers-reduced-motion: no-preference) {
      dialog[open] { animation: come .15s ease-out; }
      @keyframes come { from { opacity: 0; translate: 0 1em; } }
    }
    @media print { :host { display: none !important; } }`;

  const ours = new URL(".", tag.src);
  const { topic, language, label, position, opener } = tag.dataset;
  const spoken = (code) => (/^(de|en)\b/i.exec(code || "") || [""])[0].toLowerCase();
  const wanted = spoken(language) || spoken(document.documentElement.lang);
  const lang = wanted || (navigator.languages || []).map(spoken).find(Boolean) || "de";
  const words = WORDS[lang];
  const name = label || words.help;
  const openers = ["[data-kundenlotse-open]", opener].filter(Boolean).join();

  const address = (embedded) => {
    const url = new URL(topic ? `topics/${encodeURIComponent(topic)}` : "", ours);
    if (embedded) url.searchParams.set("embed", "1");
    if (wanted) url.searchParams.set("lang", wanted);
    return url.href;
  };
  const make = (kind, given, ...inside) => {
    const element = Object.assign(document.createElement(kind), given);
    element.append(...inside);
    return element;
  };
  const icon = (...lines) => {
    const svg = (kind, given) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", kind);
      for (const [key, value] of Object.entries(given)) element.setAttribute(key, value);
      return element;
    };
    const drawing = svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" });
    drawing.append(...lines.map((d) => svg("path", { d })));
    return drawing;
  };

  const start = () => {
    if (document.querySelector(NAME)) return;
    const said = make("p", {});
    said.setAttribute("role", "status");
    const instead = make("a", { href: address(false), target: "_blank", rel: "noopener noreferrer", textContent: words.open });
    const close = make("button", { type: "button", className: "close" }, icon("m6 6 12 12M18 6 6 18"));
    close.setAttribute("aria-label", words.close);
    const dialog = make("dialog", { id: "help" }, make("div", { className: "aside" }, close, said, instead));
    dialog.setAttribute("aria-label", name);
    const button = make("button", { type: "button", className: "open" },
      icon("M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18", "M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7m0 3v.1"), name);
    for (const [key, value] of [["haspopup", "dialog"], ["expanded", "false"], ["controls", "help"]]) button.setAttribute(`aria-${key}`, value);

    const host = make(NAME, { lang });
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    root.adoptedStyleSheets = [sheet];
    root.append(make("div", { className: position === "left" ? "left" : "" }, opener ? "" : button, dialog));
    document.body.append(host);

    const narrow = matchMedia("(max-width: 40em), (max-height: 30em)");
    let frame, timer, from = button;

    const state = (value, text = "") => { dialog.dataset.state = value; said.textContent = text; };
    const expect = (time) => { clearTimeout(timer); timer = setTimeout(fail, time); };
    const fail = () => {
      state("failed", words.failed);
      if (dialog.contains(root.activeElement)) instead.focus();
    };
    const ready = () => {
      clearTimeout(timer);
      state("ready");
      if (dialog.contains(root.activeElement)) frame.focus();
    };
    const load = () => {
      frame?.remove();
      state("waiting", words.wait);
      frame = make("iframe", { title: name, referrerPolicy: "no-referrer", allow: "clipboard-write", src: address(true) });
      // To whomever it is: it says nothing, and what answers is looked at.
      frame.addEventListener("load", () => { frame.contentWindow.postMessage({ kundenlotse: "hello" }, "*"); expect(SILENCE); });
      dialog.append(frame);
      expect(PATIENCE);
    };
    const show = () => {
      narrow.matches ? dialog.showModal() : dialog.show();
      if (dialog.dataset.state === "ready") frame.focus();
    };
    const open = (by) => {
      from = by;
      from.setAttribute("aria-expanded", "true");
      if (!frame || dialog.dataset.state === "failed") load();
      show();
    };
    const toggle = (by) => { dialog.open ? dialog.close() : open(by); };

    button.addEventListener("click", () => toggle(button));
    close.addEventListener("click", () => dialog.close());
    document.addEventListener("click", (event) => {
      if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const by = event.composedPath().find((each) => each.matches?.(openers));
      if (!by) return;
      event.preventDefault();
      toggle(by);
    });
    root.addEventListener("keydown", (event) => { if (event.key === "Escape" && dialog.open) dialog.close(); });
    dialog.addEventListener("close", () => {
      if (dialog.open) return;
      from.setAttribute("aria-expanded", "false");
      from.focus();
    });
    narrow.addEventListener("change", () => {
      if (!dialog.open) return;
      dialog.close();
      show();
    });
    addEventListener("message", (event) => {
      if (!frame || event.source !== frame.contentWindow || event.origin !== ours.origin) return;
      const word = event.data?.kundenlotse;
      if (word === "ready") ready();
      else if (word === "away") expect(PATIENCE);
      else if (word === "close") dialog.close();
    });
  };

  document.body ? start() : document.addEventListener("DOMContentLoaded", start, { once: true });
})();
