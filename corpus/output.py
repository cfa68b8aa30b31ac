"""Shows what a check found: to people, to programs and to GitHub."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import groupby
from pathlib import Path

from corpus.load import Report
from corpus.problem import Problem, Severity


def as_text(report: Report) -> str:
    """Return the problems grouped by file, with a summary line at the end."""
    parts = []
    for file, problems in groupby(report.problems, key=lambda problem: problem.file):
        parts.append(f"{_shown(file)}\n" + "".join(_entry(problem) for problem in problems))
    return "\n".join([*parts, summary(report)])


def as_json(report: Report) -> str:
    """Return the problems and the counts as JSON."""
    content = {
        "articles": report.articles,
        "languages": report.languages,
        "topics": report.topics,
        "errors": report.count(Severity.ERROR),
        "warnings": report.count(Severity.WARNING),
        "problems": [
            {
                "file": _shown(problem.file),
                "line": problem.line,
                "column": problem.column,
                "severity": problem.severity.value,
                "code": problem.code,
                "message": problem.message,
                "hint": problem.hint,
            }
            for problem in report.problems
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def as_github(report: Report) -> str:
    """Return workflow commands by which GitHub marks the lines in a pull request."""
    lines = [
        f"::{problem.severity} file={_property(_shown(problem.file))},line={problem.line},"
        f"col={problem.column},title={_property(problem.code)}::"
        f"{_data(f'{problem.message} {problem.hint}')}"
        for problem in report.problems
    ]
    return "\n".join([*lines, summary(report)])


FORMATS: Mapping[str, Callable[[Report], str]] = {"text": as_text, "json": as_json, "github": as_github}


def summary(report: Report) -> str:
    """Return one line: what was looked at, and how many problems it has."""
    looked_at = ", ".join(
        (
            _count(report.articles, "article"),
            _count(report.languages, "language"),
            _count(report.topics, "topic"),
        )
    )
    errors = _count(report.count(Severity.ERROR), "error")
    return f"{looked_at}: {errors}, {_count(report.count(Severity.WARNING), 'warning')}"


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def _entry(problem: Problem) -> str:
    place = f"{problem.line}:{problem.column}"
    return (
        f"  {place:<8} {problem.severity:<8} {problem.message} [{problem.code}]\n"
        f"  {'':<8} {'':<8} {problem.hint}\n"
    )


def _shown(file: Path) -> str:
    """The path as one would type it here."""
    try:
        return file.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(file)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
