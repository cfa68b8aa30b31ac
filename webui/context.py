"""What a request works with: the runtime, one snapshot of the assistant, the conversation."""

from __future__ import annotations

from typing import cast

from flask import current_app, g, request

from assistant import Assistant, Conversation
from assistant.runtime import Runtime
from webui.i18n import use_language
from webui.redirects import RedirectSource

MAX_ID = 2**63 - 1


def runtime() -> Runtime:
    """Return the runtime that the app was made with."""
    return cast(Runtime, current_app.extensions["lotse"])


def assistant() -> Assistant:
    """Return the assistant, the same one for the whole request even if a new index is swapped in."""
    if "assistant" not in g:
        g.assistant = runtime().assistant
    return cast(Assistant, g.assistant)


def redirects() -> RedirectSource:
    """Return the articles that were renamed."""
    return cast(RedirectSource, current_app.extensions["lotse_redirects"])


def present_id(article_id: str) -> str:
    """Return the id that an article has now."""
    return redirects().present(article_id, assistant().corpus.articles)


def load_conversation(token: str | None) -> Conversation:
    """Read a conversation's token; what it says of articles holds for them under their new ids."""
    return redirects().followed(runtime().tokens.load(token), assistant().corpus.articles)


def posted_conversation() -> Conversation:
    """Read the conversation from the form and speak its language; an altered token starts afresh."""
    conversation = load_conversation(request.form.get("conversation"))
    use_language(conversation.language)
    return conversation


def posted_question_id() -> int | None:
    """Return the number under which the last question was recorded, if the form carries a possible one."""
    number = request.form.get("question_id", type=int)
    return number if number is not None and 1 <= number <= MAX_ID else None
