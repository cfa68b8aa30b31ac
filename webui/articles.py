"""Articles in full, opened by their address or from a conversation."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assistant import Conversation
from corpus import LANGUAGES, Article, Language
from webui.article_view import ArticleView, today, view
from webui.context import assistant, posted_conversation, posted_question_id, present_id, runtime
from webui.crawlers import live_site
from webui.forms import form_text
from webui.i18n import only_switches, page_language
from webui.listing import article_listing
from webui.notices import on_topic

bp = Blueprint("articles", __name__)
MOST_TO_BEGIN_WITH = 3
AT_A_GLANCE = 60
"""Characters of a title that is read at a glance."""


@bp.route("/articles/<article>", methods=["GET", "POST"])
def show(article: str) -> ResponseReturnValue:
    """Show an article; posted from a conversation, it counts as read there."""
    found = assistant().article(article)
    if found is None and (present := present_id(article)) != article:
        # Only 308 makes a browser post the conversation once more.
        code = 301 if request.method in {"GET", "HEAD"} else 308
        return redirect(url_for("articles.show", article=present), code)
    if found is None:
        abort(404)
    conversation = _with_read(article) if request.method == "POST" else None
    in_conversation = bool(conversation and conversation.turns)
    text = form_text("question")
    if only_switches() and not (in_conversation or text):
        return redirect(url_for("articles.show", article=article), 303)
    company = assistant().corpus.company
    return render_template(
        "articles/show.html",
        article=view(found, page_language()),
        topic=next(each for each in company.topics if each.id == found.topic),
        related=_related(found),
        notices=on_topic(found.topic, [found.id]),
        in_conversation=in_conversation,
        listing=None if in_conversation else article_listing(live_site(), found, company, page_language()),
        text=text,
        token=runtime().tokens.dump(conversation or Conversation.start()),
        question_id=posted_question_id(),
    )


def in_topic(topic: str, language: Language) -> list[ArticleView]:
    """Return the articles of a topic that may be shown today, the most asked-for first."""
    found = [each for each in _valid() if each.topic == topic]
    return [view(each, language) for each in sorted(found, key=_wordings, reverse=True)]


def to_begin_with(language: Language) -> list[ArticleView]:
    """Return three articles of three topics to begin with, those that are asked for in most words.

    A title that is long to read is no example.
    """
    first: dict[str, ArticleView] = {}
    for article in sorted(_valid(), key=_wordings, reverse=True):
        if len((shown := view(article, language)).question) <= AT_A_GLANCE:
            first.setdefault(article.topic, shown)
    return list(first.values())[:MOST_TO_BEGIN_WITH]


def _valid() -> list[Article]:
    corpus = assistant().corpus
    return sorted(corpus.valid_articles(today(corpus.company)), key=lambda each: each.id)


def _wordings(article: Article) -> int:
    """Count in how many words an article is asked for: what many ask has many."""
    words = (article.translation(each) for each in LANGUAGES)
    return sum(len(each.phrasings) for each in words if each is not None)


def _related(article: Article) -> list[ArticleView]:
    found = (assistant().article(each) for each in article.related)
    return [view(each, page_language()) for each in found if each is not None]


def _with_read(article: str) -> Conversation:
    return posted_conversation().with_read(article)
