"""Articles in full, opened by their address or from a conversation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from assistant import Conversation
from corpus import LANGUAGES, Article, Language
from webui.context import assistant, posted_conversation, posted_question_id, runtime
from webui.forms import form_text
from webui.i18n import only_switches, page_language
from webui.notices import on_topic
from webui.prose import render_markdown

bp = Blueprint("articles", __name__)


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


@bp.route("/articles/<article>", methods=["GET", "POST"])
def show(article: str) -> ResponseReturnValue:
    """Show an article; posted from a conversation, it counts as read there."""
    found = assistant().article(article)
    if found is None:
        abort(404)
    conversation = _with_read(article) if request.method == "POST" else None
    in_conversation = bool(conversation and conversation.turns)
    text = form_text("question")
    if only_switches() and not (in_conversation or text):
        return redirect(url_for("articles.show", article=article), 303)
    return render_template(
        "articles/show.html",
        article=view(found, page_language()),
        topic=next(each for each in assistant().corpus.company.topics if each.id == found.topic),
        related=_related(found),
        notices=on_topic(found.topic, [found.id]),
        in_conversation=in_conversation,
        text=text,
        token=runtime().tokens.dump(conversation or Conversation.start()),
        question_id=posted_question_id(),
    )


def view(article: Article, language: Language) -> ArticleView:
    """Return the article in ``language`` where it has that, else in its other one."""
    spoken, words = next(
        (each, words) for each in (language, *LANGUAGES) if (words := article.translation(each)) is not None
    )
    return ArticleView(
        article.id, article.topic, spoken, words.question, words.short, words.answer, article.reviewed
    )


def in_topic(topic: str, language: Language) -> list[ArticleView]:
    """Return the articles of a topic that may be shown today, by title."""
    corpus = assistant().corpus
    today = datetime.now(UTC).astimezone(ZoneInfo(corpus.company.time_zone)).date()
    found = [view(each, language) for each in corpus.valid_articles(today) if each.topic == topic]
    return sorted(found, key=lambda each: each.question.casefold())


def _related(article: Article) -> list[ArticleView]:
    found = (assistant().article(each) for each in article.related)
    return [view(each, page_language()) for each in found if each is not None]


def _with_read(article: str) -> Conversation:
    return posted_conversation().with_read(article)
