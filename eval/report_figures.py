"""The report's figures about the product: what it finds, answers, refuses and escalates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from assistant import Decision
from assistant.confidence import RELEVANCE_POINT
from corpus import Corpus
from corpus.questions import Group
from eval.curves import confidences
from eval.groups import by_language
from eval.headline import is_wrong_answer
from eval.intervals import Figure, clopper_pearson_upper, resampled, share
from eval.metrics import BINS, is_right, nearest_truth
from eval.outcome import Outcome
from eval.question_report import kind_rows
from eval.questions import Asked
from eval.resampling import augrc_of, auroc_of, calibration_error_of, mcc_of
from eval.section import NAMES, Section, Table, figure_columns

CONFUSIONS = 25
"""How many pairs of articles are listed."""
_NONE = Figure(None, None, 0)


_ANSWERING = (
    "Recall and coverage are over answerable questions; of one escalated by mistake nothing counts as found "
    "first, and among three what stands below the way to a person. The wrong-answer rate is over all direct "
    "answers, those to questions that must escalate counting as wrong; its bound is the one-sided 95 % "
    "Clopper–Pearson bound.",
    f"Deflection and MCC are taken where an article counts as relevant (confidence {RELEVANCE_POINT} and "
    "up), over questions that need not escalate. AUROC is better when higher, AUGRC (arXiv 2407.01032) and "
    f"ECE ({BINS} bins of equal mass) when lower; ECE is over searched questions, its interval lies rather "
    "too high.",
)
_REFUSING = ("Near misses are about this trade, far questions about anything else; neither has an article.",)


def outcomes_of(asked: Sequence[Asked]) -> list[Outcome]:
    """Return what the product did with each question that need not escalate.

    What was escalated by mistake counts as not found, with confidence 0. Without a calibrated
    confidence there is none for any question.
    """
    ranked = [one for one in asked if one.question.group is not Group.ESCALATE]
    calibrated = any(one.reply.confidence is not None for one in ranked)
    return [
        Outcome(
            one.question.language,
            frozenset(one.question.expected),
            one.ranked,
            0.0 if calibrated and one.reply.decision is Decision.ESCALATE else one.reply.confidence,
            None,
        )
        for one in ranked
    ]


def language_sections(asked: Sequence[Asked]) -> list[Section]:
    """Measure each language, then both."""
    groups = [
        (NAMES[name], group) for name, group in by_language(asked, lambda one: one.question.language).items()
    ]
    return [
        Section(
            "answering",
            "Finding and answering",
            _ANSWERING,
            tables=(figure_columns("", [(name, _answering(group)) for name, group in groups]),),
        ),
        Section(
            "refusing",
            "Refusing and escalating",
            _REFUSING,
            tables=(figure_columns("", [(name, _refusing(group)) for name, group in groups]),),
        ),
    ]


def kinds_section(asked: Sequence[Asked]) -> Section:
    """Measure each way to write, language by language."""
    rows = kind_rows(asked)
    names = tuple(rows[0].figures) if rows else ()
    return Section(
        "kinds",
        "Kinds of question",
        ("Answerable questions by how they are written.",),
        tables=(
            Table(
                ("kind", "language", *names),
                tuple(
                    (row.kind, NAMES[row.language], *(row.figures[name] for name in names)) for row in rows
                ),
            ),
        ),
    )


def topics_section(asked: Sequence[Asked], corpus: Corpus) -> Section:
    """Measure each topic, which is that of the first expected article."""
    topics: dict[str, list[Asked]] = {}
    for one in _answerable(asked):
        topics.setdefault(corpus.articles[one.question.expected[0]].topic, []).append(one)
    rows = tuple(
        (
            topic,
            len(own),
            share([one.found(1) for one in own]),
            share([one.answered is not None for one in own]),
            _wrong(own),
        )
        for topic, own in sorted(topics.items())
    )
    columns = ("topic", "n", "recall@1", "answered directly", "wrong among direct answers")
    return Section(
        "topics",
        "Topics",
        ("Answerable questions of both languages by the topic of their first expected article.",),
        tables=(Table(columns, rows),),
    )


def confusions_section(asked: Sequence[Asked], corpus: Corpus) -> Section:
    """List the articles that are found first in place of others, by how often."""
    pairs = Counter(
        (one.question.expected[0], one.ranked[0])
        for one in _answerable(asked)
        if one.ranked and one.ranked[0] not in one.question.expected
    )
    rows = tuple(
        (_titled(wanted, corpus), _titled(found, corpus), count)
        for (wanted, found), count in sorted(pairs.items(), key=lambda item: (-item[1], item[0]))[:CONFUSIONS]
    )
    return Section(
        "confusions",
        "Worst confusions",
        (
            f"{pairs.total()} answerable questions have a wrong article first; "
            f"below are the {len(rows)} most frequent pairs.",
        ),
        tables=(Table(("expected", "found first", "n"), rows),),
    )


def _answering(asked: Sequence[Asked]) -> dict[str, Figure]:
    answerable, outcomes = _answerable(asked), outcomes_of(asked)
    direct = [one for one in asked if one.answered is not None]
    return {
        "recall@1": share([one.found(1) for one in answerable]),
        "recall@3": share([one.found(3) for one in answerable]),
        "coverage of the answerable": share([one.answered is not None for one in answerable]),
        "wrong-answer rate": _wrong(asked),
        "wrong-answer rate, upper bound": _bound(direct),
        **_of_relevance(outcomes),
        **_of_confidence(asked, outcomes),
    }


def _refusing(asked: Sequence[Asked]) -> dict[str, Figure]:
    of = {group: [one for one in asked if one.question.group is group] for group in Group}
    others = [one for one in asked if one.question.group is not Group.ESCALATE]
    return {
        "near misses answered directly": share([one.answered is not None for one in of[Group.NEAR_MISS]]),
        "far questions answered directly": share([one.answered is not None for one in of[Group.FAR]]),
        "must escalate: escalated": share(_escalated(of[Group.ESCALATE])),
        "all others: false alarms": share(_escalated(others)),
    }


def _of_relevance(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    names = ("deflection accuracy", "false deflection", "missed deflection", "MCC")
    if not _calibrated(outcomes):
        return dict.fromkeys(names, _NONE)
    taken = [(one.expected, one.taken_from(RELEVANCE_POINT)) for one in outcomes]
    figures = (
        share([is_right(*pair) for pair in taken]),
        share([article is not None for expected, article in taken if not expected]),
        share([article is None for expected, article in taken if expected]),
        resampled(
            mcc_of([nearest_truth(*pair) for pair in taken], [article for _, article in taken]), len(taken)
        ),
    )
    return dict(zip(names, figures, strict=True))


def _of_confidence(asked: Sequence[Asked], outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    names = ("AUROC", "AUGRC", "ECE")
    if not _calibrated(outcomes):
        return dict.fromkeys(names, _NONE)
    scored = confidences(outcomes)
    searched = confidences(searched_of(asked))
    figures = (
        resampled(auroc_of(*scored), len(outcomes)),
        resampled(augrc_of(*scored), len(outcomes)),
        resampled(calibration_error_of(*searched, BINS), len(searched[0])),
    )
    return dict(zip(names, figures, strict=True))


def searched_of(asked: Sequence[Asked]) -> list[Outcome]:
    """Return the outcomes of questions that were searched, as :func:`outcomes_of` does."""
    return outcomes_of([one for one in asked if one.reply.decision is not Decision.ESCALATE])


def _calibrated(outcomes: Sequence[Outcome]) -> bool:
    return all(one.confidence is not None for one in outcomes)


def _answerable(asked: Sequence[Asked]) -> list[Asked]:
    return [one for one in asked if one.question.group is Group.ANSWERABLE]


def _wrong(asked: Sequence[Asked]) -> Figure:
    return share([is_wrong_answer(one) for one in asked if one.answered is not None])


def _bound(direct: Sequence[Asked]) -> Figure:
    if not direct:
        return _NONE
    return Figure(clopper_pearson_upper(sum(map(is_wrong_answer, direct)), len(direct)), None, len(direct))


def _escalated(asked: Sequence[Asked]) -> list[bool]:
    return [one.reply.decision is Decision.ESCALATE for one in asked]


def _titled(article: str, corpus: Corpus) -> str:
    versions = corpus.articles[article]
    translation = versions.translation("en") or versions.translation("de")
    return f"{article}: {translation.question}" if translation else article
