"""What can be wrong with measurements."""

from __future__ import annotations

from corpus import LotseError


class EvalError(LotseError):
    """Base of this package's errors."""


class ServedError(EvalError):
    """The server to be measured did not start; the text is what it wrote."""


class BrowserError(EvalError):
    """What drives the browser is missing; the text says how to install it."""


class ColdStartError(EvalError):
    """A fresh process gave no answer; the text is what it wrote."""
