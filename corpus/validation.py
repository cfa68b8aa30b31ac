"""Fits what a file says into a model, and tells an editor what does not fit, and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from corpus.problem import Problem, Severity, did_you_mean, nearest
from corpus.source import Source
from corpus.tree import Steps
from corpus.wording import clip, describe

MAX_ERRORS = 100
"""More problems of one file are not worth reading; the first ones usually cause the rest."""

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Sheet(Generic[Model]):
    """A valid model together with the file it came from."""

    value: Model
    source: Source


def validate(model: type[Model], source: Source) -> tuple[Sheet[Model] | None, list[Problem]]:
    """Fit a file into a model.

    :param model: the model that the file must describe.
    :param source: the file as read.
    :return: the sheet, or ``None`` where there are errors, and the problems of the file.
    """
    problems = list(source.problems)
    if source.data is None:
        return None, problems
    if not isinstance(source.data, dict):
        hint = f"Begin with a line such as '{next(iter(model.model_fields))}: …'."
        message = "the file must be a group of 'key: value' lines"
        return None, [*problems, source.problem(source.place(), Severity.ERROR, "bad-value", message, hint)]
    value, errors = _fit(model, source)
    problems += _from_errors(model, source, errors)
    problems += islice(_empty_values(model, source, errors), MAX_ERRORS)
    broken = any(problem.severity is Severity.ERROR for problem in problems)
    return (None if broken or value is None else Sheet(value, source)), problems


def _fit(model: type[Model], source: Source) -> tuple[Model | None, list[ErrorDetails]]:
    try:
        return model.model_validate(source.data), []
    except ValidationError as error:
        errors = error.errors(include_url=False)
        return None, [each for each in errors if not _follows(each, source)][:MAX_ERRORS]


def _follows(error: ErrorDetails, source: Source) -> bool:
    """Say whether an error only repeats another.

    A list counts as too short when its items are wrong; a refused value fits nowhere.
    """
    if error["type"] == "too_short":
        return error["loc"] in source.refused or len(error["input"]) >= error["ctx"]["min_length"]
    return error["loc"] in source.refused


def _from_errors(model: type[BaseModel], source: Source, errors: list[ErrorDetails]) -> Iterator[Problem]:
    unknown = {error["loc"] for error in errors if error["type"] == "extra_forbidden"}
    misspelt = {
        (*loc[:-1], near) for loc in unknown if (near := nearest(str(loc[-1]), _fields(model, loc[:-1])))
    }
    for error in errors:
        steps = error["loc"]
        if error["type"] == "extra_forbidden":
            yield _unknown_key(model, source, steps)
        elif error["type"] == "missing":
            if steps not in misspelt:
                yield _missing_key(model, source, steps)
        else:
            place = source.place(*steps)
            yield source.problem(place, Severity.ERROR, *describe(error))


def _unknown_key(model: type[BaseModel], source: Source, steps: Steps) -> Problem:
    hint = did_you_mean(str(steps[-1]), list(_fields(model, steps[:-1])))
    message = f"the key {clip(str(steps[-1]))!r} is not known{_within(steps)}"
    return source.problem(source.key_place(*steps), Severity.ERROR, "unknown-key", message, hint)


def _missing_key(model: type[BaseModel], source: Source, steps: Steps) -> Problem:
    key = str(steps[-1])
    field = _fields(model, steps[:-1]).get(key)
    meaning = field.description if field else None
    hint = f"Write '{key}: …'." + (f" {meaning}" if meaning else "")
    if steps in source.empty:
        message = f"the key {key!r} has no value"
    else:
        message = f"the key {key!r} is missing{_within(steps)}"
    place = source.empty.get(steps) or source.key_place(*steps[:-1])
    return source.problem(place, Severity.ERROR, "missing-key", message, hint)


def _empty_values(model: type[BaseModel], source: Source, errors: list[ErrorDetails]) -> Iterator[Problem]:
    reported = {error["loc"] for error in errors}
    for steps, place in source.empty.items():
        known = _fields(model, steps[:-1])
        if known and steps[-1] not in known:
            yield _unknown_key(model, source, steps)
        elif known and steps not in reported:
            yield source.problem(
                place,
                Severity.WARNING,
                "empty-value",
                f"the key {clip(str(steps[-1]))!r} has no value and counts as left out",
                "Write a value, or delete the line; the word null must stand in quotes.",
            )


def _fields(model: type[BaseModel], steps: Steps) -> dict[str, FieldInfo]:
    """The fields of a part by the keys under which they are written."""
    parent = _model_at(model, steps)
    return {field.alias or name: field for name, field in parent.model_fields.items()} if parent else {}


def _model_at(model: type[BaseModel], steps: Steps) -> type[BaseModel] | None:
    found: type[BaseModel] | None = model
    for step in steps:
        if found and isinstance(step, str):
            field = found.model_fields.get(step)
            found = _model_in(field.annotation) if field else None
    return found


def _model_in(annotation: object) -> type[BaseModel] | None:
    """Find the model inside ``X | None``, ``tuple[X, ...]`` and the like."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in get_args(annotation) if (model := _model_in(part))), None)


def _within(steps: Steps) -> str:
    parents = [step for step in steps[:-1] if isinstance(step, str)]
    return f" in {parents[-1]!r}" if parents else ""
