"""A lost code: number and e-mail address bring a new one, to that address alone."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from assistant.handover import plain_email
from webui.context import runtime
from webui.forms import form_text, tidy
from webui.guessing import note_try, refuse_hurry
from webui.i18n import gettext as _
from webui.i18n import only_switches

bp = Blueprint("lost", __name__)
# Every request counts as a wrong try: nobody tries out numbers and addresses here.
LOST = "lost"


@bp.route("/status/lost", methods=["GET", "POST"])
def show() -> ResponseReturnValue:
    """Ask for number and address; the answer is the same whether or not they belong together."""
    if request.method != "POST":
        number = tidy(request.args.get("number", ""))
        return render_template("status/lost.html", values={"number": number}, errors={})
    values = {"number": form_text("number"), "email": form_text("email")}
    if only_switches():
        asked = bool(form_text("asked"))
        return render_template("status/lost.html", values=values, errors={}, asked=asked)
    if errors := _problems(values):
        return render_template("status/lost.html", values=values, errors=errors), 422
    refuse_hurry(LOST)
    note_try(LOST, right=False)
    runtime().lost_codes.mail_new(values["number"], values["email"], now=datetime.now(UTC))
    return render_template("status/lost.html", values=values, errors={}, asked=True)


def _problems(values: dict[str, str]) -> dict[str, str]:
    problems = {}
    if not any(char.isdigit() for char in values["number"]):
        problems["number"] = _("Please enter the number of your request, such as K-26-048213.")
    if plain_email(values["email"]) is None:
        problems["email"] = _("Please enter the e-mail address that you gave us.")
    return problems
