"""The report's figures beside those of simpler systems, on the same passages and questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from corpus import LANGUAGES
from corpus.questions import Group
from eval.curves import confidences
from eval.intervals import Figure, resampled, share
from eval.metrics import hit
from eval.outcome import Outcome
from eval.paired import PRODUCT, Systems, differences
from eval.peers import peers_of
from eval.questions import Asked
from eval.report_figures import outcomes_of
from eval.resampling import augrc_of, auroc_of, coverage_at_precision_of
from eval.section import Section, Table
from index import Index, Passage

Tick = Callable[[], object]
_PRECISION = 0.95


def systems_of(
    asked: Sequence[Asked], index: Index, hidden: frozenset[str], tick: Tick = lambda: None
) -> dict[str, list[Outcome]]:
    """Put the questions to each rival, too.

    :param asked: with the product's replies; those that must escalate are left out.
    :param index: whose passages, vectors and encoder the rivals use.
    :param hidden: articles that may not be shown.
    :param tick: called once a question and rival.
    :return: outcomes in the same order, by name; the product first.
    """
    questions = [one.question for one in asked if one.question.group is not Group.ESCALATE]
    rows = [row for row, passage in enumerate(index.passages) if _may_show(passage, hidden)]
    systems = {PRODUCT: outcomes_of(asked)}
    for peer in peers_of([index.passages[row] for row in rows], index.encoder, index.vectors[rows]):
        systems[peer.name] = []
        for one in questions:
            expected = frozenset(one.expected)
            systems[peer.name].append(
                peer.outcome(
                    one.text, language=one.language, expected=expected, searched=frozenset(LANGUAGES)
                )
            )
            tick()
    return systems


def rivals_section(systems: Systems) -> Section:
    """Show the figures of each system, and the product's less each rival's."""
    named = [(name, _figures(outcomes)) for name, outcomes in systems.items()]
    columns = tuple(named[0][1])
    compared = differences("", systems)
    return Section(
        "rivals",
        "Beside simpler systems",
        (
            "Each searches the same passages for the same questions; a rival's confidence is its highest "
            "score. Recall is over answerable questions, all else over all that need not escalate. The "
            "product loses those that it escalates by mistake, also where what it lists below the way to a "
            "person would help.",
        ),
        tables=(
            Table(("", *columns), tuple((name, *figures.values()) for name, figures in named)),
            Table(
                ("product less", "figure", "difference", ""),
                tuple(
                    (one.rival, one.measure, one.figure, "significantly worse" if one.worse else "")
                    for one in compared
                ),
            ),
        ),
    )


def _figures(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    answerable = [one for one in outcomes if one.expected]
    scored = confidences(outcomes)
    n = len(scored[0])
    return {
        "recall@1": share([hit(one.ranked, one.expected, 1) for one in answerable]),
        "recall@3": share([hit(one.ranked, one.expected, 3) for one in answerable]),
        "AUROC": resampled(auroc_of(*scored), n),
        "AUGRC": resampled(augrc_of(*scored), n),
        "coverage at 95 % precision": resampled(coverage_at_precision_of(*scored, _PRECISION), n),
    }


def _may_show(passage: Passage, hidden: frozenset[str]) -> bool:
    return bool(passage.article) and passage.article not in hidden
