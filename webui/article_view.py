"""Articles as pages show them: one language, the Markdown rendered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from corpus import LANGUAGES, Article, Company, Language
from webui.prose import render_markdown


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article in the reader's language, or else in the one that it is written in."""

    id: str
    topic: str
    language: Language
    question: str
    short: str
    answer: str
    reviewed: date | None

    @property
    def html(self) -> Markup:
        """The full answer, rendered."""
        return render_markdown(self.answer)


def view(article: Article, language: Language) -> ArticleView:
    """Return the article in ``language`` where it has that, else in its other one."""
    spoken, words = next(
        (each, words) for each in (language, *LANGUAGES) if (words := article.translation(each)) is not None
    )
    return ArticleView(
        article.id, article.topic, spoken, words.question, words.short, words.answer, article.reviewed
    )


def by_title(articles: Iterable[Article], language: Language) -> list[ArticleView]:
    """Return articles as a list shows them, by title."""
    return sorted((view(each, language) for each in articles), key=lambda each: each.question.casefold())


def today(company: Company) -> date:
    """Return the day on the company's calendar, by which articles are valid or not."""
    return datetime.now(UTC).astimezone(ZoneInfo(company.time_zone)).date()
