"""A cover sheet for a fax that belongs to a case, to be printed and sent on top."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assistant import Case
from assistant.days import full_date
from assistant.hours import Calendar
from corpus import Channel, ChannelKind
from webui import status
from webui.context import assistant
from webui.forms import form_text
from webui.i18n import page_language

bp = Blueprint("fax", __name__)


def fax_channel() -> Channel | None:
    """Return the company's fax, where it has one."""
    channels = assistant().corpus.company.channels
    return next((channel for channel in channels if channel.kind is ChannelKind.FAX), None)


@bp.get("/status/fax")
def ask() -> ResponseReturnValue:
    """Lead to the question for number and code: a sheet cannot be opened by its address."""
    return redirect(url_for("status.show"))


@bp.post("/status/fax")
def sheet() -> ResponseReturnValue:
    """Show the sheet of the case that number and code open; the code itself is never printed on it."""
    fax, company, language = fax_channel(), assistant().corpus.company, page_language()
    if fax is None:
        abort(404)
    case = status.posted_case()
    if case is None:
        return status.not_found()
    topics = {topic.id: topic.name.in_language(language) for topic in company.topics}
    today = Calendar(company).local(datetime.now(UTC)).date()
    return render_template(
        "status/fax.html",
        case=case,
        code=form_text("code"),
        fax=fax,
        topic=topics.get(case.topic or "", ""),
        today=full_date(today, date.min, language),
        typed=_typed(case),
    )


def _typed(case: Case) -> dict[str, str]:
    """Return what stands in the fields: what was typed before the language changed, else what we know."""
    known = {"sender": case.name or "", "customer": "", "reply": case.phone or case.email or "", "pages": ""}
    return {name: form_text(name) if name in request.form else value for name, value in known.items()}
