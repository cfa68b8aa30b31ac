"""What can go wrong when a question is asked or a confidence is fitted."""

from __future__ import annotations

from typing import Literal

from corpus import LotseError


class AssistantError(LotseError):
    """Base of this layer's errors."""


class ConfidenceError(AssistantError):
    """The stored confidence is missing parts or belongs to another index; says what to run."""


class QuestionError(AssistantError):
    """A text that cannot be asked; ``limit`` is the largest number of characters."""

    def __init__(self, code: Literal["empty", "too_long"], *, limit: int) -> None:
        self.code = code
        self.limit = limit
        message = {
            "empty": "the question is empty; write it in a few words",
            "too_long": f"the question has more than {limit} characters; shorten it or send it to a person",
        }[code]
        super().__init__(message)
