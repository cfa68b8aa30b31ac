"""Which language a page speaks, and how the choice travels without a cookie.

The order: an explicit choice (``lang``), then the language of the conversation, then the browser's
``Accept-Language`` without regions (``de-AT`` counts as ``de``), then German.
"""

from __future__ import annotations

from datetime import date
from typing import Any, cast

import flask_babel
from babel.dates import format_date
from flask import Flask, g, request
from werkzeug.datastructures import LanguageAccept

from assistant.language import identify_language
from corpus import LANGUAGES, Language
from webui.tongues import LOCALES

DEFAULT: Language = "de"
BEGINNING = 500
"""Characters by which the language of a longer text is told."""


def install(app: Flask, time_zone: str) -> None:
    """Give the app its two catalogues, its time zone and links that keep the language."""
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT
    app.config["BABEL_DEFAULT_TIMEZONE"] = time_zone
    flask_babel.Babel(app, locale_selector=page_language)
    app.jinja_env.globals["language_of"] = language_of
    app.jinja_env.filters["day"] = day
    app.url_defaults(_keep_language)


def gettext(text: str, **values: object) -> str:
    """Return a text in the page's language, with its named values filled in."""
    return str(flask_babel.gettext(text, **values))


def day(when: date) -> str:
    """Write a date as everything else here does: ``3. November 2026``, ``3 November 2026``."""
    locale = flask_babel.get_locale()
    return str(format_date(when, "long", LOCALES[cast(Language, locale.language if locale else DEFAULT)]))


def page_language() -> Language:
    """Return the language of the page that is being answered."""
    if "language" not in g:
        g.language = explicit_language() or accepted_language(request.accept_languages)
    return cast(Language, g.language)


def use_language(language: Language | None) -> None:
    """Speak the conversation's language from here on, unless the customer chose one explicitly."""
    if language and not explicit_language():
        g.language = language
        flask_babel.refresh()


def explicit_language() -> Language | None:
    """Return the language that the customer chose in the address."""
    return as_language(request.args.get("lang"))


def language_of(text: str) -> Language | None:
    """Return the language of what somebody wrote, ``None`` where it is too short to tell."""
    return identify_language(text[:BEGINNING])


def as_language(value: str | None) -> Language | None:
    """Return ``value`` where it names one of our languages, regions stripped, else ``None``."""
    code = (value or "").replace("_", "-").partition("-")[0].strip().lower()
    return next((language for language in LANGUAGES if language == code), None)


def accepted_language(accepted: LanguageAccept) -> Language:
    """Return the browser's first language that we speak, best quality first."""
    spoken = (as_language(value) for value, quality in accepted if quality > 0)
    return next((language for language in spoken if language), DEFAULT)


def only_switches() -> bool:
    """Say whether a form was posted for the other language alone, so that what was typed only comes back."""
    return "unsent" in request.form


def other_language(language: Language) -> Language:
    """Return the language to switch to."""
    return "en" if language == "de" else "de"


def _keep_language(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" or endpoint.startswith("api.") or not request:
        return
    if explicit_language() or page_language() != accepted_language(request.accept_languages):
        values.setdefault("lang", page_language())
