"""Reads what browsers send in forms: any text, tidied, never an error."""

from __future__ import annotations

import re

from flask import request

_LINE_ENDS = re.compile(r"\r\n?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def form_text(name: str) -> str:
    """Return a form field without control characters and without white space around it."""
    return tidy(request.form.get(name, ""))


def tidy(text: str) -> str:
    """Write line ends as browsers show them, drop control characters and the space around the text."""
    return _CONTROL.sub("", _LINE_ENDS.sub("\n", text)).strip()
