"""Reads one YAML file strictly: plain data, every scalar as text, and the place of every part."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from corpus.problem import Problem, Severity
from corpus.syntax import explain
from corpus.tree import Place, Plain, Steps, Tree, UnreadableError, grow

MAX_BYTES = 4_000_000
LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""PyYAML's parser in C where it was built, else the one in Python."""

_INVISIBLE = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\u2028\\u2029\\ufeff\\ufffe\\uffff]")
_LINE_END = re.compile(r"\r\n|\r|\n")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Source:
    """One file as read: its data, the places of keys and values, and what is wrong with it.

    ``data`` is ``None`` where the file could not be read to its end.
    """

    file: Path
    data: Plain | None
    keys: Mapping[Steps, Place] = field(default_factory=dict)
    values: Mapping[Steps, Place] = field(default_factory=dict)
    empty: Mapping[Steps, Place] = field(default_factory=dict)
    literal: frozenset[Steps] = frozenset()
    refused: frozenset[Steps] = frozenset()
    lines: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    def place(self, *steps: str | int) -> Place:
        """Return where a value stands, or else the nearest part around it."""
        return self._nearest(steps, self.values)

    def key_place(self, *steps: str | int) -> Place:
        """Return where a key stands (of a list item: the item), or else the nearest part around it."""
        return self._nearest(steps, self.keys, self.values)

    def place_in(self, steps: Steps, offset: int) -> Place:
        """Return where a character of a text stands: exactly in a ``|`` text, else where the text begins."""
        value = self.text(*steps)
        start = self.place(*steps)
        if steps not in self.literal:
            return start
        before = value[:offset]
        number = start.line + 1 + before.count("\n")
        inside = offset - (before.rfind("\n") + 1)
        content = value.split("\n")[before.count("\n")]
        return Place(number, len(self.lines[number - 1]) - len(content) + inside + 1)

    def text(self, *steps: str | int) -> str:
        """Return the text at the end of a path, empty where there is none."""
        node: object = self.data
        for step in steps:
            if isinstance(node, dict):
                node = node.get(step)
            elif isinstance(node, list) and isinstance(step, int):
                node = node[step] if step < len(node) else None
            else:
                return ""
        return node if isinstance(node, str) else ""

    def problem(self, place: Place, severity: Severity, code: str, message: str, hint: str) -> Problem:
        """Make a problem of this file."""
        return Problem(self.file, place.line, place.column, severity, code, message, hint)

    @staticmethod
    def _nearest(steps: Steps, *maps: Mapping[Steps, Place]) -> Place:
        for length in range(len(steps), -1, -1):
            for places in maps:
                if steps[:length] in places:
                    return places[steps[:length]]
        return Place(1, 1)


def read_source(file: Path) -> Source:
    """Read a file; whatever is wrong with it becomes a problem, never an exception.

    :param file: the YAML file.
    :return: its data and places; ``data`` is ``None`` when it cannot be read.
    """
    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        return _refused(
            file,
            Place(1, 1),
            "unreadable-file",
            f"the file cannot be opened: {error.strerror}",
            "Check that it exists and that its permissions allow reading.",
        )
    return parse_source(file, content)


def parse_source(file: Path, content: bytes, *, loader: type[Any] = LOADER) -> Source:
    """Read the bytes of a file.

    :param file: the name under which problems are reported.
    :param content: what stands in the file.
    :param loader: the parser of PyYAML that reads it.
    :return: its data and places; ``data`` is ``None`` when it cannot be read.
    """
    if len(content) > MAX_BYTES:
        return _refused(
            file,
            Place(1, 1),
            "too-large",
            f"the file is larger than {MAX_BYTES // 1_000_000} MB",
            "Shorten it; an article rarely needs more than 20 kB, a list of examples rarely 3 MB.",
        )
    if content.startswith(_UTF_16):
        return _refused(
            file, Place(1, 1), "encoding", "the file is saved as UTF-16", "Save it as UTF-8 in your editor."
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _refused(
            file,
            _place_after(error.object[: error.start].decode("utf-8-sig")),
            "encoding",
            f"the byte 0x{error.object[error.start]:02x} here is not UTF-8",
            "Save the file as UTF-8 in your editor; umlauts need it.",
        )
    if found := _INVISIBLE.search(text):
        return _refused(
            file,
            _place_after(text[: found.start()]),
            "invisible-character",
            f"an invisible character stands here (U+{ord(found.group()):04X})",
            "Delete it; it often comes along when text is copied from another program.",
        )
    return _parse(file, text, loader)


def _refused(file: Path, place: Place, code: str, message: str, hint: str) -> Source:
    return Source(file, None, problems=(Problem(file, *place, Severity.ERROR, code, message, hint),))


def _place_after(text: str) -> Place:
    lines = _LINE_END.split(text)
    return Place(len(lines), len(lines[-1]) + 1)


def _parse(file: Path, text: str, loader: type[Any]) -> Source:
    lines = tuple(_LINE_END.split(text))
    tree = Tree(file, lines)
    readable = True
    try:
        grow(tree, yaml.parse(text, Loader=loader))
    except UnreadableError:
        readable = False
    except yaml.YAMLError as error:
        readable = False
        explanation = explain(error, lines)
        tree.report(explanation.place, "yaml-syntax", explanation.message, explanation.hint)
    if readable and tree.data is None:
        tree.report(Place(1, 1), "empty-file", "the file is empty", "Fill it, or delete it.")
    return Source(
        file,
        tree.data if readable else None,
        tree.keys,
        tree.values,
        tree.empty,
        frozenset(tree.literal),
        frozenset(tree.refused),
        lines,
        tuple(tree.problems),
    )
