"""The OpenAPI 3.1 description of the API, made from its models and operations."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from webui.api_operations import OPERATIONS, TAGS, Operation
from webui.openapi_parts import BODY_LIMIT, HEADERS, PARAMETERS, errors, examples
from webui.schema import ErrorOut

REF = "#/components/schemas/{model}"
ABOUT = f"""\
Every error has one shape, with a `code` that stays the same whatever its message says. All times carry their
offset. A body may hold {BODY_LIMIT // 1024} KiB; it is plain JSON in UTF-8, in which no name stands twice.

Posts are limited for each address. The headers `RateLimit-Policy` and `RateLimit` of each answer to a post
say how many more may come, `Retry-After` when to try again. With an `Idempotency-Key` a case is stored once.

A conversation is a signed text that the caller keeps and sends with what follows; it ends after a day. One
that is altered, too old or of another server counts as none.

Within /api/v1 operations, fields and codes are only added, so ignore what you do not know. What would break a
caller comes as /api/v2. From then on /api/v1 goes on for a year at least, and its answers carry the headers
`Deprecation` (RFC 9745) and `Sunset` (RFC 8594).
"""


@cache
def document(server: str) -> dict[str, Any]:
    """Return the description of the API as it is reached at ``server``."""
    modes: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        *((each.takes, "validation") for each in OPERATIONS if each.takes),
        *((each.gives, "serialization") for each in OPERATIONS if each.gives),
        (ErrorOut, "serialization"),
    ]
    _, schemas = models_json_schema(modes, ref_template=REF)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Kundenlotse",
            "version": _version(),
            "summary": "Answers customers' questions in German and English, and hands over to people.",
            "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": server}],
        "security": [],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "paths": _paths(),
        "components": {
            "schemas": schemas["$defs"],
            "responses": errors(REF.format(model=ErrorOut.__name__)),
            "parameters": PARAMETERS,
            "headers": HEADERS,
        },
    }


def _paths() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for each in OPERATIONS:
        paths.setdefault(each.path, {})[each.method] = _operation(each)
    return paths


def _operation(each: Operation) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": each.id,
        "tags": [each.tag],
        "summary": each.summary,
        "description": each.description,
        "parameters": [_ref("parameters", name) for name in ("AcceptLanguage", *each.parameters)],
        "responses": {
            **{status: _response(each, status) for status in each.responses},
            **{str(status): _ref("responses", f"Error{status}") for status in each.errors},
        },
    }
    if each.takes:
        content = {"schema": _schema(each.takes), "examples": examples("requests", each.id)}
        operation["requestBody"] = {"required": True, "content": {"application/json": content}}
    return operation


def _response(each: Operation, status: str) -> dict[str, Any]:
    response: dict[str, Any] = {
        "description": each.responses[status],
        "headers": {name: _ref("headers", name) for name in each.headers},
    }
    if status not in ("301", "304"):
        content: dict[str, Any] = {"schema": _schema(each.gives) if each.gives else {"type": "object"}}
        if given := examples("responses", each.id, status):
            content["examples"] = given
        response["content"] = {"application/json": content}
        if each.links:
            response["links"] = dict(each.links)
    return response


def _schema(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": REF.format(model=model.__name__)}


def _ref(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}


def _version() -> str:
    try:
        return version("kundenlotse")
    except PackageNotFoundError:
        return "0"
