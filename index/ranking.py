"""What a search returns: articles with one score each, and why they were found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from corpus import Language


class PassageKind(StrEnum):
    """Which part of an article a passage is."""

    QUESTION = "question"
    PHRASING = "phrasing"
    SHORT = "short"
    ANSWER = "answer"
    KEYWORD = "keyword"


@dataclass(frozen=True, slots=True)
class Passage:
    """One embedded piece of text."""

    article: str
    language: Language
    kind: PassageKind
    text: str


@dataclass(frozen=True, slots=True)
class RankedArticle:
    """An article with the passage that found it.

    ``score`` orders articles (dense plus weighted lexical, about 0 to 1.7); ``dense`` is the best
    cosine and ``lexical`` the best character n-gram cosine over the article's passages; ``support``
    is the mean dense score of its four best passages.
    """

    article: str
    score: float
    dense: float
    lexical: float
    support: float
    passage: Passage


@dataclass(frozen=True, slots=True)
class Ranking:
    """Articles, best first, with what confidence needs to know about all the others.

    ``query`` is the text as it was searched, misspelt words mended where that found more;
    ``doubtful`` says that mending changed which article is first.
    ``known`` says that the query is, word for word, a question or phrasing of the first article and of
    no other; such an article leads whatever its score.
    ``mean_score`` is the mean over the best fifty articles, ``top_passages`` the mean dense score of the
    five best passages of the whole index.
    """

    query: str
    articles: tuple[RankedArticle, ...]
    mean_score: float
    top_passages: float
    doubtful: bool = False
    known: bool = False
