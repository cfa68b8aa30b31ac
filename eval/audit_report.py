"""What ``lotse eval audit`` prints: what is wrong, then what the questions are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from corpus import LANGUAGES, Corpus
from corpus.questions import Group, Question
from eval.audit import SPLITS, Finding
from eval.table import table
from index import PassageKind, passages_of, split_words

_COLUMNS: list[tuple[str, str]] = [(language, split) for language in LANGUAGES for split in SPLITS]
_QUANTILES = (0.0, 0.1, 0.5, 0.9, 1.0)


def audit_report(questions: Sequence[Question], findings: Sequence[Finding], corpus: Corpus) -> str:
    """Write the findings and the questions' make-up as text."""
    parts = [
        _counts("group", questions, lambda one: [one.group.value]),
        _counts("kind", questions, lambda one: [one.kind]),
        _counts("topic of answerable", questions, lambda one: _topics(one, corpus)),
        _counts("reason to escalate", questions, lambda one: [one.reason] if one.reason else []),
        _lengths(questions, corpus),
        "\n".join(f"{finding.code}: {finding.message}" for finding in findings)
        or f"{len(questions)} questions: nothing twice, nothing leaked, no article forgotten",
    ]
    return "\n\n".join(parts)


def audit_json(questions: Sequence[Question], findings: Sequence[Finding]) -> dict[str, object]:
    """Return the findings and the numbers of questions as plain values."""
    return {
        "questions": len(questions),
        "groups": _as_json(Counter((one.group.value, one.language, one.split) for one in questions)),
        "kinds": _as_json(Counter((one.kind, one.language, one.split) for one in questions)),
        "findings": [
            {"code": finding.code, "message": finding.message, "questions": list(finding.questions)}
            for finding in findings
        ],
    }


def _as_json(counts: Counter[tuple[str, str, str]]) -> list[dict[str, object]]:
    return [
        {"name": name, "language": language, "split": split, "n": n}
        for (name, language, split), n in sorted(counts.items())
    ]


def _topics(question: Question, corpus: Corpus) -> list[str]:
    if question.group is not Group.ANSWERABLE:
        return []
    return sorted({corpus.articles[article].topic for article in question.expected})


def _counts(name: str, questions: Sequence[Question], keys_of: Callable[[Question], Iterable[str]]) -> str:
    counts: Counter[tuple[str, tuple[str, str]]] = Counter(
        (key, (one.language, one.split)) for one in questions for key in keys_of(one)
    )
    return table(
        [name, *(f"{language} {split}" for language, split in _COLUMNS)],
        [
            [key, *(str(counts[key, column]) for column in _COLUMNS)]
            for key in dict.fromkeys(key for key, _ in sorted(counts))
        ],
    )


def _lengths(questions: Sequence[Question], corpus: Corpus) -> str:
    """Lengths beside those of the phrasings: questions much longer or shorter are another world."""
    texts = {
        f"{group.value}, {language}": [
            one.text for one in questions if (one.group, one.language) == (group, language)
        ]
        for group in Group
        for language in LANGUAGES
    }
    for language in LANGUAGES:
        texts[f"phrasings, {language}"] = [
            p.text for p in passages_of(corpus) if p.kind is PassageKind.PHRASING and p.language == language
        ]
    rows = [
        [name, *(f"{n:.0f}" for n in np.quantile([len(split_words(text)) for text in some], _QUANTILES))]
        for name, some in texts.items()
        if some
    ]
    return table(["words", "least", "10 %", "median", "90 %", "most"], rows)
