"""Proves how many direct answers are wrong, on test questions that no fitting has seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from scipy.stats import beta

from assistant import Assistant
from assistant.certificate import BOTH, HIGH_RISK_MAX_WRONG, Certificate, Claim, state_of
from assistant.confidence import NEVER
from assistant.proof import LEVEL, answers_needed
from corpus import LANGUAGES, Risk
from corpus.questions import Group
from eval.intervals import RESAMPLES, SEED, clopper_pearson_upper
from eval.questions import Asked
from eval.table import table

BOTH_SHARE = 0.8
"""What is proven over both languages, as a share of what is proven of each: more answers prove more."""
_UNANSWERABLE = (Group.NEAR_MISS, Group.FAR)


def certify(assistant: Assistant, folder: Path, asked: Sequence[Asked], *, labels: str) -> Certificate:
    """Make the certificate of what serves.

    :param assistant: the one that was asked.
    :param folder: its artifact's folder.
    :param asked: test questions with the replies; questions that must escalate are part of the mix: a
        direct answer to one of them is wrong.
    :param labels: hash of the questions.
    :return: one claim a language and risk class, and one over both languages.
    """
    points = _proven_points(assistant, asked)
    claims = []
    for name in (*LANGUAGES, BOTH):
        own = [one for one in asked if name in (BOTH, one.reply.language)]
        for risk in Risk:
            limit = HIGH_RISK_MAX_WRONG if risk is Risk.HIGH else _limit(assistant, name)
            claims.append(claim_of(name, risk, limit, own, _answers(assistant, own, risk, points)))
    return Certificate(
        state=state_of(folder),
        labels=labels,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        mix=dict(Counter(one.question.group.value for one in asked)),
        answer_points=points,
        claims=tuple(claims),
    )


def _proven_points(assistant: Assistant, asked: Sequence[Asked]) -> dict[str, float]:
    """Walk down the ladders and return the last answer point that is proven, of each language that has one.

    Each language is walked alone with the share allowed, then both are walked in step with the smaller share
    that they are to keep together. A language goes as far as both walks hold; where nothing can be proven of
    both together, as with few questions, its own walk decides.

    Fixed-sequence testing: the candidates and their order were fixed on the calibration questions, each is
    tested at the full level, and the first that fails ends the walk, so the chance that any point taken does
    not hold stays within 5 % a walk (Learn then Test, Angelopoulos et al., arXiv 2110.01052, section 3; Bauer
    1991). Where a language ends before the walk in step, the bound over both is that of another pair of
    points than those walked.
    """
    if assistant.confidence is None:
        return {}
    ladder = assistant.confidence.ladder
    alone: dict[str, float] = {}
    for language, points in ladder.items():
        own = [one for one in asked if one.reply.language == language]
        steps = [{language: point} for point in points]
        alone |= _walk(assistant, own, steps, _limit(assistant, language))
    # A shorter ladder waits at its last candidate.
    in_step = [
        {language: points[min(step, len(points) - 1)] for language, points in ladder.items()}
        for step in range(max(map(len, ladder.values()), default=0))
    ]
    together = _walk(assistant, asked, in_step, _limit(assistant, BOTH))
    return {language: max(point, together.get(language, 0.0)) for language, point in alone.items()}


def _walk(
    assistant: Assistant, asked: Sequence[Asked], steps: Sequence[dict[str, float]], limit: float
) -> dict[str, float]:
    """The last answer points, by language, that are proven to give at most ``limit`` wrong; none: empty."""
    taken: dict[str, float] = {}
    for points in steps:
        wrong = [is_wrong(one) for one in _answers(assistant, asked, Risk.LOW, points)]
        if not wrong or clopper_pearson_upper(sum(wrong), len(wrong)) > limit:
            break
        taken = points
    return taken


def claim_of(
    language: str, risk: Risk, max_wrong: float, asked: Sequence[Asked], answers: Sequence[Asked]
) -> Claim:
    """Count what was answered, and what of it was wrong.

    :param language: of the claim, or :data:`assistant.certificate.BOTH`.
    :param risk: of the articles answered with.
    :param max_wrong: the share to prove.
    :param asked: all questions of the claim's mix.
    :param answers: those that were answered directly with an article of the risk class.
    :return: the claim.
    """
    wrong = [is_wrong(one) for one in answers]
    low, high = _by_article(answers, wrong)
    answerable = [one for one in asked if one.question.expected]
    covered = sum(one.question.group is Group.ANSWERABLE for one in answers)
    return Claim(
        language=language,
        risk=risk,
        max_wrong=max_wrong,
        answers=len(answers),
        wrong=sum(wrong),
        bound=clopper_pearson_upper(sum(wrong), len(answers)) if answers else 1.0,
        low=low,
        high=high,
        coverage=covered / len(answerable) if answerable else 0.0,
        unanswerable_up_to=_unanswerable_up_to(asked, answers, max_wrong),
    )


def is_wrong(one: Asked) -> bool:
    """Say whether showing the first article as the answer was wrong."""
    first = one.ranked[0] if one.ranked else None
    return first not in one.question.expected or one.question.group is Group.ESCALATE


def certificate_table(certificate: Certificate) -> str:
    """Write the claims, and what an unproven one lacks."""
    rows = [
        [
            claim.language,
            claim.risk.value,
            f"{claim.wrong} of {claim.answers}",
            f"{claim.bound:.4f}",
            f"{claim.max_wrong:g}",
            "proven" if claim.proven else _lacking(claim),
            f"{claim.low:.3f}–{claim.high:.3f}",
            f"{claim.coverage:.3f}",
            "–" if claim.unanswerable_up_to is None else f"{claim.unanswerable_up_to:.2f}",
        ]
        for claim in certificate.claims
    ]
    head = ["", "risk", "wrong", "bound", "limit", "", "by article", "coverage", "unanswerable up to"]
    mix = ", ".join(f"{count} {group}" for group, count in sorted(certificate.mix.items()))
    return f"{table(head, rows)}\n\nFor questions like these, in this mix: {mix}."


def _answers(
    assistant: Assistant, asked: Sequence[Asked], risk: Risk, points: Mapping[str, float]
) -> list[Asked]:
    """Questions whose first article, of a risk class, is sure enough to be answered with.

    ``points`` replaces the answer points of the languages it names.
    """
    return [
        one
        for one in asked
        if one.ranked
        and assistant.corpus.articles[one.ranked[0]].risk is risk
        and _reaches(one, points.get(one.reply.language, _calibrated(assistant, one)))
    ]


def _reaches(one: Asked, point: float) -> bool:
    # A phrasing of an article, word for word, has confidence 1 and is answered whatever the point.
    return one.reply.confidence is not None and one.reply.confidence >= min(point, 1.0)


def _calibrated(assistant: Assistant, one: Asked) -> float:
    return assistant.confidence.answer_point(one.reply.language) if assistant.confidence else NEVER


def _limit(assistant: Assistant, name: str) -> float:
    """The share to prove of a language, or of both together, where there are two."""
    if assistant.confidence is None:
        return 0.0
    shared = name == BOTH and len(assistant.confidence.ladder) > 1
    return assistant.confidence.max_wrong * (BOTH_SHARE if shared else 1.0)


def _lacking(claim: Claim) -> str:
    if not claim.answers:
        return f"not proven: no answers; {answers_needed(claim.max_wrong, 0)} right ones are needed"
    if claim.wrong / claim.answers >= claim.max_wrong:
        return "not proven: too many are wrong"
    needed = claim.answers
    share = claim.wrong / claim.answers
    while float(beta.ppf(LEVEL, share * needed + 1, needed - share * needed)) > claim.max_wrong:
        needed += max(1, needed // 50)
    return f"not proven: about {needed - claim.answers} more answers at this wrong share"


def _by_article(answers: Sequence[Asked], wrong: Sequence[bool]) -> tuple[float, float]:
    """The 95 % percentile bootstrap of the wrong share, resampling articles with all their answers."""
    if not answers:
        return 0.0, 1.0
    names = sorted({one.ranked[0] for one in answers})
    place = {name: at for at, name in enumerate(names)}
    rows = np.array([place[one.ranked[0]] for one in answers])
    errors = np.bincount(rows, weights=np.array(wrong, dtype=np.float64), minlength=len(names))
    counts = np.bincount(rows, minlength=len(names))
    drawn = np.random.default_rng(SEED).multinomial(
        len(names), np.full(len(names), 1 / len(names)), size=RESAMPLES
    )
    low, high = np.quantile((drawn @ errors) / np.maximum(drawn @ counts, 1), [0.025, 0.975])
    return float(low), float(high)


def _unanswerable_up_to(asked: Sequence[Asked], answers: Sequence[Asked], max_wrong: float) -> float | None:
    """The largest share of questions without an article with which as many answers would prove the limit."""
    sure = set(map(id, answers))
    groups = {
        known: [one for one in asked if (one.question.group in _UNANSWERABLE) is not known]
        for known in (True, False)
    }
    if not answers or not groups[True]:
        return None
    rates = [
        (
            sum(id(one) in sure for one in group) / max(1, len(group)),
            sum(id(one) in sure and is_wrong(one) for one in group) / max(1, len(group)),
        )
        for group in (groups[True], groups[False])
    ]
    best = None
    for share in np.linspace(0.0, 1.0, 101):
        answered = (1 - share) * rates[0][0] + share * rates[1][0]
        wrong = (1 - share) * rates[0][1] + share * rates[1][1]
        if not answered:
            continue
        expected = len(answers) * wrong / answered
        if expected < len(answers) and beta.ppf(LEVEL, expected + 1, len(answers) - expected) <= max_wrong:
            best = float(share)
    return best
