"""The way to a person: one form that knows what was said before, and the receipt for it."""

from __future__ import annotations

import logging
import secrets
from dataclasses import asdict, dataclass, field

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from assistant import MAX_CHARACTERS, Conversation, DatabaseError, HandOverError
from assistant.handover import MESSAGE_LIMIT, check_message
from corpus import Language
from webui import notices
from webui.context import assistant, posted_conversation, runtime
from webui.forms import form_text
from webui.handing import Matter, Sender, hand_over, matter_of, promise_for, promise_of
from webui.i18n import gettext as _
from webui.i18n import page_language
from webui.outcome import beside_form

logger = logging.getLogger(__name__)
bp = Blueprint("contact", __name__)
HONEYPOT = "website"


@dataclass(frozen=True, slots=True)
class ContactForm:
    """The form as it is shown: what stands in its fields, and what is wrong with them.

    ``submission_key`` is made once for each form, so that sending it twice makes one case;
    ``team`` is the one whose promise is shown.
    """

    token: str
    submission_key: str
    team: str
    promise: str
    values: dict[str, str]
    urgent: bool = False
    errors: dict[str, str] = field(default_factory=dict)


@bp.route("/contact", methods=["GET", "POST"])
def show() -> ResponseReturnValue:
    """Show the form; posted from a conversation, it holds the customer's own words already."""
    conversation = posted_conversation()
    sender = _sender()
    if not sender.message:
        said = (conversation.own_words, form_text("question"))
        sender = Sender("\n\n".join(text for text in said if text), sender.name, sender.email, sender.phone)
    sent = "question" if request.method == "POST" else ""
    if len(sender.message) > MESSAGE_LIMIT:
        return _page(sender, conversation, errors=_problems_of(sender.message), sent=sent), 422
    return _page(sender, conversation, sent=sent)


@bp.post("/contact/send")
def send() -> ResponseReturnValue:
    """Store the message as a case and give the receipt; errors stand at their fields."""
    conversation, sender = posted_conversation(), _sender()
    if form_text(HONEYPOT):
        return _page(sender, conversation, errors={HONEYPOT: _("Please leave this field empty.")}), 422
    try:
        opened = hand_over(
            sender,
            conversation,
            page_language(),
            submission_key=_submission_key(),
            shown_team=form_text("team"),
        )
    except HandOverError as problem:
        return _page(sender, conversation, errors=problem.fields), 422
    except DatabaseError as problem:
        logger.error("a message could not be stored: %s", problem)
        later = _("We could not store your message. Please send it again in a moment, or call us.")
        return _page(sender, conversation, errors={"message": later}), 503
    return render_template(
        "contact/sent.html",
        case=opened.case,
        code=opened.code,
        promise=promise_of(opened).sentence,
        message=opened.case.message,
        sent="message",
    )


def contact_form(conversation: Conversation, language: Language) -> ContactForm:
    """Return a fresh form with the conversation's words, to stand below an answer."""
    sender = Sender(conversation.own_words)
    matter = matter_of(sender.message, conversation, language)
    return _form(sender, conversation, matter, language, secrets.token_urlsafe(16))


def _form(
    sender: Sender,
    conversation: Conversation,
    matter: Matter,
    language: Language,
    submission_key: str,
    errors: dict[str, str] | None = None,
) -> ContactForm:
    return ContactForm(
        token=runtime().tokens.dump(matter.kept_in(conversation)),
        submission_key=submission_key,
        team=matter.team.id,
        promise=promise_for(matter, language).sentence,
        values=asdict(sender),
        urgent=matter.reason is not None,
        errors=errors or {},
    )


def _page(
    sender: Sender, conversation: Conversation, *, errors: dict[str, str] | None = None, sent: str = ""
) -> str:
    language = page_language()
    matter = matter_of(sender.message, conversation, language)
    contact = assistant().contact(language=language, topic=matter.topic, urgent=matter.is_emergency)
    # Nobody who needs a person at once, or was not helped twice, is sent back to articles.
    suggested = (
        ()
        if matter.reason or conversation.human_only
        else assistant().suggest(
            sender.message[:MAX_CHARACTERS], language=language, conversation=conversation
        )
    )
    return render_template(
        "contact/show.html",
        form=_form(sender, conversation, matter, language, _submission_key(), errors),
        channels=beside_form(contact.channels),
        notices=notices.beside_form(
            sender.message, matter.topic, case=matter.reason.priority if matter.reason else None
        ),
        suggestions=[article for article in suggested if article.id not in conversation.read],
        sent=sent,
    )


def _problems_of(message: str) -> dict[str, str]:
    try:
        check_message(message, page_language())
    except HandOverError as problem:
        return problem.fields
    return {}


def _sender() -> Sender:
    return Sender(form_text("message"), form_text("name"), form_text("email"), form_text("phone"))


def _submission_key() -> str:
    given = form_text("submission_key")
    return given if len(given) >= 16 else secrets.token_urlsafe(16)
