"""What the JSON API takes and gives; the OpenAPI document is made from these models."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt

from assistant import MAX_CHARACTERS, Decision, Reply, ShownNotice
from assistant.handover import MESSAGE_LIMIT, NAME_LIMIT
from assistant.notice_words import plain
from corpus import LANGUAGES, Article, ChannelKind, Language, NoticeKind
from webui.context import MAX_ID
from webui.error_codes import ErrorCode
from webui.reasons import REASONS

SHORTEST_KEY = 16
LONGEST_KEY = 200

Words = Annotated[str, BeforeValidator(plain)]
"""A sentence that the pages show in parts."""


class Given(BaseModel):
    """Base of all that the API takes; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid")


class Shown(BaseModel):
    """Base of all that the API gives."""

    model_config = ConfigDict(from_attributes=True)


class QuestionIn(Given):
    """A question."""

    question: str = Field(
        description=f"The question in the customer's own words, up to {MAX_CHARACTERS:,} characters.",
        max_length=MAX_CHARACTERS,
        json_schema_extra={"minLength": 1},
    )
    language: Language | None = Field(
        None, description="Taken when the text's language is unsure; default: from Accept-Language."
    )
    conversation: str | None = Field(
        None, description="The conversation of the last reply; without it a new one begins."
    )


class TypedIn(Given):
    """What has been typed so far."""

    question: str = Field(description="The beginning of a question; it is not recorded.")
    language: Language | None = Field(
        None, description="Taken when the text's language is unsure; default: from Accept-Language."
    )
    conversation: str | None = Field(
        None, description="The conversation of the last reply; what was rejected in it stays away."
    )


class FeedbackIn(Given):
    """A customer's word on an article."""

    conversation: str = Field(description="The conversation of the last reply.")
    article: str = Field(description="The article's id.")
    helped: StrictBool = Field(description="Whether it settled the matter.")
    question_id: StrictInt | None = Field(
        None, ge=1, le=MAX_ID, description="The question that the article answered."
    )
    reason: str | None = Field(
        None, description=f"What was missing: one of {', '.join(REASONS)}, or the customer's words."
    )


