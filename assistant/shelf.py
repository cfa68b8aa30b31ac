"""The articles that may be shown at a moment, in the form a reply shows them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from assistant.extract import extract
from assistant.reply import FoundArticle, Piece
from corpus import LANGUAGES, Article, Corpus, Language, Risk, State, Translation
from index import RankedArticle


class Shelf:
    """A corpus, seen at a moment: validity is judged by the company's calendar day."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.high_risk = frozenset(
            key for key, article in corpus.articles.items() if article.risk is Risk.HIGH
        )
        # The others are never valid, or always.
        self._passing = tuple(
            article
            for article in corpus.articles.values()
            if article.state is State.PUBLISHED and (article.valid_from or article.valid_until)
        )
        self._unpublished = frozenset(
            key for key, article in corpus.articles.items() if article.state is not State.PUBLISHED
        )
        self._zone = ZoneInfo(corpus.company.time_zone)

    def article(self, article_id: str, now: datetime) -> Article | None:
        """Return an article that may be shown now, else ``None``."""
        article = self.corpus.articles.get(article_id)
        return article if article is not None and article.is_valid(self._day(now)) else None

    def invalid(self, now: datetime) -> frozenset[str]:
        """Return the ids of all articles that may not be shown now."""
        day = self._day(now)
        return self._unpublished.union(article.id for article in self._passing if not article.is_valid(day))

    def found(self, article: Article, language: Language) -> FoundArticle:
        """Show an article that was opened by its id, in the language asked for where it has one."""
        return _shown(article, language, matched="", score=0.0)

    def from_ranked(self, ranked: RankedArticle, language: Language) -> FoundArticle:
        """Show an article that was found, with the passage that matched in the language that is read."""
        found = _shown(self.corpus.articles[ranked.article], language, matched="", score=ranked.score)
        nearest = (passage for passage in ranked.passages if passage.language == found.language)
        return replace(found, matched=next(nearest, ranked.passage).text)

    def extract(self, article_id: str, text: str, language: Language) -> tuple[Piece, ...] | None:
        """Return the pieces of an article that speak to a follow-up, ``None`` where there are none."""
        _, translation = _translation(self.corpus.articles[article_id], language)
        return extract(translation, text)

    def _day(self, now: datetime) -> date:
        return now.astimezone(self._zone).date()


def _shown(article: Article, language: Language, *, matched: str, score: float) -> FoundArticle:
    shown, translation = _translation(article, language)
    return FoundArticle(
        article.id,
        article.topic,
        shown,
        translation.question,
        translation.short,
        matched,
        score,
        article.reviewed,
    )


def _translation(article: Article, language: Language) -> tuple[Language, Translation]:
    """Return an article in a language where it has that, else in its other one."""
    return next(
        (each, translation)
        for each in (language, *LANGUAGES)
        if (translation := article.translation(each)) is not None
    )
