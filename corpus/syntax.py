"""Says in plain words what a YAML parser complains about.

PyYAML has two parsers, one in C and one in Python, whose wording differs; the words looked for
here appear in both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import yaml

from corpus.tree import Place

_KEY = re.compile(r"""^\s*(?:- +)*(?:[^\s:#"'][^:]*|"[^"]*"|'[^']*')\s*:\s""")


class Explanation(NamedTuple):
    """Where an editor should look, what is wrong there, and what to do."""

    place: Place
    message: str
    hint: str


class _Fault(NamedTuple):
    """A parser's complaint: the words, where it stopped, where the part it read began."""

    words: str
    doing: str
    stopped: Place
    began: Place
    line: str

    @property
    def before(self) -> str:
        """The line up to the place where the parser stopped."""
        return self.line[: self.stopped.column - 1]


def explain(error: yaml.YAMLError, lines: Sequence[str]) -> Explanation:
    """Turn a parser's error into words for an editor.

    :param error: what PyYAML raised.
    :param lines: the lines of the file, at least one.
    :return: the place to look at, the message and the hint.
    """
    stopped = _place(getattr(error, "problem_mark", None), lines) or Place(1, 1)
    began = _place(getattr(error, "context_mark", None), lines) or stopped
    words, doing = (str(getattr(error, name, None) or "") for name in ("problem", "context"))
    fault = _Fault(words, doing, stopped, began, lines[stopped.line - 1])
    for look in (_white_space, _quotes, _first_sign, _colon, _brackets, _block_text, _list_item, _order):
        if explanation := look(fault):
            return explanation
    return Explanation(
        stopped,
        f"this line cannot be read ({words or error})",
        "Check the indentation and the quotes of this line and of the one above.",
    )


def _place(mark: yaml.Mark | None, lines: Sequence[str]) -> Place | None:
    if mark is None:
        return None
    if mark.line >= len(lines):
        return Place(len(lines), len(lines[-1]) + 1)
    return Place(mark.line + 1, mark.column + 1)


def _white_space(fault: _Fault) -> Explanation | None:
    indent = fault.line[: len(fault.line) - len(fault.line.lstrip())]
    for sign, name in (("\t", "a tab"), ("\u00a0", "a no-break space")):
        if sign in indent:
            return Explanation(
                Place(fault.stopped.line, indent.index(sign) + 1),
                f"{name} is used for indentation",
                "Replace it with spaces, two for each level; most editors can do this for the whole file.",
            )
    return None


def _quotes(fault: _Fault) -> Explanation | None:
    if "quoted scalar" in fault.doing and ("escape" in fault.words or "hex" in fault.words):
        return Explanation(
            fault.stopped,
            "a backslash in double quotes begins a special character that does not exist",
            "Use single quotes around this text, or write the backslash twice.",
        )
    if "quoted scalar" in fault.doing:
        return Explanation(
            fault.began,
            "the quotation mark that opens here is never closed",
            "Add the same quotation mark at the end of the text.",
        )
    if "block mapping" in fault.doing and fault.before.rstrip().endswith(('"', "'")):
        return Explanation(
            fault.stopped,
            "text follows a closing quotation mark",
            'Put the whole text in quotes; inside \'…\' write an apostrophe twice, inside "…" write \\".',
        )
    return None


def _first_sign(fault: _Fault) -> Explanation | None:
    sign = {"scanning an alias": "*", "scanning an anchor": "&", "a tag": "!"}
    begins = next((sign[doing] for doing in sign if doing in fault.doing), None)
    place = fault.began
    if begins is None and ("cannot start any token" in fault.words or "node content" in fault.words):
        begins = fault.line[fault.stopped.column - 1 :][:1]
        place = fault.stopped
    if begins is None and "directive" in fault.doing:
        begins, place = "%", fault.began
    if begins is None and "mapping keys are not allowed" in fault.words:
        begins, place = "?", fault.stopped
    if not begins:
        return None
    return Explanation(
        place,
        f"a text must not begin with {begins!r} here: the sign has a meaning of its own",
        "Put the whole text in quotes.",
    )


def _colon(fault: _Fault) -> Explanation | None:
    if "mapping values are not allowed" in fault.words and _KEY.match(fault.before):
        return Explanation(
            fault.stopped,
            "a colon followed by a space stands inside a text without quotes",
            "Put the whole text in quotes.",
        )
    if "mapping values are not allowed" in fault.words:
        return Explanation(
            fault.stopped,
            "a new key is not expected here",
            "Indent this line like its neighbours; the line above may lack ': ' between key and value.",
        )
    if "could not find expected ':'" in fault.words:
        return Explanation(
            fault.began,
            "this line is neither 'key: value' nor the continuation of a text",
            "Put a colon and a space after the key; indent the lines of a longer text.",
        )
    return None


def _brackets(fault: _Fault) -> Explanation | None:
    if "flow" in fault.doing:
        return Explanation(
            fault.began,
            "the bracket that opens here is not closed as a list must be",
            "Put a text that begins with '[' or '{' in quotes, or close the list with ']'.",
        )
    if "block mapping" in fault.doing and fault.before.rstrip().endswith(("]", "}")):
        return Explanation(
            fault.stopped,
            "text follows a closing bracket",
            "Put a text that begins with '[' or '{' in quotes, or write it under a '|'.",
        )
    return None


def _block_text(fault: _Fault) -> Explanation | None:
    if "block scalar" not in fault.doing:
        return None
    return Explanation(
        fault.began,
        f"text stands in the same line as {fault.line[fault.began.column - 1 :][:1]!r}",
        "Begin the text in the next line, indented by two spaces more than its key.",
    )


def _list_item(fault: _Fault) -> Explanation | None:
    if "sequence entries are not allowed" in fault.words or (
        "block mapping" in fault.doing and fault.line[fault.stopped.column - 1 :][:2] in {"-", "- "}
    ):
        return Explanation(
            fault.stopped,
            "a list item is not expected here",
            "Begin each '- ' in a line of its own below its key; put a text that begins with '-' in quotes.",
        )
    return None


def _order(fault: _Fault) -> Explanation | None:
    if "block mapping" in fault.doing or "block collection" in fault.doing:
        return Explanation(
            fault.stopped,
            "the indentation does not fit the lines above",
            "Indent keys of the same level equally, and each further level by two spaces.",
        )
    if "document start" in fault.words:
        return Explanation(
            fault.stopped,
            "text follows the end of the data",
            "Check the indentation of this line, and that '...' and '%' do not begin a line above.",
        )
    return None
