"""What several operations of the API's description share: headers, parameters, errors, examples."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from webui.error_codes import ErrorCode
from webui.schema import LONGEST_KEY, SHORTEST_KEY

BODY_LIMIT = 512 * 1024
_EXAMPLES = Path(__file__).with_name("api_examples.json")


def _header(description: str, example: str, *, kind: str = "string") -> dict[str, Any]:
    schema = {"type": kind, "examples": [int(example) if kind == "integer" else example]}
    return {"description": description, "schema": schema}


HEADERS: Mapping[str, Any] = {
    "Content-Language": _header("The language of the texts, or all of them with commas between.", "en"),
    "RateLimit-Policy": _header(
        "What one address may send: `q` posts at once, and as many in each `w` seconds. "
        "Of draft-ietf-httpapi-ratelimit-headers.",
        '"posts";q=60;w=30',
    ),
    "RateLimit": _header(
        "What it has left: `r` more posts now, and all of them again after `t` seconds.", '"posts";r=59;t=1'
    ),
    "Retry-After": _header("Seconds to wait before the next try.", "2", kind="integer"),
    "Location": _header(
        "The page on which the customer sees how the case stands.",
        "https://help.example.org/status/K-26-425587",
    ),
    "ETag": _header("Names this state; send it as If-None-Match.", '"acfda235c6817579"'),
    "Allow": _header("The methods that the path takes.", "OPTIONS, POST"),
}

PARAMETERS: Mapping[str, Any] = {
    "AcceptLanguage": {
        "name": "Accept-Language",
        "in": "header",
        "description": "The asker's language: German (also when missing) or English.",
        "schema": {"type": "string", "examples": ["de", "en-GB, en;q=0.9"]},
    },
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "A random text; the same message from the same sender with the same key is one case, "
        "however often it arrives. With another message it is another case.",
        "schema": {
            "type": "string",
            "minLength": SHORTEST_KEY,
            "maxLength": LONGEST_KEY,
            "examples": ["b7f2c1d09a3e4856"],
        },
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "description": "The ETag of the state that you have; unchanged, it is answered 304 without a body.",
        "schema": {"type": "string", "examples": ['"acfda235c6817579"']},
    },
    "Article": {
        "name": "article",
        "in": "path",
        "required": True,
        "description": "The article's id.",
        "schema": {
            "type": "string",
            "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$",
            "examples": ["find-invoice"],
        },
    },
}

_COUNTED = ("RateLimit-Policy", "RateLimit")
_ERRORS: Mapping[int, tuple[ErrorCode, str, tuple[str, ...]]] = {
    400: ("bad_request", "The body is no JSON, or a name stands twice in it", _COUNTED),
    404: ("not_found", "There is no such article", ()),
    405: ("method_not_allowed", "The path does not take this method", ("Allow",)),
    406: ("not_acceptable", "The header Accept excludes application/json", ()),
    413: ("too_large", "The body is too large", _COUNTED),
    415: ("unsupported_media_type", "The body is declared as something else than plain JSON", _COUNTED),
    422: ("invalid", "The JSON is not what is taken here; `fields` says where and why", _COUNTED),
    429: ("too_many_requests", "Too many posts from this address", (*_COUNTED, "Retry-After")),
    500: ("internal_error", "The server failed", ()),
    503: ("unavailable", "The database does not answer; nothing was stored", ("Retry-After",)),
}


def errors(schema: str) -> dict[str, Any]:
    """Return the responses for what can go wrong, named ``Error404`` and so on.

    :param schema: the reference to the schema of all errors.
    :return: the responses by name.
    """
    return {
        f"Error{status}": {
            "description": description,
            "headers": {
                name: {"$ref": f"#/components/headers/{name}"} for name in ("Content-Language", *headers)
            },
            "content": {
                "application/json": {"schema": {"$ref": schema}, "examples": examples("errors", code)}
            },
        }
        for status, (code, description, headers) in _ERRORS.items()
    }


def examples(*path: str) -> dict[str, Any]:
    """Return the examples that stand under some names, none where there are none."""
    found: Any = _all_examples()
    for name in path:
        found = found.get(name, {})
    return dict(found)


@cache
def _all_examples() -> Any:
    return json.loads(_EXAMPLES.read_text(encoding="utf-8"))
