"""Imprint, privacy and accessibility: made of the facts in ``legal.yaml``, own texts, or pages elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from flask import Blueprint, abort, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from corpus import Language, Legal, LegalPage, load_legal
from webui.context import runtime
from webui.i18n import gettext as _
from webui.i18n import page_language
from webui.live import LiveFile
from webui.prose import render_markdown

bp = Blueprint("legal", __name__)
DRAFT_DAYS = 7
"""How long a browser keeps the draft of a message; static/contact.js deletes it then."""


@dataclass(frozen=True, slots=True)
class LegalLink:
    """A link to a legal page."""

    page: LegalPage
    name: str
    address: str


def live_legal(folder: Path) -> LiveFile[Legal]:
    """Return the newest good legal facts of a folder."""
    return LiveFile(folder / "legal.yaml", load_legal, Legal())


@bp.get("/<any(imprint, privacy, accessibility):name>")
def show(name: str) -> ResponseReturnValue:
    """Show a legal page, or lead to where it stands."""
    page, language, legal = LegalPage(name), page_language(), source().content
    if not legal.has(page):
        abort(404)
    if elsewhere := legal.url(page):
        return redirect(elsewhere.in_language(language))
    own = legal.text(page)
    settings = runtime().settings
    return render_template(
        "legal/show.html",
        title=page_name(page),
        own=render_markdown(own.in_language(language)) if own else None,
        template=f"legal/{page}.{language}.html",
        facts=getattr(legal, page),
        shared=settings.rate_storage is not None,
        has_imprint=legal.has(LegalPage.IMPRINT),
        retention_days=settings.retention_days,
        takes_files=settings.attachments > 0,
        draft_days=DRAFT_DAYS,
    )


def links() -> list[LegalLink]:
    """Return the legal pages that there are, as every page links them."""
    legal, language = source().content, page_language()
    return [_link(legal, page, language) for page in LegalPage if legal.has(page)]


def privacy_link() -> LegalLink | None:
    """Return the link to what happens with a customer's data, where the operator has told it."""
    legal = source().content
    if not legal.has(LegalPage.PRIVACY):
        return None
    # It opens in a tab of its own, so the form stays as it is.
    return _link(legal, LegalPage.PRIVACY, page_language(), embed=None)


def page_name(page: LegalPage) -> str:
    """Return what a page is called."""
    return {
        LegalPage.IMPRINT: _("Imprint"),
        LegalPage.PRIVACY: _("Privacy"),
        LegalPage.ACCESSIBILITY: _("Accessibility"),
    }[page]


def source() -> LiveFile[Legal]:
    """Return the source of this application's legal pages."""
    return cast(LiveFile[Legal], current_app.extensions["lotse.legal"])


def _link(legal: Legal, page: LegalPage, language: Language, **values: Any) -> LegalLink:
    elsewhere = legal.url(page)
    address = elsewhere.in_language(language) if elsewhere else url_for("legal.show", name=page, **values)
    return LegalLink(page, page_name(page), address)
