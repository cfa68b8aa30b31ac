"""Explains a decision to an editor: what was found, what it weighed, and why another article lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from assistant.asked import clean
from assistant.assistant import Assistant
from assistant.confidence import FEATURES, features
from assistant.conversation import Conversation
from assistant.errors import AssistantError
from assistant.language import identify_language
from corpus import Language, State
from index import EVIDENCE, Filter, Query, RankedArticle, Ranking, Weights
from index.evidence import densities

_SHOWN = 5
_LACKING = 6


class UnknownArticleError(AssistantError):
    """No article has the id asked about."""


@dataclass(frozen=True, slots=True)
class Rival:
    """One kind of evidence: its value for the wanted and for the first article, and what that is worth.

    ``worth`` is in logits: by how much it puts the wanted article ahead, negative where it loses.
    """

    name: str
    wanted: float
    first: float
    worth: float


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why an article was not first.

    ``place`` counts from 1, ``None`` where it was not among the candidates; ``hidden`` says why it could not
    be found at all. ``lacking`` are words of the question that it holds in no form, the rarest first;
    ``nearest`` is its nearest passage. ``needed`` is the cosine that one more phrasing must have to the
    question to put it first, ``None`` where no phrasing alone does. ``owned`` says that the question is, word
    for word, a phrasing of the first article.
    """

    article: str
    place: int | None
    first: str
    hidden: str | None
    rivals: tuple[Rival, ...]
    lacking: tuple[str, ...]
    nearest: str
    needed: float | None
    owned: bool


def explain(assistant: Assistant, text: str, *, page_language: Language) -> Iterator[str]:
    """Yield the whole way from a question to its decision, line by line.

    :param assistant: the one that answers.
    :param text: the question.
    :param page_language: taken when the text's language is unsure.
    :yield: lines for a terminal.
    :raises QuestionError: when the text cannot be asked.
    """
    question = clean(text)
    certain = identify_language(question)
    reply = assistant.ask(question, page_language=page_language, conversation=Conversation.start())
    yield f"question    {question}"
    yield f"language    {reply.language}" + ("" if certain else " (unsure: the page's)")
    query = assistant.query(question)
    yield f"escalation  {_escalation(assistant, query)}"
    shown = Filter(articles=assistant.hidden(datetime.now(UTC)))
    ranking = assistant.index.rank_query(query, leave_out=shown, weights=assistant.weights)
    if ranking.query != question:
        yield f"searched    {ranking.query}"
    yield from _found(ranking, assistant.weights)
    yield from _confidence(assistant, ranking, reply.language)
    yield f"decision    {reply.decision}: {reply.trace['rule']}"


def why_not(assistant: Assistant, text: str, article: str, *, now: datetime | None = None) -> WhyNot:
    """Compare an article with the one that was found first.

    :param assistant: the one that answers.
    :param text: the question.
    :param article: the id of the article that was expected.
    :param now: the moment that validity is judged by; default: now.
    :return: the comparison.
    :raises QuestionError: when the text cannot be asked.
    :raises UnknownArticleError: when there is no such article.
    """
    if article not in assistant.corpus.articles:
        raise UnknownArticleError(f"the corpus that serves has no article {article!r}; lotse check names all")
    query = assistant.query(clean(text))
    now = now or datetime.now(UTC)
    others = Filter(articles=assistant.hidden(now) - {article})
    ranking = assistant.index.rank_query(query, leave_out=others, weights=assistant.weights, most=None)
    hidden = _hidden(assistant, article, now)
    names = [ranked.article for ranked in ranking.articles]
    place = names.index(article) if article in names else None
    lacking = assistant.index.lacking(query, article)[:_LACKING]
    if place is None:
        return WhyNot(article, None, names[0] if names else "", hidden, (), lacking, "", None, ranking.known)
    wanted, first = ranking.articles[place], ranking.articles[0]
    return WhyNot(
        article,
        place + 1,
        first.article,
        hidden,
        _rivals(wanted, first, assistant.weights),
        lacking,
        wanted.passage.text,
        _needed(wanted, first, assistant.weights),
        ranking.known,
    )


def why_not_lines(found: WhyNot, *, language: Language, question: str) -> Iterator[str]:
    """Yield a comparison as lines for a terminal, with the phrasing that would mend it."""
    if found.hidden:
        yield f"{found.article} cannot be found: {found.hidden}"
        return
    if found.place == 1:
        yield f"{found.article} is the first article for this question."
        return
    if found.place is None:
        yield f"{found.article} is not among the candidates: neither its meaning nor its words are near."
    else:
        yield f"{found.article} came in place {found.place}; first was {found.first}."
        yield f"  {'':12} {found.article[:24]:>24} {found.first[:24]:>24}  worth"
        for rival in found.rivals:
            yield f"  {rival.name:12} {rival.wanted:24.3f} {rival.first:24.3f}  {rival.worth:+.2f}"
    if found.nearest:
        yield f"Its nearest text: {found.nearest}"
    if found.lacking:
        yield f"Words it holds in no form: {', '.join(found.lacking)}"
    if found.owned:
        yield f"The question is, word for word, a phrasing of {found.first}: decide which article answers it."
        yield f"If it is {found.article}, move the phrasing there."
        return
    if found.needed is not None:
        yield f"A phrasing with a cosine of {found.needed:.2f} or more to the question would put it first."
    yield f"To mend it, add to the phrasings of {found.article} ({language}), best in words of your own:"
    yield f"      - {question}"


