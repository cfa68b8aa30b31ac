"""What can be wrong with questions, tasks and measurements."""

from __future__ import annotations

from corpus import LotseError


class EvalError(LotseError):
    """Base of this package's errors."""


class LabelsError(EvalError):
    """A file of questions or tasks cannot be used; the text names file and line of everything wrong."""


class ColdStartError(EvalError):
    """A fresh process gave no answer; the text is what it wrote."""
