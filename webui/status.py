"""How a request stands: found by number and code, told in words, open for one more message."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assistant import Case, HandOverError
from assistant.case import CaseState, EventKind
from assistant.codes import plain_number
from assistant.promise import promised_words
from webui.context import assistant, runtime
from webui.forms import form_text
from webui.guessing import note_try, refuse_hurry
from webui.i18n import gettext as _
from webui.i18n import page_language

bp = Blueprint("status", __name__)


@bp.route("/status", methods=["GET", "POST"])
@bp.get("/status/<number>")
def show(number: str = "") -> ResponseReturnValue:
    """Ask for number and code, or show the case they open; a wrong one is not told from an unknown.

    Mails link to the page with the number; the code is typed, and never part of an address.
    """
    if request.method != "POST":
        return render_template("status/ask.html", number=number)
    case = _found()
    return _page(case) if case else _not_found()


@bp.get("/status/message")
def add_nothing() -> ResponseReturnValue:
    """Lead to the question for number and code: an addition cannot be opened by its address."""
    return redirect(url_for("status.show"))


@bp.post("/status/message")
def add() -> ResponseReturnValue:
    """Add a message to a case."""
    case, text = _found(), form_text("message")
    if case is None:
        return _not_found()
    try:
        changed = runtime().cases.add_message(case.id, text, now=datetime.now(UTC))
    except HandOverError as problem:
        return _page(case, text=text, error=problem.fields["message"]), 422
    return _page(changed, said=_("Thank you. Your message was added."))


def moment(when: datetime) -> str:
    """Write a moment as the promise is written."""
    return promised_words(assistant().corpus.company, when, language=page_language())


def state_words(state: CaseState) -> str:
    """Say how far a case has come."""
    return {
        CaseState.RECEIVED: _("Your request has arrived. It is waiting for its turn."),
        CaseState.IN_PROGRESS: _("Somebody is working on it."),
        CaseState.ANSWERED: _("We have answered."),
        CaseState.CLOSED: _("It is closed. Write to us here if you need anything else."),
    }[state]


def event_words(kind: EventKind) -> str:
    """Say what happened to a case."""
    return {
        EventKind.OPENED: _("You wrote to us"),
        EventKind.MESSAGE: _("You added"),
        EventKind.TAKEN: _("Somebody started working on it"),
        EventKind.ANSWERED: _("We answered"),
        EventKind.CLOSED: _("Closed"),
        EventKind.DELETED: _("Deleted"),
    }[kind]


def _found() -> Case | None:
    number = plain_number(form_text("number"))
    refuse_hurry(number)
    case = runtime().cases.find(number, form_text("code"))
    note_try(number, right=case is not None)
    return case


def _not_found() -> ResponseReturnValue:
    error = _("Number and code do not fit together. Please check both.")
    return render_template("status/ask.html", number=form_text("number"), error=error), 404


def _page(case: Case, *, text: str = "", error: str = "", said: str = "") -> str:
    open_until = case.state in {CaseState.RECEIVED, CaseState.IN_PROGRESS}
    return render_template(
        "status/case.html",
        case=case,
        code=form_text("code"),
        state=state_words(case.state),
        promised=moment(case.promised_at) if open_until else "",
        events=runtime().cases.events(case.id),
        text=text,
        error=error,
        said=said,
        sent="added" if said else "",
    )