class CaseIn(Given):
    """A message for a person; an e-mail address or a phone number is needed."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["email"]}, {"required": ["phone"]}]},
    )

    message: str = Field(
        description=f"What it is about, up to {MESSAGE_LIMIT:,} characters.",
        max_length=MESSAGE_LIMIT,
        json_schema_extra={"minLength": 1},
    )
    name: str = Field("", max_length=NAME_LIMIT, description="How to address the customer.")
    email: str = Field("", description="Where to answer by mail; empty where the phone is to be used.")
    phone: str = Field(
        "", description="Where to call back, in any usual notation; without a country, German."
    )
    language: Language | None = Field(None, description="The language to answer in.")
    conversation: str | None = Field(None, description="Hands over what was said and read before.")
    submission_key: str | None = Field(
        None,
        min_length=SHORTEST_KEY,
        max_length=LONGEST_KEY,
        description="A random text; the same message with the same key is one case. The header "
        "Idempotency-Key does the same and leads.",
    )


class PieceOut(Shown):
    """A paragraph or list item of an article, and the heading above it."""

    heading: str = Field(description="Empty above the first heading.")
    text: str


class ArticleOut(Shown):
    """An article that was found, in the language of the reply where it is written in it."""

    id: str = Field(description="Stable; GET /api/v1/articles/{article} gives it in full.")
    topic: str = Field(description="The id of its topic.")
    language: Language
    question: str = Field(description="Its title.")
    short: str = Field(description="The direct answer in one to three sentences: show it word for word.")
    matched: str = Field(description="The passage that the question fitted; empty where none did.")
    score: float = Field(description="How well it fits; for the order alone, no probability.")
    reviewed: date | None = Field(description="The day on which its owner last checked it, if told.")
    extract: tuple[PieceOut, ...] = Field(
        description="The pieces of the full answer that speak to a follow-up; empty for any other question."
    )


class SuggestionOut(Shown):
    """An article that is likely to help."""

    id: str = Field(description="The article's id.")
    topic: str = Field(description="The id of its topic.")
    language: Language
    question: str = Field(description="Its title.")


class SuggestionsOut(Shown):
    """At most three articles, best first; none where none is likely to help."""

    articles: tuple[SuggestionOut, ...]


class ChannelOut(Shown):
    """A way to reach a person, judged for this matter and this moment."""

    id: str
    kind: ChannelKind
    name: str
    address: str = Field(description="A number, an e-mail address, a URL, a path of this server or a place.")
    cost: str = Field(description="What it costs the customer, in words.")
    duration: str = Field(description="How long it usually takes, in words.")
    have_ready: str | None = Field(description="What the customer should have at hand.")
    consent: tuple[str, ...] = Field(description="What a customer agrees to; show it before the address.")
    open_now: bool
    opens_at: datetime | None = Field(description="When it opens next; missing while it is open.")
    suits: bool = Field(description="It fits this matter.")
    discouraged: bool = Field(description="It does not fit this matter; the reason says why.")
    reason: str


class PromiseOut(Shown):
    """The latest time of an answer, with the reason in words."""

    team: str = Field(description="Who answers.")
    latest: datetime
    sentence: str = Field(description="The same in words, with the reason: show it to the customer.")


class EscalatedOut(Shown):
    """Why a person takes over, and at most one urgent action."""

    reason: str = Field(description="The id of the rule.")
    name: str = Field(description="The rule in words.")
    priority: str = Field(description="How soon a person looks at it.")
    message: str = Field(description="Calm words for the customer.")
    action: str | None = Field(description="What to do at once, such as blocking a SIM card.")
    action_article: ArticleOut | None = Field(description="The article that tells how.")
    action_channel: ChannelOut | None = Field(description="The line for it.")


class FurtherReadingOut(Shown):
    """The article that a notice names."""

    id: str
    language: Language
    question: str


class NoticeOut(Shown):
    """What is special just now and belongs to the question."""

    id: str
    kind: NoticeKind
    title: str
    text: str
    places: tuple[str, ...] = Field(description="Where it holds; empty for everywhere.")
    begins: datetime
    ends: datetime | None = Field(description="Missing while nobody knows when it ends.")
    when: Words = Field(description="When it holds, in words.")
    as_of: Words = Field(description="How fresh the text is, in words; empty where nothing is known.")
    article: FurtherReadingOut | None = Field(description="What to read about it, if anything.")


class ReplyOut(Shown):
    """The outcome of a question."""

    decision: Decision = Field(
        description="answer: show the first article's short text. clarify: ask which of the articles is "
        "meant. suggest: show them as what may help, beside the way to a person. hand_over: show the way to "
        "a person. escalate: show `escalated`, a person takes over; `further` may help until then."
    )
    language: Language = Field(
        description="The language of all texts: the question's; where both use its words, the page's."
    )
    topic: str | None = Field(description="The id of the topic, where it is known.")
    message: str = Field(description="A sentence that says what was found.")
    confidence: float | None = Field(
        description="Calibrated probability that the first article answers the question."
    )
    notices: tuple[NoticeOut, ...] = Field(description="To be shown above the articles, at most two.")
    articles: tuple[ArticleOut, ...] = Field(description="The articles to show, best first.")
    further: tuple[ArticleOut, ...] = Field(
        description="What else was found, best first: to stand below the answer, or the way to a person."
    )
    channels: tuple[ChannelOut, ...] = Field(description="The ways to a person, best first.")
    promise: PromiseOut = Field(description="When a person answers, should it be handed over now.")
    escalated: EscalatedOut | None = Field(description="Only with the decision `escalate`.")
    follows: str = Field(
        description="The question before, where this one was understood together with it; else empty."
    )
    question_id: int | None = Field(description="Missing where the question could not be recorded.")
    conversation: str = Field(description="Send it with the next question, the feedback or the case.")

    @classmethod
    def of(
        cls, reply: Reply, notices: tuple[ShownNotice, ...], *, question_id: int | None, conversation: str
    ) -> Self:
        """Give a reply with the signed conversation that goes on from it."""
        return cls.model_validate(
            {
                **{name: getattr(reply, name) for name in cls.model_fields if hasattr(reply, name)},
                "notices": notices,
                "further": reply.ranked,
                "question_id": question_id,
                "conversation": conversation,
            }
        )


class FeedbackOut(Shown):
    """What follows from feedback."""

    conversation: str = Field(description="Send it on; a rejected article does not come back in it.")
    only_people: bool = Field(description="After two rejected articles only a person is offered.")
    next: ArticleOut | None = Field(description="The next best article, if one is likely to help.")


class CaseOut(Shown):
    """A case that a person answers."""

    number: str = Field(description="Names the case to customer and team.")
    code: str = Field(description="Opens the status page together with the number; shown here alone.")
    created: bool = Field(description="False when the same message had been sent before.")
    promise: PromiseOut
    status_url: str = Field(description="Where the customer sees how it stands.")


class TranslationOut(Shown):
    """One language's version of an article."""

    question: str = Field(description="Its title.")
    short: str = Field(description="The direct answer in one to three sentences.")
    answer: str = Field(description="The full answer in Markdown.")


class FullArticleOut(Shown):
    """An article in all its languages."""

    id: str
    topic: str = Field(description="The id of its topic.")
    reviewed: date | None = Field(description="The day on which its owner last checked it, if told.")
    translations: dict[Language, TranslationOut]
    related: tuple[str, ...] = Field(description="The ids of articles on neighbouring questions.")

    @classmethod
    def of(cls, article: Article) -> Self:
        """Give an article without what only editors need."""
        return cls(
            id=article.id,
            topic=article.topic,
            reviewed=article.reviewed,
            translations={
                each: TranslationOut.model_validate(words)
                for each in LANGUAGES
                if (words := article.translation(each)) is not None
            },
            related=article.related,
        )


class ArticleTitleOut(Shown):
    """An article in a list."""

    id: str
    topic: str = Field(description="The id of its topic.")
    questions: dict[Language, str] = Field(description="Its title in each language it is written in.")


class ArticlesOut(Shown):
    """All articles that may be shown today, by id."""

    articles: tuple[ArticleTitleOut, ...]


class ErrorDetail(Shown):
    """What is wrong, and what to do."""

    code: ErrorCode = Field(description="Stays the same whatever the message says: decide by it.")
    message: str = Field(description="A sentence for people, in the language of Accept-Language.")
    fields: dict[str, str] | None = Field(
        None, description="What is wrong with which field or header, by its name."
    )


class ErrorOut(Shown):
    """The one shape of all errors."""

    error: ErrorDetail
