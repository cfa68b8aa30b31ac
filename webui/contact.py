"""The way to a person: one form that knows what was said before, and the receipt for it."""

from __future__ import annotations

import logging
import secrets
from dataclasses import asdict, dataclass, field, replace

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assistant import MAX_CHARACTERS, Conversation, DatabaseError, FoundArticle, HandOverError, OpenedCase
from assistant.filetypes import EXTENSIONS, plain_name
from assistant.greeting import greeting, is_name
from assistant.handover import MESSAGE_LIMIT, check_message
from corpus import Language
from webui import notices
from webui.context import assistant, posted_conversation, runtime
from webui.forms import form_text
from webui.handing import Matter, Sender, hand_over, matter_of, promise_for, promise_of
from webui.i18n import gettext as _
from webui.i18n import page_language
from webui.outcome import beside_form
from webui.packet import Choice, Packet, article_title, differs, packet_of, posted_choice
from webui.status import not_found, posted_case
from webui.uploads import allow_files, any_too_large, posted_files

logger = logging.getLogger(__name__)
bp = Blueprint("contact", __name__)
HONEYPOT = "website"


@dataclass(frozen=True, slots=True)
class Files:
    """What files the form takes; ``lost`` names those that were sent and must be chosen once more."""

    most: int
    megabytes: int
    lost: tuple[str, ...] = ()
    accept: str = ",".join((*EXTENSIONS, *EXTENSIONS["image/heic"]))


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
    packet: Packet
    files: Files
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
    # Only what has arrived is forgotten on the device.
    sent = "question" if form_text("question") else ""
    if len(sender.message) > MESSAGE_LIMIT:
        return _page(sender, conversation, errors=_problems_of(sender.message), sent=sent), 422
    return _page(sender, conversation, sent=sent)


@bp.get("/contact/send")
@bp.get("/contact/receipt")
def send_nothing() -> ResponseReturnValue:
    """Lead from the address of a receipt to the question for number and code."""
    return redirect(url_for("status.show"))


@bp.post("/contact/send")
def send() -> ResponseReturnValue:
    """Store the message as a case and give the receipt; errors stand at their fields."""
    allow_files()
    conversation, sender = posted_conversation(), _sender()
    choice, language = posted_choice(conversation), page_language()
    if form_text(HONEYPOT):
        return _page(sender, conversation, errors={HONEYPOT: _("Please leave this field empty.")}), 422
    try:
        opened = hand_over(
            sender,
            choice.of(conversation),
            choice.language or language,
            submission_key=_submission_key(),
            shown_team="" if choice.moves(conversation) else form_text("team"),
            uploads=posted_files(),
            errors_in=language,
        )
    except HandOverError as problem:
        status = 413 if any_too_large() else 422
        return _page(sender, conversation, errors=problem.fields), status
    except DatabaseError as problem:
        logger.error("a message could not be stored: %s", problem)
        later = _("We could not store your message. Please send it again in a moment, or call us.")
        return _page(sender, conversation, errors={"message": later}), 503
    changed = not opened.created and differs(opened.case, conversation, choice)
    return _receipt(opened, language, changed_since=changed)


@bp.post("/contact/receipt")
def receipt() -> ResponseReturnValue:
    """Show a receipt in the other language, to whoever has its number and code."""
    case = posted_case()
    if case is None:
        return not_found()
    return _receipt(OpenedCase(case, form_text("code"), created=False), page_language())


def _receipt(opened: OpenedCase, language: Language, *, changed_since: bool = False) -> str:
    return render_template(
        "contact/sent.html",
        case=opened.case,
        code=opened.code,
        greeting=greeting(opened.case.name, language) if is_name(opened.case.name or "") else "",
        promise=promise_of(opened, language).sentence,
        read=[
            (*article_title(each, language), each in opened.case.articles_rejected)
            for each in dict.fromkeys((*opened.case.articles_read, *opened.case.articles_rejected))
        ],
        files=runtime().cases.attachments(opened.case.id),
        changed_since=changed_since,
        status_address=runtime().settings.public_url + url_for("status.show", lang=None, embed=None),
    )


@bp.post("/contact/suggestions")
def suggest() -> ResponseReturnValue:
    """Give the articles for what is being typed, as the piece of the page that shows them."""
    conversation, message = posted_conversation(), form_text("message")
    matter = matter_of(message, conversation, page_language())
    return render_template("contact/_suggestions.html", suggestions=_suggested(message, conversation, matter))


def contact_form(conversation: Conversation, language: Language) -> ContactForm:
    """Return the form that stands below an answer, with the conversation's words or what was typed there."""
    typed = _sender()
    sender = replace(typed, message=typed.message or conversation.own_words)
    choice = replace(posted_choice(conversation), language=None)
    matter = matter_of(sender.message, choice.of(conversation), language)
    return _form(sender, conversation, choice, matter, language, _submission_key())


def _form(
    sender: Sender,
    conversation: Conversation,
    choice: Choice,
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
        packet=packet_of(conversation, choice, topic=matter.topic, language=language),
        files=Files(
            runtime().settings.attachments,
            runtime().settings.attachment_megabytes,
            lost=tuple(plain_name(upload.name) for upload in posted_files()),
        ),
        urgent=matter.reason is not None,
        errors=errors or {},
    )


def _page(
    sender: Sender, conversation: Conversation, *, errors: dict[str, str] | None = None, sent: str = ""
) -> str:
    language, choice = page_language(), posted_choice(conversation)
    if request.endpoint == f"{bp.name}.{show.__name__}":
        # Who changes the language of the page wants the answer in it.
        choice = replace(choice, language=None)
    matter = matter_of(sender.message, choice.of(conversation), language)
    contact = assistant().contact(language=language, topic=matter.topic, urgent=matter.is_emergency)
    return render_template(
        "contact/show.html",
        form=_form(sender, conversation, choice, matter, language, _submission_key(), errors),
        channels=beside_form(contact.channels),
        notices=notices.beside_form(
            sender.message, matter.topic, case=matter.reason.priority if matter.reason else None
        ),
        suggestions=_suggested(sender.message, conversation, matter),
        sent=sent,
    )


def _suggested(message: str, conversation: Conversation, matter: Matter) -> list[FoundArticle]:
    """Return what may help at once: nothing for who needs a person at once, or was not helped twice."""
    if matter.reason or conversation.human_only:
        return []
    found = assistant().suggest(message[:MAX_CHARACTERS], language=page_language(), conversation=conversation)
    return [article for article in found if article.id not in conversation.read]


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
