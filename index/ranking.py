"""What a search returns: articles with one score each, and why they were found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from corpus import Language


class PassageKind(StrEnum):
    """Which part of an article a passage is; ``nothing`` is a question that no article answers."""

    QUESTION = "question"
    PHRASING = "phrasing"
    SHORT = "short"
    ANSWER = "answer"
    KEYWORD = "keyword"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Passage:
    """One embedded piece of text; ``article`` is empty where no article answers it."""

    article: str
    language: Language
    kind: PassageKind
    text: str


@dataclass(frozen=True, slots=True)
class RankedArticle:
    """An article with the passage that found it.

    ``score`` orders articles: the logit of a softmax over them. ``evidence`` are the values it was made of,
    in the order of :data:`index.evidence.EVIDENCE`; ``passages`` are the nearest one in each language,
    nearest first.
    """

    article: str
    score: float
    evidence: tuple[float, ...]
    passages: tuple[Passage, ...]

    @property
    def passage(self) -> Passage:
        """The nearest passage, whatever its language."""
        return self.passages[0]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The best articles, best first, with what confidence needs to know about all the others.

    ``query`` is the text as it was searched, misspelt words mended where there were any.
    ``known`` says that the query is, word for word, a question or phrasing of the first article and of
    no other; such an article leads whatever its score.
    ``shares`` has the softmax over all candidates for the articles listed; ``nothing``,
    ``learned_nothing`` and ``unknown`` are those of :class:`index.evidence.Evidence`.
    """

    query: str
    articles: tuple[RankedArticle, ...]
    shares: tuple[float, ...] = ()
    nothing: float = 0.0
    learned_nothing: float = 0.0
    unknown: float = 0.0
    known: bool = False
