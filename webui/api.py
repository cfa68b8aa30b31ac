"""The JSON API: the same assistant for programs, with one shape for all errors."""

from __future__ import annotations

import json
from dataclasses import replace
from secrets import token_urlsafe

from flask import Blueprint, Response, request, url_for
from pydantic import BaseModel

from assistant import Conversation, Decision, FoundArticle, HandOverError, QuestionError
from assistant.followup import in_full
from corpus import LANGUAGES, Language
from webui.api_input import (
    idempotency_key,
    invalid,
    question_problem,
    read_body,
    refuse_other_types,
)
from webui.article_view import today
from webui.context import assistant, load_conversation, present_id, runtime
from webui.errors import ApiError
from webui.forms import tidy
from webui.handing import Sender, hand_over, matter_in, promise_for, promise_of
from webui.i18n import gettext as _
from webui.i18n import page_language
from webui.log import record_feedback, record_question
from webui.notices import with_reply
from webui.openapi import document
from webui.openapi_parts import BODY_LIMIT
from webui.schema import (
    SHORTEST_KEY,
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
from webui.typed import reply_to, suggest_while_typing

bp = Blueprint("api", __name__, url_prefix="/api/v1")


@bp.before_request
def refuse_unreadable() -> None:
    """Refuse bodies that no question and no message needs, however written, and who takes no JSON."""
    request.max_content_length = BODY_LIMIT
    if request.method != "OPTIONS":
        refuse_other_types()


@bp.post("/ask")
def ask() -> Response:
    """Answer a question."""
    given = read_body(QuestionIn)
    conversation = load_conversation(given.conversation)
    language = given.language or page_language()
    try:
        reply = reply_to(given.question, language=language, conversation=conversation)
    except QuestionError as problem:
        raise question_problem(problem) from None
    question_id = record_question(reply, given.question)
    matter = matter_in(reply)
    reply = replace(reply, promise=promise_for(matter, reply.language))
    token = runtime().tokens.dump(matter.kept_in(reply.conversation))
    notices = with_reply(reply, given.question)
    shown = ReplyOut.of(reply, notices, question_id=question_id, conversation=token)
    return _json(shown, reply.language)


@bp.post("/suggest")
def suggest() -> Response:
    """Suggest articles for what has been typed so far; nothing of it is recorded."""
    given = read_body(TypedIn)
    found = suggest_while_typing(
        given.question,
        language=given.language or page_language(),
        conversation=load_conversation(given.conversation),
    )
    return _json(SuggestionsOut.model_validate({"articles": found}), *(each.language for each in found))


@bp.get("/articles")
def articles() -> Response:
    """List the articles that may be shown today."""
    corpus = assistant().corpus
    listed = tuple(
        ArticleTitleOut(
            id=article.id,
            topic=article.topic,
            questions={
                each: words.question for each in LANGUAGES if (words := article.translation(each)) is not None
            },
        )
        for article in corpus.valid_articles(today(corpus.company))
    )
    return _revalidated(_json(ArticlesOut(articles=listed), *LANGUAGES))


@bp.get("/articles/<article>")
def one_article(article: str) -> Response:
    """Give one article in all its languages."""
    found = assistant().article(article)
    if found is None and (present := present_id(article)) != article:
        return _moved(url_for("api.one_article", article=present))
    if found is None:
        raise ApiError(404, _("There is no article with this id; GET /api/v1/articles lists them."))
    shown = FullArticleOut.of(found)
    return _revalidated(_json(shown, *shown.translations))


@bp.post("/feedback")
def feedback() -> Response:
    """Record whether an article helped, and say what follows."""
    given = read_body(FeedbackIn)
    article = present_id(given.article)
    if assistant().article(article) is None:
        raise invalid({"article": _("There is no article with this id; GET /api/v1/articles lists them.")})
    conversation = load_conversation(given.conversation)
    record_feedback(
        given.question_id,
        article,
        helped=given.helped,
        reason=given.reason,
        conversation=conversation,
    )
    after = replace(conversation, helped=True) if given.helped else conversation.with_rejected(article)
    return _json(_after_feedback(after, helped=given.helped), conversation.language or page_language())


@bp.post("/cases")
def cases() -> Response:
    """Hand a matter over to a person; sent twice with one key, it is one case."""
    given = read_body(CaseIn)
    conversation = load_conversation(given.conversation)
    language = given.language or conversation.language or page_language()
    sender = Sender(*(tidy(text) for text in (given.message, given.name, given.email, given.phone)))
    try:
        opened = hand_over(
            sender,
            conversation,
            language,
            submission_key=idempotency_key(given.submission_key) or token_urlsafe(SHORTEST_KEY),
            shown_team=conversation.ahead[0] if conversation.ahead else "",
            errors_in=page_language(),
        )
    except HandOverError as problem:
        raise invalid(problem.fields) from None
    path = url_for("status.show", number=opened.case.number, _method="GET").partition("?")[0]
    case = CaseOut.model_validate(
        {
            "number": opened.case.number,
            "code": opened.code,
            "created": opened.created,
            "promise": promise_of(opened, opened.case.language),
            "status_url": runtime().settings.public_url + path,
        }
    )
    response = _json(case, opened.case.language, status=201 if opened.created else 200)
    response.headers["Location"] = case.status_url
    return response


@bp.get("/openapi.json")
def openapi() -> Response:
    """Describe this API."""
    described = json.dumps(document(runtime().settings.public_url), ensure_ascii=False)
    response = Response(described, mimetype="application/json")
    response.content_language.add("en")
    return _revalidated(response)


def _after_feedback(conversation: Conversation, *, helped: bool) -> FeedbackOut:
    found: tuple[FoundArticle, ...] = ()
    escalated = conversation.last_decision == Decision.ESCALATE
    if not helped and conversation.turns and not escalated:
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


def _moved(where: str) -> Response:
    return Response("{}", 301, {"Location": where}, mimetype="application/json")


def _json(model: BaseModel, *languages: Language, status: int = 200) -> Response:
    response = Response(model.model_dump_json(), status, mimetype="application/json")
    response.content_language.update(languages)
    return response


def _revalidated(response: Response) -> Response:
    """Spare who has this state already its transfer."""
    response.add_etag()
    response.make_conditional(request)
    return response