def _escalation(assistant: Assistant, query: Query) -> str:
    triage = assistant.triage
    found, dismissed = triage.judge(query), triage.dismisses(query)
    doubted = found.doubted or (triage.match(query.text) if dismissed and not found.matched else None)
    told = f"{doubted.reason.id} by pattern: “{doubted.words}”, but unlike its examples; " if doubted else ""
    if matched := found.matched:
        told += f"{matched.reason.id} by {matched.rule}: “{matched.words}”; "
    suspicion = found.suspicion or triage.suspect(query)
    if suspicion is None:
        return f"{told}no examples to judge by"
    if dismissed:
        told += "dismissed at a glance; "
    if suspicion.part != query.text:
        told += f"most of all “{suspicion.part}”; "
    return f"{told}nearest reason {suspicion.reason}, p {suspicion.probability:.3f}, “{suspicion.example}”"


def _found(ranking: Ranking, weights: Weights) -> Iterator[str]:
    if not ranking.articles:
        yield "found       nothing"
        return
    yield f"found       {'article':32} {'share':>6} {'score':>7}  " + "  ".join(f"{n:>10}" for n in EVIDENCE)
    for ranked, share in list(zip(ranking.articles, ranking.shares, strict=True))[:_SHOWN]:
        values = "  ".join(f"{value:10.3f}" for value in ranked.evidence)
        yield f"            {ranked.article[:32]:32} {share:6.3f} {ranked.score:7.2f}  {values}"
        yield f"              {ranked.passage.language} {ranked.passage.kind}: {ranked.passage.text}"
    yield f"weights     {'':47} " + "  ".join(f"{weight:10.3f}" for weight in weights.values)


def _confidence(assistant: Assistant, ranking: Ranking, language: Language) -> Iterator[str]:
    confidence = assistant.confidence
    if confidence is None:
        yield "confidence  none: too few phrasings to calibrate"
        return
    if not ranking.articles:
        return
    if ranking.known:
        yield "known       the question is a phrasing of the first article, word for word"
    values = features(ranking)
    worth = [
        weight * (value - mean) / scale
        for value, mean, scale, weight in zip(
            values, confidence.mean, confidence.scale, confidence.weights, strict=True
        )
    ]
    yield "features    " + "  ".join(
        f"{name} {value:.3f} ({part:+.2f})" for name, value, part in zip(FEATURES, values, worth, strict=True)
    )
    yield (
        f"confidence  p {confidence.probability(ranking):.4f}; relevance point {confidence.relevance_point}, "
        f"answer point {assistant.answer_point(language):.4f} ({_proof(assistant, language)})"
    )


def _proof(assistant: Assistant, language: Language) -> str:
    claims = assistant.certificate.claims if assistant.certificate else ()
    for claim in claims:
        if claim.language == language and claim.risk.value == "low":
            proven = "proven" if claim.proven else "not proven"
            return f"{proven}: {claim.wrong} of {claim.answers} wrong, bound {claim.bound:.3f}"
    return "not proven: no certificate"


def _hidden(assistant: Assistant, article: str, now: datetime) -> str | None:
    wanted = assistant.corpus.articles[article]
    if wanted.state is not State.PUBLISHED:
        return f"its state is {wanted.state.value}"
    if assistant.article(article, now=now) is None:
        return f"it is valid from {wanted.valid_from or 'ever'} until {wanted.valid_until or 'ever'}"
    return None


def _rivals(wanted: RankedArticle, first: RankedArticle, weights: Weights) -> tuple[Rival, ...]:
    parts = zip(EVIDENCE, wanted.evidence, first.evidence, weights.values, strict=True)
    rivals = [Rival(name, own, other, weight * (own - other)) for name, own, other, weight in parts]
    return tuple(sorted(rivals, key=lambda rival: rival.worth))


def _needed(wanted: RankedArticle, first: RankedArticle, weights: Weights) -> float | None:
    """The least cosine to the question at which one more phrasing puts the article first, in steps of 0.01.

    Only what the phrasing's meaning adds is counted; its words add to that.
    """
    for hundredths in range(40, 101):
        cosine = hundredths / 100
        values = dict(zip(EVIDENCE, wanted.evidence, strict=True))
        near = np.array([values["density"], cosine], dtype=np.float32)
        values["density"] = float(densities([near])[0][0])
        values["nearest"] = max(values["nearest"], cosine)
        if weights.scores(np.array([list(values.values())], dtype=np.float32))[0] > first.score:
            return cosine
    return None
