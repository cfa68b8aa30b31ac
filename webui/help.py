"""The help page: a question, its answer, and what the customer says about it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from markupsafe import Markup

from assistant import MAX_CHARACTERS, Conversation, Decision, QuestionError, Reply, Turn
from assistant.followup import in_full
from corpus import ChannelKind, Language
from webui import notices
from webui.articles import in_topic, to_begin_with
from webui.contact import contact_form
from webui.context import assistant, posted_conversation, posted_question_id, present_id, runtime
from webui.crawlers import live_site
from webui.errors import unaskable
from webui.forms import form_text
from webui.i18n import explicit_language, page_language, use_language
from webui.i18n import gettext as _
from webui.listing import home_listing, topic_listing
from webui.log import record_feedback, record_question
from webui.outcome import Outcome
from webui.reasons import REASONS
from webui.typed import reply_to

bp = Blueprint("help", __name__)


@dataclass(frozen=True, slots=True)
class ShownTurn:
    """A question of the conversation, and the title of what it led to."""

    text: str
    found: str


@bp.get("/")
def home() -> ResponseReturnValue:
    """Show the question field, the topics and the way to a person."""
    return _home()


@bp.post("/")
def ask() -> ResponseReturnValue:
    """Answer a question on the same page; a question is never part of an address."""
    conversation, text = posted_conversation(), form_text("question")
    try:
        reply = reply_to(text, language=page_language(), conversation=conversation)
    except QuestionError as problem:
        return _not_asked(conversation, text, problem), 422
    question_id = record_question(reply, text)
    use_language(reply.language)
    return _thread(reply.conversation, Outcome.of(reply), question_id, sent=True)


@bp.post("/choose")
def choose() -> ResponseReturnValue:
    """Answer with the article that was picked, or with a person where none fits.

    Picked while typing, it takes the typed words along as a question.
    """
    conversation, typed = posted_conversation(), form_text("question")
    if typed and assistant().escalation(typed[:MAX_CHARACTERS]):
        # Whoever reports a theft gets the urgent way, whatever article was picked.
        return ask()
    language = _spoken(conversation)
    reply = assistant().choose(
        present_id(form_text("choice")), language=language, conversation=conversation, asked=typed
    )
    if typed:
        return ask() if reply is None else _picked(reply, typed)
    if reply is not None:
        return _thread(reply.conversation, Outcome.of(reply), posted_question_id())
    conversation = conversation.led_to_a_person()
    return _thread(conversation, _none_fits(conversation, language), posted_question_id())


@bp.post("/feedback", defaults={"reason": ""})
@bp.post(f"/feedback/<any({', '.join(map(repr, REASONS))}):reason>")
def feedback(reason: str) -> ResponseReturnValue:
    """Record whether an article helped; where it did not, show the next best or a person.

    :param reason: one of :data:`webui.reasons.REASONS`, empty where none was picked.
    :return: the conversation with what follows.
    """
    conversation, question_id = posted_conversation(), posted_question_id()
    language = _spoken(conversation)
    helped, rejected = present_id(form_text("helped")), present_id(form_text("rejected"))
    article = assistant().article(helped or rejected)
    if article is None:
        abort(404)
    record_feedback(
        question_id,
        article.id,
        helped=bool(helped),
        reason=": ".join(said for said in (reason, form_text("reason")) if said) or None,
        conversation=conversation,
    )
    if helped:
        return _thread(replace(conversation, helped=True), _glad(language), question_id)
    if conversation.last_decision == Decision.ESCALATE:
        # Whoever reports a theft keeps the urgent way, whatever article did not help.
        conversation = conversation.with_rejected(article.id)
        return _thread(conversation, _last_outcome(conversation), question_id)
    words = article.translation(language)
    text = in_full(conversation) or (words.question if words else "")
    return _next_best(conversation.with_rejected(article.id), text, language, question_id)


@bp.route("/conversation", methods=["GET", "POST"])
def resume() -> ResponseReturnValue:
    """Show the conversation again, as it was: the way back from an article, and to the other language."""
    conversation = posted_conversation()
    text = form_text("question")
    if not conversation.turns:
        return _home(text=text) if text else redirect(url_for("help.home"), 303)
    return _thread(conversation, _last_outcome(conversation), posted_question_id(), text=text)


@bp.route("/topics/<topic>", methods=["GET", "POST"])
def topic(topic: str) -> ResponseReturnValue:
    """List a topic's articles; posted for the other language, the question comes back that was typed."""
    found = next((each for each in assistant().corpus.company.topics if each.id == topic), None)
    if found is None:
        abort(404)
    text = form_text("question")
    if request.method == "POST" and not text:
        return redirect(url_for("help.topic", topic=topic), 303)
    articles = in_topic(topic, page_language())
    return render_template(
        "help/topic.html",
        topic=found,
        articles=articles,
        listing=topic_listing(live_site(), found, assistant().corpus.company, page_language()),
        text=text,
        notices=notices.on_topic(topic, [article.id for article in articles]),
    )


