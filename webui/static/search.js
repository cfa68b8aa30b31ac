// The search of a static copy: everything runs in the browser, and the index is loaded at the first focus.
// Runs from a disk, too, where pages may load scripts but neither modules nor data.
(() => {
  "use strict";
  const SHOWN = 5;
  const WRITTEN = { "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss" };
  const german = (text) => text.replace(/[äöüß]/g, (sign) => WRITTEN[sign]);
  // Signs that Python does not count as combining, although Unicode calls them marks.
  const MARKS = /(?![\u034F\uFE00-\uFE0F])\p{Mn}/gu;

  /** One spelling for texts that mean the same: as corpus/fold.py. */
  const fold = (text) => {
    const lowered = text.normalize("NFKC").toLowerCase().normalize("NFC");
    return german(german(lowered).normalize("NFKD").replace(MARKS, "").toLowerCase());
  };
  const words = (text) => fold(text).match(/[a-z0-9]+/g) ?? [];

  const ENDINGS = { de: [/(?:ern|em|en|er|es|e|n|s|t)$/, 5], en: [/(?:ing|ied|ies|ed|es|s|e|y)$/, 4] };
  const stem = (word, [endings, least]) => (word.length < least ? word : word.replace(endings, ""));

  /** Whether a word becomes another by `most` slips: a sign too much, too little, wrong, or swapped. */
  const isSlip = (one, other, most) => {
    if (Math.abs(one.length - other.length) > most) return false;
    let before, last = Array.from({ length: other.length + 1 }, (_, place) => place);
    for (let i = 1; i <= one.length; i++) {
      const row = [i];
      for (let j = 1; j <= other.length; j++) {
        row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (one[i - 1] !== other[j - 1]));
        if (before && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
      }
      if (Math.min(...row) > most) return false;
      before = last;
      last = row;
    }
    return last[other.length] <= most;
  };

  const prepare = (index) => {
    const stems = new Map(), same = new Map();
    const terms = new Map(index.terms.map((term, place) => [term, index.weights[place]]));
    for (const term of terms.keys()) {
      const root = stem(term, ENDINGS[index.language]);
      stems.set(root, [...(stems.get(root) ?? []), term]);
    }
    for (const group of index.synonyms) for (const word of group) same.set(word, [...(same.get(word) ?? []), ...group]);
    return { ...index, terms, stems, same };
  };

  /** The words of the index that a typed one may stand for, each with how surely. */
  const meant = (index, word, unfinished) => {
    const found = new Map();
    const note = (term, sure) => { if (index.terms.has(term) && sure > (found.get(term) ?? 0)) found.set(term, sure); };
    note(word, 1);
    for (const term of index.stems.get(stem(word, ENDINGS[index.language])) ?? []) note(term, 0.8);
    for (const term of index.same.get(word) ?? []) note(term, 0.4);
    const known = found.size > 0;
    for (const term of index.terms.keys()) {
      if (unfinished && word.length > 1 && term.startsWith(word)) note(term, 0.5);
      if (term.length > 4 && word.endsWith(term)) note(term, 0.6);
      else if (term.length > 4 && word.startsWith(term)) note(term, 0.5);
      if (word.length > 3 && term.startsWith(word)) note(term, 0.35);
      else if (word.length > 4 && term.includes(word)) note(term, 0.3);
      if (known || word.length < 4) continue;
      if (isSlip(word, term, 1)) note(term, 0.55);
      else if (word.length > 6 && isSlip(word, term, 2)) note(term, 0.35);
    }
    return found;
  };

  /** The places of the articles that fit a text, best first. */
  const rank = (index, text) => {
    const typed = words(text), sums = new Map();
    typed.forEach((word, place) => {
      const best = new Map();
      for (const [term, sure] of meant(index, word, place === typed.length - 1)) {
        let article = 0;
        index.terms.get(term).forEach((value, at, all) => {
          if (at % 2 === 0) return void (article += value);
          best.set(article, Math.max(best.get(article) ?? 0, sure * all[at]));
        });
      }
      for (const [article, weight] of best) sums.set(article, (sums.get(article) ?? 0) + weight);
    });
    return [...sums].sort(([a, x], [b, y]) => y - x || a - b).map(([article]) => article);
  };

  globalThis.lotse = { fold, words, prepare, rank };

  for (const form of document.querySelectorAll(".finder")) {
    const field = form.querySelector("input"), list = form.querySelector("ol"), said = form.querySelector("[data-said]");
    let index, loading, timer;

    const load = () => (loading ??= new Promise((done) => {
      const script = document.createElement("script");
      script.src = form.dataset.index;
      script.onload = () => done((index = prepare(globalThis.lotseIndex)));
      script.onerror = () => { loading = undefined; script.remove(); done(); };
      document.head.append(script);
    }));

    const show = async () => {
      const text = field.value.trim();
      await load();
      if (text !== field.value.trim()) return;
      const found = index && text.length > 1 ? rank(index, text).slice(0, SHOWN).map((place) => index.articles[place]) : [];
      list.replaceChildren(...found.map(([address, title, language]) => {
        const link = Object.assign(document.createElement("a"), { href: form.dataset.root + address, textContent: title });
        if (language) link.lang = language;
        const item = document.createElement("li");
        item.append(link);
        return item;
      }));
      list.hidden = !found.length;
      said.textContent = !index ? form.dataset.broken : found.length ? `${form.dataset.found} ${found.length}` : text.length > 1 ? form.dataset.none : "";
    };

    field.addEventListener("focus", load, { once: true });
    field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(show, 120); });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      clearTimeout(timer);
      await show();
      list.querySelector("a")?.focus();
    });
  }
})();
