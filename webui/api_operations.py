"""The operations of the API, as its description lists them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel

from webui.schema import (
    ArticlesOut,
    CaseIn,
    CaseOut,
    FeedbackIn,
    FeedbackOut,
    FullArticleOut,
    QuestionIn,
    ReplyOut,
    SuggestionsOut,
    TypedIn,
)

TAGS = {
    "questions": "Ask, suggest, and say whether it helped.",
    "articles": "Read the articles.",
    "cases": "Hand a matter over to a person.",
    "description": "This document.",
}

_READ = (406, 500)
_POSTED = (400, 406, 413, 415, 422, 429, 500)
_COUNTED = ("Content-Language", "RateLimit-Policy", "RateLimit")
_KEPT = ("Content-Language", "ETag")


@dataclass(frozen=True, slots=True)
class Operation:
    """What a program can do: what it sends, and all that it can get.

    ``responses`` describes each status that is no error, ``headers`` are those of these responses.
    """

    id: str
    method: Literal["get", "post"]
    path: str
    tag: str
    summary: str
    description: str
    responses: Mapping[str, str]
    headers: tuple[str, ...]
    errors: tuple[int, ...]
    gives: type[BaseModel] | None = None
    takes: type[BaseModel] | None = None
    parameters: tuple[str, ...] = ()
    links: Mapping[str, Any] = field(default_factory=dict)


def _goes_on(operation: str, description: str, **body: object) -> dict[str, Any]:
    sent = {"conversation": "$response.body#/conversation", **body}
    return {"operationId": operation, "description": description, "requestBody": sent}


OPERATIONS = (
    Operation(
        id="askQuestion",
        method="post",
        path="/api/v1/ask",
        tag="questions",
        summary="Answer a question",
        description="Records the question without personal data, and answers it even while that fails.",
        takes=QuestionIn,
        gives=ReplyOut,
        responses={"200": "The outcome; its `decision` says what to show"},
        headers=_COUNTED,
        errors=_POSTED,
        links={
            "next": _goes_on("askQuestion", "Asks on in the same conversation."),
            "feedback": _goes_on(
                "giveFeedback",
                "Says whether the first article helped.",
                article="$response.body#/articles/0/id",
                question_id="$response.body#/question_id",
            ),
            "case": _goes_on("openCase", "Hands over with all that was said before."),
        },
    ),
    Operation(
        id="suggestArticles",
        method="post",
        path="/api/v1/suggest",
        tag="questions",
        summary="Suggest articles while a question is typed",
        description="For each pause in typing; nothing of it is recorded, and it has a limit of its own.",
        takes=TypedIn,
        gives=SuggestionsOut,
        responses={"200": "At most three articles that are likely to help"},
        headers=_COUNTED,
        errors=_POSTED,
    ),
    Operation(
        id="giveFeedback",
        method="post",
        path="/api/v1/feedback",
        tag="questions",
        summary="Say whether an article helped",
        description="An article that did not help does not come back in the conversation.",
        takes=FeedbackIn,
        gives=FeedbackOut,
        responses={"200": "What follows"},
        headers=_COUNTED,
        errors=_POSTED,
        links={
            "next": _goes_on("askQuestion", "Asks on in the same conversation."),
            "case": _goes_on("openCase", "Hands over with all that was said and read before."),
        },
    ),
    Operation(
        id="openCase",
        method="post",
        path="/api/v1/cases",
        tag="cases",
        summary="Hand a matter over to a person",
        description="Stored before it is answered. Show the customer number, code and promise.",
        takes=CaseIn,
        gives=CaseOut,
        responses={"201": "The case was stored", "200": "It had been sent before: the same case again"},
        headers=(*_COUNTED, "Location"),
        errors=(*_POSTED, 503),
        parameters=("IdempotencyKey",),
    ),
    Operation(
        id="listArticles",
        method="get",
        path="/api/v1/articles",
        tag="articles",
        summary="List all articles",
        description="Those that may be shown today, by id.",
        gives=ArticlesOut,
        responses={"200": "Ids, topics and titles", "304": "Unchanged"},
        headers=_KEPT,
        errors=_READ,
        parameters=("IfNoneMatch",),
        links={
            "article": {
                "operationId": "getArticle",
                "description": "Reads the first one in full.",
                "parameters": {"path.article": "$response.body#/articles/0/id"},
            }
        },
    ),
    Operation(
        id="getArticle",
        method="get",
        path="/api/v1/articles/{article}",
        tag="articles",
        summary="Give one article",
        description="In all its languages, in full.",
        gives=FullArticleOut,
        responses={
            "200": "The article",
            "301": "The article was renamed; the header Location says where it is",
            "304": "Unchanged",
        },
        headers=_KEPT,
        errors=(404, *_READ),
        parameters=("Article", "IfNoneMatch"),
    ),
    Operation(
        id="describeApi",
        method="get",
        path="/api/v1/openapi.json",
        tag="description",
        summary="Describe this API",
        description="In OpenAPI 3.1.",
        responses={"200": "The description", "304": "Unchanged"},
        headers=_KEPT,
        errors=_READ,
        parameters=("IfNoneMatch",),
    ),
)
