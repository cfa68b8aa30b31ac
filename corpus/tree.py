"""Builds plain data from YAML events; every scalar stays text and every place is remembered.

Events, not composed nodes: a deep or self-referring document is refused while it is read, so
neither recursion nor a chain of references can cost more than the file is long.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

import yaml

from corpus.problem import Problem, Severity

MAX_DEPTH = 20
_COMMENT = re.compile(r"[ \t]*#(?=[^\s#])")
_EMPTY = frozenset({"", "~", "null", "Null", "NULL"})
_QUOTE_IT = "If it was meant as text, put the text in quotes"


class Place(NamedTuple):
    """A position in a file; both count from 1."""

    line: int
    column: int


class _Mark(Protocol):
    """A position as a YAML parser gives it, counting from 0."""

    line: int
    column: int


Steps = tuple[str | int, ...]
"""The way from the top of a file to a value: keys, and positions in lists counted from 0."""

Plain = str | list["Plain"] | dict[str, "Plain"]
"""What a file says: text, lists and groups of keys."""


class UnreadableError(Exception):
    """The rest of the file makes no sense; what is wrong stands in the tree's problems."""


@dataclass(slots=True)
class Tree:
    """The data of one file and where each part stands.

    ``keys`` has the place of each key, ``values`` that of each value, ``empty`` that of each key
    without a value (such a key is left out of ``data``), ``literal`` the paths of ``|`` texts,
    ``refused`` those of values that were reported already.
    """

    file: Path
    lines: tuple[str, ...]
    started: bool = False
    data: Plain | None = None
    keys: dict[Steps, Place] = field(default_factory=dict)
    values: dict[Steps, Place] = field(default_factory=dict)
    empty: dict[Steps, Place] = field(default_factory=dict)
    literal: set[Steps] = field(default_factory=set)
    refused: set[Steps] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def report(
        self, place: Place, code: str, message: str, hint: str, severity: Severity = Severity.ERROR
    ) -> None:
        """Note a problem."""
        self.problems.append(Problem(self.file, *place, severity, code, message, hint))


@dataclass(slots=True)
class _Open:
    """A list or group that is being read; ``key`` waits for its value, which ``drop`` throws away."""

    container: list[Plain] | dict[str, Plain]
    steps: Steps
    key: str | None = None
    drop: bool = False


def grow(tree: Tree, events: Iterable[yaml.Event]) -> None:
    """Read the events of one file into a tree, until ``UnreadableError`` where reading on makes no sense."""
    opened: list[_Open] = []
    for event in events:
        place = _place(event.start_mark)
        if isinstance(event, yaml.DocumentStartEvent):
            _start_document(tree, event, place)
        elif isinstance(event, yaml.CollectionEndEvent):
            opened.pop()
        elif isinstance(event, yaml.NodeEvent):
            _refuse_features(tree, event, place)
            if opened and isinstance(opened[-1].container, dict) and opened[-1].key is None:
                _read_key(tree, opened[-1], event, place)
            else:
                _read_value(tree, opened, event, place)


def _place(mark: _Mark | None) -> Place:
    """Every event of a parser has marks; only hand-made ones may lack them."""
    return Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)


def _start_document(tree: Tree, event: yaml.DocumentStartEvent, place: Place) -> None:
    if tree.started:
        tree.report(
            place,
            "yaml-feature",
            "a second document begins here ('---')",
            "Keep one article in each file: delete this line, or move what follows to a file of its own.",
        )
        raise UnreadableError
    if event.version or event.tags:
        tree.report(
            place,
            "yaml-feature",
            "the file begins with a '%' directive, which is not used here",
            "Delete the lines that begin with '%'.",
        )
    tree.started = True


def _refuse_features(tree: Tree, event: yaml.NodeEvent, place: Place) -> None:
    if isinstance(event, yaml.AliasEvent):
        message = f"'*{event.anchor}' refers to another place, which is not used here"
        hint = f"Write out here what stands there. {_QUOTE_IT}."
    elif event.anchor is not None:
        message = f"'&{event.anchor}' is a label for references, which are not used here"
        hint = f"Delete '&{event.anchor}'. {_QUOTE_IT}."
    elif isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag is not None:
        message = f"{event.tag!r} is a type tag, which is not used here"
        hint = f"Delete it. {_QUOTE_IT}."
    else:
        return
    tree.report(place, "yaml-feature", message, hint)


