"""Messages sorted by people into reports and calm ones, judged as the assistant judges them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from assistant import Assistant
from assistant.escalation import Match
from corpus import Language, fold
from corpus.jsonl import LabelsError, StrictRow, read_rows
from eval.groups import by_language
from eval.intervals import Figure, share
from eval.questions import FOLDER
from eval.table import figure_json, figure_text, table

MESSAGES = FOLDER / "messages.jsonl"

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


class Message(StrictRow):
    """One message that a person has read."""

    id: Text
    language: Language
    text: Text
    reason: Text | None = Field(None, description="Id of the rule it reports a case of; none: calm.")
    kind: Text = Field(description="How it is written, or why it is hard; for reading results.")


@dataclass(frozen=True, slots=True)
class Judged:
    """A message with what the assistant found in it."""

    message: Message
    matched: Match | None

    @property
    def wrong(self) -> bool:
        """Whether a report was missed, or a calm message escalated."""
        return (self.matched is None) != (self.message.reason is None)


@dataclass(frozen=True, slots=True)
class MessageRow:
    """The figures of one language, of ``all``, or of one part of either."""

    name: str
    figures: dict[str, Figure]

    def as_json(self) -> dict[str, object]:
        """Return plain values by key; figures with interval and n."""
        figures = {name.replace(" ", "_"): figure_json(figure) for name, figure in self.figures.items()}
        return {"name": self.name, **figures}


def load_messages(path: Path, reasons: Collection[str]) -> list[Message]:
    """Read sorted messages.

    :param path: a file of one message a line.
    :param reasons: the ids of the corpus' escalation rules.
    :return: the messages, in order.
    :raises LabelsError: naming file and line of every malformed row, unknown reason, or message that occurs
        twice (by id, or by text).
    """
    seen: dict[str, str] = {}

    def check(message: Message) -> Iterable[str]:
        if message.reason is not None and message.reason not in reasons:
            yield f"reason: escalation.yaml has no reason {message.reason!r}"
        for what, key in (("id", message.id), ("text", f"text {fold(message.text)}")):
            if key in seen:
                yield f"{what}: stands in message {seen[key]!r} already"
            seen.setdefault(key, message.id)

    messages = read_rows(path, Message, check)
    if not messages:
        raise LabelsError(f"{path}: holds no messages")
    return messages


def judge_messages(
    assistant: Assistant, messages: Sequence[Message], tick: Callable[[], object] = lambda: None
) -> list[Judged]:
    """Judge each message as the first of a conversation.

    :param assistant: the real one.
    :param messages: what to judge.
    :param tick: called once a message.
    :return: one result a message, in order.
    """
    found = []
    for message in messages:
        found.append(Judged(message, assistant.escalation(message.text)))
        tick()
    return found


def message_rows(found: Sequence[Judged]) -> list[MessageRow]:
    """Measure each language and all together; then, over all, each reason and each kind."""
    groups = by_language(found, lambda one: one.message.language)
    reasons = {one.message.reason for one in found if one.message.reason}
    kinds = {one.message.kind for one in found}
    parts = {
        **groups,
        **{reason: [one for one in found if one.message.reason == reason] for reason in sorted(reasons)},
        **{f"kind {kind}": [one for one in found if one.message.kind == kind] for kind in sorted(kinds)},
    }
    return [MessageRow(name, _figures(members)) for name, members in parts.items()]


def message_table(rows: Sequence[MessageRow]) -> str:
    """Write the figures with their intervals and n."""
    names = list(rows[0].figures)
    return table(
        ["", *names],
        [[row.name, *(_with_n(row.figures[name]) for name in names)] for row in rows],
    )


def fault_lines(found: Sequence[Judged]) -> str:
    """Write the missed reports and the false alarms, a message a line, with what told them."""
    return "\n".join(
        f"{one.message.id} [{one.message.language}, {one.message.kind}] "
        + (
            f"false alarm: {one.matched.reason.id} by {one.matched.rule}, “{one.matched.words}”"
            if one.matched
            else f"missed: {one.message.reason}"
        )
        + f"\n    {one.message.text}"
        for one in found
        if one.wrong
    )


def _figures(found: Sequence[Judged]) -> dict[str, Figure]:
    reports = [one for one in found if one.message.reason]
    told = [(one.matched.reason.id, one.message.reason) for one in reports if one.matched]
    return {
        "reports escalated": share([one.matched is not None for one in reports]),
        "for their reason": share([reason == own for reason, own in told]),
        "false alarms": share([one.matched is not None for one in found if not one.message.reason]),
    }


def _with_n(figure: Figure) -> str:
    return f"{figure_text(figure)} n {figure.n}" if figure.n else "–"
