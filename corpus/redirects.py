"""Articles that were renamed: the old ids and the new ones of ``redirects.yaml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import Field, TypeAdapter, ValidationError

from corpus.model import Article, Frozen, Slug, State
from corpus.problem import Problem, Severity, did_you_mean
from corpus.validation import Sheet

_ID: TypeAdapter[str] = TypeAdapter(Slug)


class Redirects(Frozen):
    """The content of ``redirects.yaml``."""

    redirects: dict[str, Slug] = Field(
        default={},
        description="The old id of an article, a colon, and the id that it has now.",
        json_schema_extra={"propertyNames": _ID.json_schema()},
    )


def find_redirect_errors(sheet: Sheet[Redirects], articles: set[str] | None = None) -> list[Problem]:
    """Find what keeps old addresses from leading anywhere.

    :param sheet: the redirects and their file.
    :param articles: the ids of all articles; without them only the file itself is judged.
    :return: errors, in no particular order.
    """
    moved = sheet.value.redirects
    problems = [*_names(sheet), *_chains(sheet)]
    if articles is None:
        return problems
    for old, new in moved.items():
        if old in articles:
            message = f"there is an article {old!r}, so its address cannot lead to another"
            hint = "Delete this line, or rename the article."
            place = sheet.source.key_place("redirects", old)
            problems.append(sheet.source.problem(place, Severity.ERROR, "id-in-use", message, hint))
        if new not in articles and new not in moved:
            message = f"there is no article {new!r}"
            hint = did_you_mean(new, sorted(articles))
            problems.append(_error(sheet, old, "unknown-article", message, hint))
    return problems


def advise_redirects(sheet: Sheet[Redirects], articles: Mapping[str, Article]) -> list[Problem]:
    """Find old addresses that lead to an article which customers do not see.

    :param sheet: the redirects and their file.
    :param articles: all articles by id.
    :return: warnings, in no particular order.
    """
    problems = []
    for old, new in sheet.value.redirects.items():
        if new in articles and (state := articles[new].state) is not State.PUBLISHED:
            message = f"the article {new!r} is {state}: whoever opens {old!r} finds nothing"
            hint = "Lead to an article that is published, or delete the line."
            place = sheet.source.place("redirects", old)
            problems.append(sheet.source.problem(place, Severity.WARNING, "hidden-article", message, hint))
    return problems


def _names(sheet: Sheet[Redirects]) -> Iterator[Problem]:
    for old in sheet.value.redirects:
        try:
            _ID.validate_python(old)
        except ValidationError:
            message = f"{old!r} cannot be the id of an article"
            hint = "Use lower-case letters a-z, digits and single hyphens, like 'change-tariff'."
            place = sheet.source.key_place("redirects", old)
            yield sheet.source.problem(place, Severity.ERROR, "bad-value", message, hint)


def _chains(sheet: Sheet[Redirects]) -> Iterator[Problem]:
    moved = sheet.value.redirects
    for old, new in moved.items():
        end = _end(moved, old)
        if end is None:
            message = f"{old!r} leads to {new!r} and back in a circle"
            yield _error(sheet, old, "circle", message, "Lead each old id to the article that exists now.")
        elif end != new:
            message = f"{old!r} leads to {new!r}, which was renamed, too"
            yield _error(sheet, old, "chain", message, f"Write '{old}: {end}'.")


def _end(moved: Mapping[str, str], old: str) -> str | None:
    """Return where an old id ends up, ``None`` in a circle."""
    seen, current = {old}, moved[old]
    while current in moved:
        if current in seen:
            return None
        seen.add(current)
        current = moved[current]
    return current


def _error(sheet: Sheet[Redirects], old: str, code: str, message: str, hint: str) -> Problem:
    return sheet.source.problem(sheet.source.place("redirects", old), Severity.ERROR, code, message, hint)
