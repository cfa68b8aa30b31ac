"""Turns what goes wrong into words: pages for people, one JSON shape for programs."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from assistant import DatabaseError, QuestionError
from webui.error_codes import ErrorCode
from webui.i18n import gettext as _
from webui.i18n import page_language
from webui.loggable import loggable

logger = logging.getLogger(__name__)

RETRY_SECONDS = 10
"""When to try again what a failing database kept from working."""

CODES: dict[int, ErrorCode] = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "too_many_requests",
    500: "internal_error",
    503: "unavailable",
}


@dataclass(frozen=True, slots=True)
class Words:
    """An error as a customer reads it."""

    title: str
    advice: str


class ApiError(Exception):
    """An error of the JSON API; ``fields`` says what is wrong with which input."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: ErrorCode | None = None,
        fields: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code or _code(status)
        self.fields = fields or {}


def install(app: Flask) -> None:
    """Answer every error of the app here."""
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(ApiError, api_error)
    app.register_error_handler(DatabaseError, database_error)
    app.register_error_handler(Exception, unexpected)


def words(status: int) -> Words:
    """Return the words for a status in the page's language."""
    if status == 404:
        return Words(_("We cannot find this page"), _("Perhaps it has moved. Ask your question instead."))
    if status == 405:
        return Words(
            _("This page cannot be opened directly"), _("Please start again with your question or message.")
        )
    if status == 413:
        return Words(_("That was too much at once"), _("Please send a shorter text."))
    if status == 429:
        return Words(
            _("That was a lot in a short time"),
            _("Please wait a minute and try again, or call us. Nothing that you sent before is lost."),
        )
    if status == 503:
        return Words(
            _("We cannot reach our records right now"),
            _("Please try again in a moment, or call us."),
        )
    if status >= 500:
        return Words(
            _("Something went wrong on our side"),
            _("We are sorry. Please try again in a moment, or call us."),
        )
    return Words(_("We could not read that"), _("Please go back and try again."))


def words_for_programs(status: int) -> str:
    """Return the sentence for a status of the API in the asker's language."""
    if status == 404:
        return _("There is no such path; GET /api/v1/openapi.json lists them.")
    if status == 405:
        return _("This path does not take this method; the header Allow names those it takes.")
    if status == 413:
        return _("The body is too large; GET /api/v1/openapi.json names the limit.")
    if status == 429:
        return _("Too many requests; the header Retry-After says how many seconds to wait.")
    if status == 503:
        return _("The database does not answer; the header Retry-After says when to try again.")
    if status >= 500:
        return _("The server failed; the cause is in its log.")
    return _("The request cannot be read.")


def unaskable(problem: QuestionError) -> str:
    """Return what is wrong with a text that cannot be asked, in the page's language."""
    if problem.code == "empty":
        return _("Please write your question in a few words.")
    return _(
        "Your question is longer than %(limit)s characters. Shorten it, or send it to a person.",
        limit=problem.limit,
    )


def http_error(error: HTTPException) -> Response:
    """Answer an HTTP error in the form that was asked for, with its own headers kept."""
    response = _answer(error.code or 500)
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def api_error(error: ApiError) -> Response:
    """Answer an error that the API itself raised."""
    return error_json(error.status, str(error), code=error.code, fields=error.fields)


def database_error(error: DatabaseError) -> Response:
    """Tell that what needs the records does not work now; questions are answered all the same."""
    logger.error("%s %s: %s", request.method, loggable(request.path), error)
    response = _answer(503)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def unexpected(error: Exception) -> Response:
    """Log a failure nobody foresaw, and tell the customer what to do instead."""
    logger.error("%s %s failed", request.method, loggable(request.path), exc_info=error)
    return _answer(500)


def error_json(
    status: int, message: str, *, code: ErrorCode | None = None, fields: dict[str, str] | None = None
) -> Response:
    """Return the one error shape of the API."""
    error: dict[str, object] = {"code": code or _code(status), "message": message}
    if fields:
        error["fields"] = fields
    response = jsonify(error=error)
    response.status_code = status
    response.content_language.add(page_language())
    return response


def wants_json() -> bool:
    """Say whether the request came to the API."""
    return request.path.startswith("/api/")


def _answer(status: int) -> Response:
    if wants_json():
        return error_json(status, words_for_programs(status))
    said = words(status)
    return make_response(render_template("errors/error.html", status=status, words=said), status)


def _code(status: int) -> ErrorCode:
    return CODES.get(status, "internal_error" if status >= 500 else "bad_request")