def _spoken(conversation: Conversation) -> Language:
    """Return the language chosen in the address, else that of the conversation, else the page's."""
    return explicit_language() or conversation.language or page_language()


def _picked(reply: Reply, typed: str) -> str:
    question_id = record_question(reply, typed)
    use_language(reply.language)
    return _thread(reply.conversation, Outcome.of(reply), question_id, sent=True)


def _next_best(
    conversation: Conversation, text: str, language: Language, question_id: int | None
) -> ResponseReturnValue:
    found = assistant().suggest(text, language=language, conversation=conversation)
    reply = assistant().choose(found[0].id, language=language, conversation=conversation) if found else None
    with force_locale(language):
        if reply is None:
            message = _("Sorry that this did not help. A person takes over; you need not start again.")
            return _thread(conversation, _people(conversation, language, message), question_id)
        outcome = Outcome.of(reply, message=_perhaps_better())
    return _thread(reply.conversation, replace(outcome, further=found[1:]), question_id)


def _last_outcome(conversation: Conversation) -> Outcome:
    last = conversation.turns[-1]
    if conversation.last_decision == Decision.ESCALATE:
        return _asked_again(conversation)
    if conversation.helped:
        return _glad(page_language())
    if last.decision == Decision.ANSWER:
        reply = assistant().recall(last.articles[0], language=page_language(), conversation=conversation)
        if reply is not None:
            first = set(last.articles).isdisjoint(conversation.rejected)
            return Outcome.of(reply, message=None if first else _perhaps_better())
    if conversation.human_only:
        return _people(conversation, page_language(), "")
    if last.decision == Decision.HAND_OVER and last.articles:
        return _none_fits(conversation, page_language())
    return _asked_again(conversation)


def _asked_again(conversation: Conversation) -> Outcome:
    *before, last = conversation.turns
    asked_back = last.decision == Decision.CLARIFY
    conversation = replace(conversation, turns=tuple(before), clarified=not asked_back)
    reply = reply_to(
        last.text, language=page_language(), conversation=conversation, answer_in=page_language()
    )
    return Outcome.of(reply)


def _none_fits(conversation: Conversation, language: Language) -> Outcome:
    with force_locale(language):
        message = (
            _("None of these fits? Then write to us. Your question is already in the message.")
            if conversation.turns
            else _("Please tell us what it is about.")
        )
    return _people(conversation, language, message)


def _people(conversation: Conversation, language: Language, message: str) -> Outcome:
    contact = assistant().contact(language=language, topic=conversation.topic)
    return Outcome.people(contact, language, message=message, only_people=conversation.human_only)


def _perhaps_better() -> str:
    return _("Sorry that this did not help. Perhaps this fits better:")


def _glad(language: Language) -> Outcome:
    with force_locale(language):
        title, message = _("Good to hear."), _("You can ask another question at any time.")
    return Outcome("helped", language, title, message)


def _not_asked(conversation: Conversation, text: str, problem: QuestionError) -> str:
    error = unaskable(problem)
    if conversation.turns:
        return _thread(
            conversation, _last_outcome(conversation), posted_question_id(), text=text, error=error
        )
    return _home(text=text, error=error)


def _home(*, text: str = "", error: str = "") -> str:
    contact = assistant().contact(language=page_language(), topic=None)
    return render_template(
        "help/home.html",
        topics=[each for each in assistant().corpus.company.topics if in_topic(each.id, page_language())],
        channel=next((each for each in contact.channels if each.kind is ChannelKind.PHONE), None),
        notices=notices.on_first_page(),
        listing=home_listing(
            live_site(),
            page_language(),
            title=_("How can we help?"),
            description=_("Ask in your own words. You get an answer at once, or a person takes over."),
        ),
        examples=to_begin_with(page_language()),
        text=text,
        error=error,
    )


def _thread(
    conversation: Conversation,
    outcome: Outcome,
    question_id: int | None,
    *,
    text: str = "",
    error: str = "",
    sent: bool = False,
) -> str:
    token = runtime().tokens.dump(conversation)
    with force_locale(outcome.language):
        reply = render_template(
            "help/_outcome.html",
            outcome=outcome,
            notices=notices.above(outcome, _last_words(conversation), conversation.topic),
            contact=contact_form(conversation, outcome.language) if outcome.has_form else None,
        )
    return render_template(
        "help/thread.html",
        turns=[ShownTurn(turn.text, _found(turn)) for turn in conversation.turns],
        outcome=outcome,
        reply=Markup(reply),  # noqa: S704 (rendered just above, with escaping)
        conversation=conversation,
        token=token,
        question_id=question_id,
        text=text,
        error=error,
        sent="question" if sent else "",
    )


def _last_words(conversation: Conversation) -> str:
    return conversation.turns[-1].text if conversation.turns else ""


def _found(turn: Turn) -> str:
    """Return the title of what a turn led to: its direct answer, or the article that was chosen."""
    article = assistant().article(turn.articles[0]) if turn.decision == Decision.ANSWER else None
    words = article.translation(page_language()) if article else None
    return words.question if words else ""
