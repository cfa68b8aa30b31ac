"""Reads what programs send to the API, and says in their language what is wrong with it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, TypeVar

import pydantic_core
from flask import request
from pydantic import BaseModel, ValidationError

from assistant import QuestionError
from webui.error_codes import ErrorCode
from webui.errors import ApiError, unaskable
from webui.i18n import gettext as _
from webui.schema import LONGEST_KEY, SHORTEST_KEY

MOST_FIELDS = 20
"""More wrong fields than this are not told: nobody reads them."""

_PLACE = re.compile(r"at line (\d+) column (\d+)$")

Model = TypeVar("Model", bound=BaseModel)


class _TwiceError(ValueError):
    """A name stands twice in an object, so that nobody knows which value counts."""


def refuse_other_types() -> None:
    """Refuse who cannot read JSON.

    :raises ApiError: 406.
    """
    accepted = request.accept_mimetypes
    if accepted and not accepted["application/json"]:
        raise ApiError(406, _("This API answers with application/json alone; the header Accept excludes it."))


def read_body(model: type[Model]) -> Model:
    """Read the body of a request.

    :param model: what it shall be.
    :return: the valid content.
    :raises ApiError: 400, 415 or 422, saying what is wrong.
    """
    if not request.is_json or request.content_encoding:
        raise ApiError(415, _("Send plain JSON, with the header Content-Type: application/json."))
    try:
        return model.model_validate(_parsed(request.get_data()))
    except ValidationError as problem:
        found = problem.errors(include_url=False, include_input=False)[:MOST_FIELDS]
        too_long = all(each["type"] == "string_too_long" for each in found)
        raise invalid(
            {_place(each["loc"]): _words(each["type"], each.get("ctx", {})) for each in found},
            code="too_long" if too_long else "invalid",
        ) from None


def idempotency_key(given: str | None) -> str | None:
    """Return the key under which a case is sent: that of the header, else that of the body.

    :param given: the key in the body.
    :return: the key, ``None`` where there is none.
    :raises ApiError: 422, when it is too short to be random, or too long.
    """
    key = request.headers.get("Idempotency-Key", given)
    if key is not None and not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
        raise invalid(
            {
                "Idempotency-Key": _(
                    "This must have %(least)s to %(most)s characters.", least=SHORTEST_KEY, most=LONGEST_KEY
                )
            }
        )
    return key


def invalid(fields: Mapping[str, str], code: ErrorCode = "invalid") -> ApiError:
    """Return the error that names wrong fields, each with a sentence."""
    said = " ".join(f"{name}: {text}" for name, text in fields.items())
    return ApiError(422, said, code=code, fields=dict(fields))


def question_problem(problem: QuestionError) -> ApiError:
    """Return the error for a text that cannot be asked."""
    said = unaskable(problem)
    return ApiError(422, said, code=problem.code, fields={"question": said})


def _parsed(data: bytes) -> Any:
    try:
        # Strict where Python's own parser is not: NaN, lone surrogates, other encodings, deep nesting.
        pydantic_core.from_json(data, allow_inf_nan=False)
        return json.loads(data, object_pairs_hook=_unique)
    except _TwiceError as twice:
        raise ApiError(
            400, _("The name %(name)s stands twice in one object.", name=repr(twice.args[0]))
        ) from None
    except ValueError as problem:
        place = _PLACE.search(str(problem))
        if place is None:
            raise ApiError(400, _("The body is not valid JSON.")) from None
        line, column = place.groups()
        said = _("The body is not valid JSON: line %(line)s, column %(column)s.", line=line, column=column)
        raise ApiError(400, said) from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for name, value in pairs:
        if name in read:
            raise _TwiceError(name[:100])
        read[name] = value
    return read


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part)[:100] for part in location) or "body"


def _words(kind: str, context: Mapping[str, Any]) -> str:
    if kind == "missing":
        return _("This is missing.")
    if kind == "extra_forbidden":
        return _("There is no such field.")
    if kind == "string_type":
        return _("This must be text.")
    if kind == "bool_type":
        return _("This must be true or false.")
    if kind == "int_type":
        return _("This must be a whole number.")
    if kind == "literal_error":
        return _("This must be one of: %(values)s.", values=str(context["expected"]).replace(" or ", ", "))
    if kind in {"string_too_short", "string_too_long"}:
        least, most = context.get("min_length"), context.get("max_length")
        if least is not None:
            return _("This must have at least %(least)s characters.", least=least)
        return _("This may have %(most)s characters at most.", most=most)
    if kind in {"greater_than_equal", "less_than_equal"}:
        return _("This number is out of range.")
    if kind == "model_type":
        return _("This must be a JSON object.")
    return _("This value cannot be used.")
