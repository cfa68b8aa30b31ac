"""The team's desk: a case and a queue, opened by the signed links in the team's mails.

The link is all it takes, so its pages are stored nowhere and found by no search engine. Opening one
changes nothing, whatever a mail scanner does with it; only the form acts. A case leads to the queue of
its team and the queue to its cases, and all of them end with the link of the mail that was opened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from flask import Blueprint, Response, abort, make_response, render_template, request, send_file
from flask.typing import ResponseReturnValue

from assistant import Case, HandOverError
from assistant.case import StepError
from assistant.case_rows import team_named
from assistant.handover import MESSAGE_LIMIT, check_message
from assistant.links import CaseLink
from corpus import Team
from webui.context import MAX_ID, assistant, runtime
from webui.desk_view import desk_case, is_overdue, language_name, time_left, topic_name, urgency
from webui.forms import form_text
from webui.i18n import gettext as _
from webui.i18n import page_language

bp = Blueprint("desk", __name__)
NAME_LIMIT = 80
# What a team may do with a case that is with another one.
_FROM_AFAR = frozenset({"hand_over", "note"})


@dataclass(frozen=True, slots=True)
class DeskForm:
    """What stands in the form of a case, and what is wrong with it."""

    act: str = ""
    who: str = ""
    answer: str = ""
    note: str = ""
    team: str = ""
    reason: str = ""
    holder: str = ""
    seen: int = 0
    errors: dict[str, str] = field(default_factory=dict)


@bp.after_request
def keep_private(response: Response) -> Response:
    """Let no browser, proxy or search engine keep a page of the desk."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@bp.route("/desk/<token>", methods=["GET", "POST"])
def case(token: str) -> ResponseReturnValue:
    """Show a case to the team, and do what its form asks for."""
    now = datetime.now(UTC)
    link = runtime().cases.links.read_case(token, now=now)
    found = runtime().cases.get(link.case_id) if link else None
    if link is None or found is None or _team(link.team) is None:
        return _gone()
    form = _posted() if request.method == "POST" else DeskForm()
    if not form.act:
        return _page(found, link, form, now=now)
    act = _ACTS.get(form.act) or abort(400)
    if errors := _missing(form):
        return _page(found, link, form, errors=errors, now=now), 422
    here = team_named(assistant().corpus.company, found.team).id == link.team
    if not here and form.act not in _FROM_AFAR:
        errors = {"act": _("The case is with another team. Bring it to your team first.")}
        return _page(found, link, form, errors=errors, now=now), 409
    try:
        changed = act(found, form, now)
    except StepError as problem:
        found = runtime().cases.get(link.case_id)
        return (_page(found, link, form, errors={"act": _words(problem)}, now=now), 409) if found else _gone()
    except HandOverError as problem:
        errors = {_FIELDS[form.act]: problem.fields["message"]}
        return _page(found, link, form, errors=errors, now=now), 422
    runtime().outbox.wake()
    return _page(changed, link, DeskForm(who=form.who), said=_said(form.act, changed), now=now)


@bp.get("/desk/<token>/files/<int:number>")
def file(token: str, number: int) -> ResponseReturnValue:
    """Give out a file that came with a case, as a download: a customer made it, no browser opens it here."""
    link = runtime().cases.links.read_case(token, now=datetime.now(UTC))
    kept = runtime().cases.attachment(number) if link and number <= MAX_ID else None
    if link is None or kept is None or kept.case_id != link.case_id or not kept.path.is_file():
        return _gone()
    return send_file(
        kept.path.absolute(),
        mimetype=kept.media_type,
        as_attachment=True,
        download_name=kept.name,
        etag=False,
        last_modified=None,
    )


@bp.get("/desk/team/<token>")
def team(token: str) -> ResponseReturnValue:
    """List the open cases of a team, most urgent first."""
    now = datetime.now(UTC)
    cases = runtime().cases
    link = cases.links.read_team(token, now=now)
    found = _team(link.team) if link else None
    if link is None or found is None:
        return _gone()
    company, holders = assistant().corpus.company, cases.holders()
    rows = [
        {
            "case": each,
            "token": cases.links.case_token(each.id, found.id, now=now, end=link.end),
            "holder": holders.get(each.number, ""),
            "topic": topic_name(company, each),
            "urgency": urgency(each),
            "language": language_name(each.language),
            "left": time_left(company, found, each, now=now),
            "overdue": is_overdue(each, now=now),
        }
        for each in cases.list_open(found.id)
    ]
    return render_template("desk/team.html", team=found, rows=rows)