def _read_key(tree: Tree, group: _Open, event: yaml.NodeEvent, place: Place) -> None:
    if not isinstance(event, yaml.ScalarEvent):
        tree.report(
            place,
            "yaml-syntax",
            "a key must be a single word",
            "Write 'key: value'; text that begins with '[', '{', '?' or '*' must stand in quotes.",
        )
        raise UnreadableError
    steps = (*group.steps, event.value)
    group.key = event.value
    first = tree.keys.setdefault(steps, place)
    merge = event.value == "<<" and not event.style
    group.drop = merge or first != place
    if merge:
        tree.report(
            place,
            "yaml-feature",
            "'<<' copies keys from another place, which is not used here",
            "Write the keys out here.",
        )
    elif first != place:
        tree.report(
            place,
            "duplicate-key",
            f"the key {event.value!r} appears twice; the first stands in line {first.line}",
            "Keep one of the two, or check the indentation: one may belong to another part.",
        )


def _read_value(tree: Tree, opened: list[_Open], event: yaml.NodeEvent, place: Place) -> None:
    if len(opened) >= MAX_DEPTH:
        tree.report(
            place,
            "too-deep",
            f"more than {MAX_DEPTH} levels inside each other",
            "Check the indentation and the brackets; no file here needs that many levels.",
        )
        raise UnreadableError
    parent = opened[-1] if opened else None
    steps = _steps(parent)
    value = _value_of(tree, event, steps)
    if value is None:
        _note_empty(tree, parent, steps, place)
    else:
        tree.values.setdefault(steps, place)
        _attach(tree, parent, value)
    if parent:
        parent.key = None
    if isinstance(value, list | dict):
        opened.append(_Open(value, steps))


def _steps(parent: _Open | None) -> Steps:
    if parent is None:
        return ()
    last = len(parent.container) if parent.key is None else parent.key
    return (*parent.steps, last)


def _value_of(tree: Tree, event: yaml.NodeEvent, steps: Steps) -> Plain | None:
    if isinstance(event, yaml.SequenceStartEvent):
        return []
    if isinstance(event, yaml.MappingStartEvent):
        return {}
    if isinstance(event, yaml.ScalarEvent):
        if event.style == "|":
            tree.literal.add(steps)
        elif event.value and not event.style:
            _warn_of_pitfalls(tree, event)
        return None if not event.style and event.value in _EMPTY else str(event.value)
    tree.refused.add(steps)
    return f"*{event.anchor}"


def _warn_of_pitfalls(tree: Tree, text: yaml.ScalarEvent) -> None:
    """Warn where YAML quietly reads another text than the editor sees."""
    first, end = _place(text.start_mark).line, _place(text.end_mark)
    for number, line in enumerate(tree.lines[first : end.line], first + 1):
        if line.lstrip().startswith("- ") and Place(number, 1) < end:
            tree.report(
                Place(number, len(line) - len(line.lstrip()) + 1),
                "joined-lines",
                "this '- ' line is read as the continuation of the text above, not as a list item",
                "Indent it exactly like the list items above.",
                Severity.WARNING,
            )
    comment = _COMMENT.match(tree.lines[end.line - 1], end.column - 1)
    if comment:
        tree.report(
            Place(end.line, comment.end()),
            "swallowed-text",
            "everything from '#' on is left out: after a space it begins a comment",
            "Put the text in quotes; where a comment is meant, write a space after '#'.",
            Severity.WARNING,
        )


def _attach(tree: Tree, parent: _Open | None, value: Plain) -> None:
    if parent is None:
        tree.data = value
    elif isinstance(parent.container, list):
        parent.container.append(value)
    elif parent.key is not None and not parent.drop:
        parent.container[parent.key] = value


def _note_empty(tree: Tree, parent: _Open | None, steps: Steps, place: Place) -> None:
    if parent is None:
        return
    if isinstance(parent.container, list):
        tree.report(
            place,
            "empty-value",
            "this list item is empty",
            "Write text after the '-', or delete the line; the word null must stand in quotes.",
        )
    elif not parent.drop:
        tree.empty[steps] = tree.keys[steps]
