"""Recognises when a person must take over at once, by the corpus' transparent rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.alarm import Suspicion
from corpus import EscalationReason, EscalationRules, fold


@dataclass(frozen=True, slots=True)
class Match:
    """The reason, and what told it: the words a rule fired on (folded), or the nearest example."""

    reason: EscalationReason
    words: str
    rule: str = "pattern"


@dataclass(frozen=True, slots=True)
class _Rule:
    reason: EscalationReason
    report: re.Pattern[str]
    unless: re.Pattern[str] | None


class Escalation:
    """The compiled rules, tried in the order in which the corpus lists them."""

    def __init__(self, rules: EscalationRules) -> None:
        self._reasons = {reason.id: reason for reason in rules.reasons}
        self._rules = tuple(
            _Rule(
                reason=reason,
                report=_any_of((*reason.report.de, *reason.report.en)),
                unless=_any_of(unless) if (unless := (*reason.unless.de, *reason.unless.en)) else None,
            )
            for reason in rules.reasons
            if reason.report.de or reason.report.en
        )

    def match(self, text: str) -> Match | None:
        """Return the first rule that a text reports a case of, ``None`` where there is none."""
        return next(self.matches(text), None)

    def matches(self, text: str, *, undoubted: bool = False) -> Iterator[Match]:
        """Yield the rules that a text reports a case of.

        :param text: the message.
        :param undoubted: try only the rules that no example overrules.
        :yield: each with the words that told it.
        """
        folded = fold(text)
        for rule in self._rules:
            if undoubted and not rule.reason.never_doubted:
                continue
            found = rule.report.search(folded)
            if found and not (rule.unless and rule.unless.search(folded)):
                yield Match(rule.reason, found.group())

    def suspected(self, suspicion: Suspicion | None, point: float) -> Match | None:
        """Return what an alarm stands for, ``None`` where it is below its point or its reason has no rule."""
        if suspicion is None or suspicion.probability < point or suspicion.reason not in self._reasons:
            return None
        rule = f"example, p {suspicion.probability:.3f} >= {point:.3f}"
        return Match(self._reasons[suspicion.reason], suspicion.example, rule)


def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
