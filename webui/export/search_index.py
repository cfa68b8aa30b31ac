"""The search index of a static copy: which words stand for which article, and how much.

A word weighs by how much likelier it is in the article's texts than in all of them, so that no list of stop
words is needed. ``static/search.js`` folds what is typed as :func:`corpus.fold` does, adds words that are
nearly the same, and sums up.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from corpus import Language, Synonyms, Translation, fold

TOP = 30
"""Weights are whole numbers up to this one; what rounds to nothing is left out."""
_LEAST = 1.2
"""Words of one single phrasing are mostly names and slips: half of the index, for 2 % of what is found."""
_SMOOTHING = 0.7
_TITLE, _KEYWORD, _PHRASING, _SHORT = 3.0, 2.5, 1.0, 0.7
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as the search finds it; ``language`` is named where it is not that of the index."""

    address: str
    words: Translation
    language: Language | None = None


def words_of(text: str) -> list[str]:
    """Return the folded words of a text."""
    return _WORD.findall(fold(text))


def search_index(entries: Sequence[Entry], synonyms: Synonyms, language: Language) -> str:
    """Build the index of one language.

    :param entries: the articles; of equally good ones the first is shown first.
    :param synonyms: words that mean the same.
    :param language: whose endings are left out of account.
    :return: a script that hands the index to ``search.js``: pages opened from a disk may run scripts, but not
        fetch files.
    """
    terms = _terms([_weights(entry.words) for entry in entries])
    index = {
        "language": language,
        "articles": [_shown(entry) for entry in entries],
        "terms": sorted(terms),
        "weights": [terms[term] for term in sorted(terms)],
        "synonyms": _groups(synonyms, set(terms)),
    }
    text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    return f"globalThis.lotseIndex={text};\n"


def _weights(words: Translation) -> Counter[str]:
    weights: Counter[str] = Counter()
    for weight, texts in (
        (_TITLE, (words.question,)),
        (_KEYWORD, words.keywords),
        (_PHRASING, words.phrasings),
        (_SHORT, (words.short,)),
    ):
        for text in texts:
            for word in sorted(set(words_of(text))):
                weights[word] += weight  # type: ignore[assignment]
    return weights


def _terms(articles: Sequence[Counter[str]]) -> dict[str, list[int]]:
    """Return for each word the articles it stands for: distance from the one before, weight, and so on."""
    everywhere: Counter[str] = Counter()
    for each in articles:
        everywhere.update(each)
    whole = everywhere.total()
    scored: dict[str, list[tuple[int, float]]] = {}
    for number, each in enumerate(articles):
        total = each.total()
        for word, weight in sorted(each.items()):
            if weight >= _LEAST:
                likelier = math.log(1 + weight / total / (_SMOOTHING * everywhere[word] / whole))
                scored.setdefault(word, []).append((number, likelier))
    most = max((score for found in scored.values() for _, score in found), default=1.0)
    rounded = {
        word: [(number, round(score / most * TOP)) for number, score in found]
        for word, found in scored.items()
    }
    return {
        word: _distances(kept)
        for word, found in rounded.items()
        if (kept := [each for each in found if each[1]])
    }


def _distances(found: Sequence[tuple[int, int]]) -> list[int]:
    before, flat = 0, []
    for number, weight in found:
        flat += [number - before, weight]
        before = number
    return flat


def _groups(synonyms: Synonyms, known: set[str]) -> list[list[str]]:
    """Return the groups of single words of which the index holds one."""
    groups = ([words[0] for text in group if len(words := words_of(text)) == 1] for group in synonyms.groups)
    return [group for group in groups if len(group) > 1 and not known.isdisjoint(group)]


def _shown(entry: Entry) -> list[str]:
    return [entry.address, entry.words.question, *([entry.language] if entry.language else [])]