def _gone() -> ResponseReturnValue:
    return make_response(render_template("desk/gone.html", days=runtime().settings.desk_link_days), 404)


def _team(team_id: str) -> Team | None:
    return next((each for each in assistant().corpus.company.teams if each.id == team_id), None)


def _posted() -> DeskForm:
    return DeskForm(
        act=form_text("act"),
        who=" ".join(form_text("who").split()),
        answer=form_text("answer"),
        note=form_text("note"),
        team=form_text("team"),
        reason=form_text("reason"),
        holder=form_text("holder"),
        seen=request.form.get("seen", 0, type=int),
    )


def _page(
    case: Case,
    link: CaseLink,
    form: DeskForm,
    *,
    now: datetime,
    errors: dict[str, str] | None = None,
    said: str = "",
) -> str:
    shown = desk_case(case, link.team, now=now)
    queue = runtime().cases.links.team_token(link.team, now=now, end=link.end)
    return render_template(
        "desk/case.html",
        desk=shown,
        case=case,
        files=runtime().cases.attachments(case.id),
        own=_team(link.team),
        queue=queue,
        form=form,
        errors=errors or {},
        said=said,
    )


def _missing(form: DeskForm) -> dict[str, str]:
    if not form.who:
        return {"who": _("Please type your name, so that the others can see who is acting.")}
    if len(form.who) > NAME_LIMIT:
        return {"who": _("This name is too long: at most %(limit)s characters.", limit=NAME_LIMIT)}
    text = _FIELDS.get(form.act)
    if text and not (form.act == "hand_over" and not form.reason):
        try:
            check_message(getattr(form, text), page_language())
        except HandOverError:
            empty = not getattr(form, text)
            too_long = _("This text is too long: at most %(limit)s characters.", limit=MESSAGE_LIMIT)
            return {text: _("Please write the text first.") if empty else too_long}
    return {}


def _words(problem: StepError) -> str:
    return {
        "held": _(
            "%(name)s has this case. Ask there, or take it over.", name=problem.holder or _("Somebody else")
        ),
        "closed": _("The case is closed. A new message of the customer opens it again."),
        "done": _("The case is answered already. There is nothing to hand over."),
        "there": _("The case is with this team already."),
        "no_team": _("Please choose a team."),
        "stale": _("Something has happened in the meantime. Please read it above, then send again."),
    }[problem.reason]


def _said(act: str, case: Case) -> str:
    mailed = case.email and case.wants_mail
    return {
        "claim": _("The case is yours. The customer sees that somebody is working on it."),
        "answer": _("Your answer goes to %(email)s and appears on the status page.", email=case.email or "")
        if mailed
        else _("Your answer is on the status page."),
        "phoned": _("Noted. The customer finds it on the status page, too."),
        "hand_over": _("The case is handed over. The team has a mail, the customer sees it."),
        "note": _("The note is saved. The customer does not see it."),
        "close": _("The case is closed."),
    }[act]


def _claim(case: Case, form: DeskForm, now: datetime) -> Case:
    return runtime().cases.claim(case.number, actor=form.who, now=now, instead_of=form.holder)


def _answer(case: Case, form: DeskForm, now: datetime) -> Case:
    return runtime().cases.answer(
        case.number, form.answer, actor=form.who, now=now, by_phone=form.act == "phoned", seen=form.seen
    )


def _hand_over(case: Case, form: DeskForm, now: datetime) -> Case:
    return runtime().cases.hand_over(
        case.number, form.team, form.reason, actor=form.who, now=now, seen=form.seen
    )


def _note(case: Case, form: DeskForm, now: datetime) -> Case:
    return runtime().cases.note(case.number, form.note, actor=form.who, now=now, seen=form.seen)


def _close(case: Case, form: DeskForm, now: datetime) -> Case:
    return runtime().cases.close(case.number, actor=form.who, now=now, seen=form.seen)


_ACTS: dict[str, Callable[[Case, DeskForm, datetime], Case]] = {
    "claim": _claim,
    "answer": _answer,
    "phoned": _answer,
    "hand_over": _hand_over,
    "note": _note,
    "close": _close,
}
# The field that holds the text of an act.
_FIELDS = {"answer": "answer", "phoned": "answer", "hand_over": "reason", "note": "note"}
