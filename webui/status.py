"""How a request stands: found by number and code, told in words, open for one more message."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assistant import Case, CaseEvent, HandOverError
from assistant.case import CaseState, EventKind
from assistant.case_rows import team_named
from assistant.codes import plain_number
from assistant.promise import promised_words
from corpus import EscalationReason
from webui.context import assistant, runtime
from webui.forms import form_text
from webui.guessing import note_try, refuse_hurry
from webui.handing import graver_reason
from webui.i18n import gettext as _
from webui.i18n import only_switches, page_language

bp = Blueprint("status", __name__)


@bp.route("/status", methods=["GET", "POST"])
@bp.route("/status/<number>", methods=["GET", "POST"])
def show(number: str = "") -> ResponseReturnValue:
    """Ask for number and code, or show the case they open; a wrong one is not told from an unknown.

    Mails link to the page with the number; the code is typed, and never part of an address.
    """
    if request.method != "POST":
        return render_template("status/ask.html", number=number)
    if only_switches():
        return render_template("status/ask.html", number=form_text("number"), code=form_text("code"))
    case = posted_case()
    return _page(case, text=form_text("message")) if case else not_found()


@bp.get("/status/message")
@bp.get("/status/solved")
@bp.get("/status/mail")
@bp.get("/status/delete")
def step_by_address() -> ResponseReturnValue:
    """Lead to the question for number and code: a step cannot be opened by its address."""
    return redirect(url_for("status.show"))


@bp.post("/status/message")
def add() -> ResponseReturnValue:
    """Add a message to a case; that the answer did not help may be said without words."""
    case, text = posted_case(), form_text("message")
    if case is None:
        return not_found()
    if not text and form_text("helped") == "no":
        text = _("The answer did not help.")
    graver = graver_reason(text, case)
    try:
        changed = runtime().cases.add_message(case.id, text, now=datetime.now(UTC), graver=graver)
    except HandOverError as problem:
        return _page(case, text=text, error=problem.fields["message"]), 422
    runtime().outbox.wake()
    return _page(changed, said=_("Thank you. Your message was added."), sent="added", graver=graver)


@bp.post("/status/solved")
def solved() -> ResponseReturnValue:
    """Close a case because its customer says that it is solved."""
    case = posted_case()
    if case is None:
        return not_found()
    changed = runtime().cases.solved(case.id, now=datetime.now(UTC))
    return _page(changed, said=_("Thank you for telling us. Your request is closed."))


@bp.post("/status/mail")
def mail() -> ResponseReturnValue:
    """Stop the mails about a case, or send them again."""
    case, wanted = posted_case(), form_text("wanted") == "yes"
    if case is None:
        return not_found()
    changed = runtime().cases.want_mail(case.id, wanted, now=datetime.now(UTC))
    said = (
        _("You get e-mails about this request again.")
        if wanted
        else _("You get no more e-mails about this request. You can read our answer here.")
    )
    return _page(changed, said=said)


@bp.post("/status/delete")
def delete() -> ResponseReturnValue:
    """Ask whether a case is really to go, and delete it when the customer is sure."""
    case = posted_case()
    if case is None:
        return not_found()
    if form_text("sure") != "yes":
        return render_template("status/delete.html", case=case, code=form_text("code"))
    runtime().cases.withdraw(case.id, now=datetime.now(UTC))
    runtime().outbox.wake()
    return render_template("status/deleted.html", number=case.number, sent="added")


def posted_case() -> Case | None:
    """Return the case that the posted number and code open; who types wrong ones has to wait."""
    number = plain_number(form_text("number"))
    refuse_hurry(number)
    case = runtime().cases.find(number, form_text("code"))
    note_try(number, right=case is not None)
    return case


def not_found() -> ResponseReturnValue:
    """Say that number and code do not fit together, and ask for them once more."""
    error = _("Number and code do not fit together. Please check both.")
    return render_template("status/ask.html", number=form_text("number"), error=error), 404


def moment(when: datetime) -> str:
    """Write a moment as the promise is written."""
    return promised_words(assistant().corpus.company, when, language=page_language())


def state_words(case: Case) -> str:
    """Say how far a case has come."""
    if case.state is CaseState.RECEIVED and case.priority == "urgent":
        return _("Your request has arrived. We are looking after it as a priority.")
    return {
        CaseState.RECEIVED: _("Your request has arrived. It is waiting for its turn."),
        CaseState.IN_PROGRESS: _("Somebody is working on it."),
        CaseState.ANSWERED: _("We have answered."),
        CaseState.CLOSED: _("It is closed. Write to us here if you need anything else."),
    }[case.state]


def event_words(event: CaseEvent) -> str:
    """Say what happened to a case, as its customer reads it."""
    if event.kind is EventKind.HANDED_OVER and event.text:
        return _("We passed your request on to: %(team)s", team=_team_name(event.text))
    return {
        EventKind.OPENED: _("You wrote to us"),
        EventKind.MESSAGE: _("You added"),
        EventKind.CLAIMED: _("Somebody started working on it"),
        EventKind.ANSWERED: _("We answered"),
        EventKind.PHONED: _("We answered by phone"),
        EventKind.SOLVED: _("You said that it is solved"),
        EventKind.CLOSED: _("We closed it"),
        EventKind.MAIL_OFF: _("You stopped the e-mails about it"),
        EventKind.MAIL_ON: _("You asked for e-mails again"),
    }[event.kind]


def _team_name(team_id: str) -> str:
    return team_named(assistant().corpus.company, team_id).name.in_language(page_language())


def _page(
    case: Case,
    *,
    text: str = "",
    error: str = "",
    said: str = "",
    sent: str = "",
    graver: EscalationReason | None = None,
) -> str:
    events = runtime().cases.events(case.id)
    return render_template(
        "status/case.html",
        case=case,
        code=form_text("code"),
        state=state_words(case),
        team=_team_name(case.team),
        promised=moment(case.promised_at) if case.waits else "",
        events=[event for event in events if not event.kind.internal],
        text=text,
        error=error,
        said=said,
        sent=sent,
        graver=graver,
    )
