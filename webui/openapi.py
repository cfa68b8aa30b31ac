"""The OpenAPI 3.1 description of the API, made from its models."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from webui.schema import (
    ArticlesOut,
    CaseIn,
    CaseOut,
    ErrorOut,
    FeedbackIn,
    FeedbackOut,
    FullArticleOut,
    QuestionIn,
    ReplyOut,
    SuggestionsOut,
    TypedIn,
)

BODY_LIMIT = 256 * 1024
REF = "#/components/schemas/{model}"
TAKEN: tuple[type[BaseModel], ...] = (QuestionIn, TypedIn, FeedbackIn, CaseIn)
GIVEN: tuple[type[BaseModel], ...] = (
    ReplyOut,
    SuggestionsOut,
    FeedbackOut,
    CaseOut,
    ArticlesOut,
    FullArticleOut,
    ErrorOut,
)

_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "A random text; the same message sent twice with the same key is one case.",
    "schema": {"type": "string", "minLength": 16},
}
_ARTICLE_ID = {"name": "article", "in": "path", "required": True, "schema": {"type": "string"}}


@cache
def document(server: str) -> dict[str, Any]:
    """Return the description of the API as it is reached at ``server``."""
    modes: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        *((model, "validation") for model in TAKEN),
        *((model, "serialization") for model in GIVEN),
    ]
    _, schemas = models_json_schema(modes, ref_template=REF)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Kundenlotse",
            "version": _version(),
            "summary": "Answers customers' questions in German and English, and hands over to people.",
            "description": f"A body may hold {BODY_LIMIT // 1024} KiB; a longer one is answered 413.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": server}],
        "paths": _paths(),
        "components": {"schemas": schemas["$defs"]},
    }


def _paths() -> dict[str, Any]:
    return {
        "/api/v1/ask": {"post": _operation("ask", "Answer a question", ReplyOut, takes=QuestionIn)},
        "/api/v1/suggest": {
            "post": _operation(
                "suggest", "Suggest articles while a question is typed", SuggestionsOut, takes=TypedIn
            )
        },
        "/api/v1/articles": {"get": _operation("articles", "List all articles", ArticlesOut)},
        "/api/v1/articles/{article}": {
            "get": _operation(
                "article",
                "Give one article",
                FullArticleOut,
                parameters=[_ARTICLE_ID],
                moved="The article was renamed; the header Location says where it is",
            )
        },
        "/api/v1/feedback": {
            "post": _operation("feedback", "Say whether an article helped", FeedbackOut, takes=FeedbackIn)
        },
        "/api/v1/cases": {
            "post": _operation(
                "cases",
                "Hand a matter over to a person",
                CaseOut,
                takes=CaseIn,
                parameters=[_IDEMPOTENCY],
                created="The case was stored",
            )
        },
    }


def _operation(
    name: str,
    summary: str,
    gives: type[BaseModel],
    *,
    takes: type[BaseModel] | None = None,
    parameters: list[dict[str, Any]] | None = None,
    created: str | None = None,
    moved: str | None = None,
) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": summary,
        "responses": {
            **({"201": _content(created, gives)} if created else {}),
            "200": _content("It was sent before" if created else "Done", gives),
            **({"301": {"description": moved}} if moved else {}),
            "default": _content("What is wrong", ErrorOut),
        },
    }
    if takes:
        operation["requestBody"] = {"required": True, **_media(takes)}
    if parameters:
        operation["parameters"] = parameters
    return operation


def _content(description: str, model: type[BaseModel]) -> dict[str, Any]:
    return {"description": description, **_media(model)}


def _media(model: type[BaseModel]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": {"$ref": REF.format(model=model.__name__)}}}}


def _version() -> str:
    try:
        return version("kundenlotse")
    except PackageNotFoundError:
        return "0"
