"""The JSON API: the same assistant for programs, with one shape for all errors."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from secrets import token_urlsafe
from typing import TypeVar
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request, url_for
from pydantic import BaseModel, ValidationError

from assistant import Conversation, FoundArticle, HandOverError, QuestionError
from assistant.followup import in_full
from corpus import LANGUAGES
from webui.context import assistant, runtime
from webui.errors import ApiError
from webui.forms import tidy
from webui.handing import Sender, hand_over, matter_in, promise_for, promise_of
from webui.i18n import page_language
from webui.log import record_feedback, record_question
from webui.notices import with_reply, without_places
from webui.openapi import BODY_LIMIT, document
from webui.schema import (
    ArticlesOut,
    ArticleTitleOut,
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
from webui.typed import suggest_while_typing

bp = Blueprint("api", __name__, url_prefix="/api/v1")
SHORTEST_KEY = 16

Model = TypeVar("Model", bound=BaseModel)


@bp.before_request
def limit_body() -> None:
    """Refuse bodies that no question and no message needs, however its characters are written."""
    request.max_content_length = BODY_LIMIT


@bp.post("/ask")
def ask() -> Response:
    """Answer a question."""
    given = _body(QuestionIn)
    conversation = runtime().tokens.load(given.conversation)
    language = given.language or page_language()
    try:
        reply = assistant().ask(
            given.question,
            page_language=language,
            conversation=conversation,
            searched=without_places(given.question),
        )
    except QuestionError as problem:
        message = str(problem)
        raise ApiError(422, message, code=problem.code, fields={"question": message}) from None
    question_id = record_question(reply, given.question)
    matter = matter_in(reply)
    reply = replace(reply, promise=promise_for(matter, reply.language))
    token = runtime().tokens.dump(matter.kept_in(reply.conversation))
    notices = with_reply(reply, given.question)
    return _json(ReplyOut.of(reply, notices, question_id=question_id, conversation=token))


@bp.post("/suggest")
def suggest() -> Response:
    """Suggest articles for what has been typed so far; nothing of it is recorded."""
    given = _body(TypedIn)
    found = suggest_while_typing(
        given.question,
        language=given.language or page_language(),
        conversation=runtime().tokens.load(given.conversation),
    )
    return _json(SuggestionsOut.model_validate({"articles": found}))


@bp.get("/articles")
def articles() -> Response:
    """List the articles that may be shown today."""
    corpus = assistant().corpus
    today = datetime.now(UTC).astimezone(ZoneInfo(corpus.company.time_zone)).date()
    listed = (
        ArticleTitleOut(
            id=article.id,
            topic=article.topic,
            questions={
                each: words.question for each in LANGUAGES if (words := article.translation(each)) is not None
            },
        )
        for article in corpus.valid_articles(today)
    )
    return _json(ArticlesOut(articles=tuple(listed)))


@bp.get("/articles/<article>")
def one_article(article: str) -> Response:
    """Give one article in all its languages."""
    found = assistant().article(article)
    if found is None:
        raise ApiError(404, f"there is no article {article!r}; GET /api/v1/articles lists them")
    return _json(FullArticleOut.of(found))


@bp.post("/feedback")
def feedback() -> Response:
    """Record whether an article helped, and say what follows."""
    given = _body(FeedbackIn)
    if assistant().article(given.article) is None:
        unknown = f"there is no article {given.article!r}"
        raise ApiError(422, unknown, fields={"article": unknown})
    conversation = runtime().tokens.load(given.conversation)
    record_feedback(
        given.question_id,
        given.article,
        helped=given.helped,
        reason=given.reason,
        conversation=conversation,
    )
    after = conversation if given.helped else conversation.with_rejected(given.article)
    return _json(_after_feedback(after, helped=given.helped))


@bp.post("/cases")
def cases() -> Response:
    """Hand a matter over to a person; sent twice with one key, it is one case."""
    given = _body(CaseIn)
    conversation = runtime().tokens.load(given.conversation)
    language = given.language or conversation.language or page_language()
    sender = Sender(*(tidy(text) for text in (given.message, given.name, given.email, given.phone)))
    try:
        opened = hand_over(sender, conversation, language, submission_key=_submission_key(given))
    except HandOverError as problem:
        raise ApiError(422, str(problem), fields=problem.fields) from None
    path = url_for("status.show", number=opened.case.number, _method="GET")
    case = CaseOut.model_validate(
        {
            "number": opened.case.number,
            "code": opened.code,
            "created": opened.created,
            "promise": promise_of(opened, opened.case.language),
            "status_url": runtime().settings.public_url + path.partition("?")[0],
        }
    )
    return _json(case, status=201 if opened.created else 200)


@bp.get("/openapi.json")
def openapi() -> dict[str, object]:
    """Describe this API."""
    return document(runtime().settings.public_url)


def _body(model: type[Model]) -> Model:
    if not request.is_json:
        raise ApiError(415, "send JSON, with the header Content-Type: application/json")
    try:
        return model.model_validate_json(request.get_data())
    except ValidationError as problem:
        first = problem.errors()[0]
        if first["type"] == "json_invalid":
            raise ApiError(400, f"the body cannot be read: {first['msg']}") from None
        fields = {".".join(map(str, each["loc"])) or "body": each["msg"] for each in problem.errors()}
        said = "; ".join(f"{name}: {text}" for name, text in fields.items())
        raise ApiError(422, said, fields=fields) from None


def _submission_key(given: CaseIn) -> str:
    key = request.headers.get("Idempotency-Key", given.submission_key)
    if key is None:
        return token_urlsafe(SHORTEST_KEY)
    if len(key) < SHORTEST_KEY:
        short = f"the header Idempotency-Key needs at least {SHORTEST_KEY} random characters"
        raise ApiError(422, short, fields={"Idempotency-Key": short})
    return key


def _after_feedback(conversation: Conversation, *, helped: bool) -> FeedbackOut:
    found: tuple[FoundArticle, ...] = ()
    if not helped and conversation.turns and not conversation.human_only:
        found = assistant().suggest(
            in_full(conversation),
            language=conversation.language or page_language(),
            conversation=conversation,
        )
    return FeedbackOut.model_validate(
        {
            "conversation": runtime().tokens.dump(conversation),
            "only_people": conversation.human_only,
            "next": next(iter(found), None),
        }
    )


def _json(model: BaseModel, *, status: int = 200) -> Response:
    return Response(model.model_dump_json(), status, mimetype="application/json")
