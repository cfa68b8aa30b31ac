"""What can be wrong with measurements."""

from __future__ import annotations

from corpus import LotseError


class EvalError(LotseError):
    """Base of this package's errors."""


class ColdStartError(EvalError):
    """A fresh process gave no answer; the text is what it wrote."""
