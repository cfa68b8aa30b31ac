"""All that ``lotse eval report`` shows, in order; no section holds the text of a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant import Assistant
from eval.parity import hidden_articles, parity_section
from eval.questions import Asked
from eval.report_figures import confusions_section, kinds_section, language_sections, topics_section
from eval.report_head import head_section, proof_section
from eval.report_plots import reliability_section, risk_section
from eval.report_rivals import rivals_section, systems_of
from eval.section import Section
from index import Artifact

Tick = Callable[[], object]


def report_sections(
    assistant: Assistant, artifact: Artifact, asked: Sequence[Asked], tick: Tick = lambda: None
) -> list[Section]:
    """Measure everything.

    :param assistant: the one that was asked.
    :param artifact: what it serves.
    :param asked: test questions with the replies.
    :param tick: called four times a question at most.
    :return: the sections, in order.
    """
    corpus = artifact.corpus
    systems = systems_of(asked, artifact.index, hidden_articles(corpus), tick)
    questions = [one.question for one in asked]
    return [
        head_section(artifact, asked),
        proof_section(artifact, asked),
        *language_sections(asked),
        risk_section(asked, systems),
        reliability_section(asked),
        rivals_section(systems),
        parity_section(questions, corpus, artifact.index, assistant.confidence, tick),
        kinds_section(asked),
        topics_section(asked, corpus),
        confusions_section(asked, corpus),
    ]
