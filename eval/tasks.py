"""Runs the product, and its rivals, on folders of articles and labelled queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError

from assistant import Confidence, QuestionError, calibrate_index, clean, identify_language
from corpus import LANGUAGES, Language, Translation
from corpus.jsonl import LabelsError, read_rows, read_text, sentences_of
from eval.outcome import Outcome, Points
from eval.peers import Peer, peers_of
from index import LEARNED, Encoder, Filter, Index, Passage, Ranking, Weights, build_index
from index.passages import translation_passages

Tick = Callable[[], object]
"""Called once a query."""


class TaskNote(BaseModel):
    """What ``task.json`` says; source, licence and counts are for people."""

    name: str | None = None


class TaskArticle(BaseModel, frozen=True):
    """One language's version of an article; parts may be empty."""

    id: str = Field(min_length=1)
    lang: Language
    question: str = ""
    answer: str = ""
    phrasings: tuple[str, ...] = ()


class TaskQuery(BaseModel, frozen=True):
    """A query with the articles that answer it; none means that it must be refused."""

    query: str
    lang: Language
    article_lang: Language | None = Field(None, description="Search this language only; none: both.")
    expected: frozenset[str]
    kind: str = ""

    @property
    def searched(self) -> frozenset[Language]:
        """The languages whose articles are searched."""
        return frozenset(LANGUAGES if self.article_lang is None else [self.article_lang])


@dataclass(frozen=True, slots=True)
class Task:
    """A small corpus and the queries put to it."""

    name: str
    articles: tuple[TaskArticle, ...]
    queries: tuple[TaskQuery, ...]

    @property
    def passages(self) -> list[Passage]:
        """The passages that are indexed, cut by the product's own code; empty parts give none."""
        return [
            passage for article in self.articles for passage in _passages(article) if passage.text.strip()
        ]


def task_folders(folder: Path, names: Sequence[str] = ()) -> list[Path]:
    """Find the tasks in a folder.

    :param folder: a task folder, or a folder of task folders.
    :param names: take only these folders; none takes all.
    :return: task folders, ordered by name.
    :raises LabelsError: when there is no task, or none of a wanted name.
    """
    inside = folder.iterdir() if folder.is_dir() else ()
    candidates = [folder] if (folder / "task.json").exists() else sorted(inside)
    found = {path.resolve().name: path for path in candidates if (path / "task.json").exists()}
    if not found:
        raise LabelsError(f"{folder}: neither a task folder (with task.json) nor a folder of task folders")
    if unknown := [name for name in names if name not in found]:
        raise LabelsError(f"{folder}: no task {unknown[0]!r}; there are {', '.join(found)}")
    return [path for name, path in found.items() if not names or name in names]


def load_task(folder: Path) -> Task:
    """Read and check a task folder.

    :param folder: holds ``task.json``, ``articles.jsonl`` and ``queries.jsonl``.
    :return: the task.
    :raises LabelsError: naming file and line of everything that is wrong.
    """
    note = folder / "task.json"
    try:
        name = TaskNote.model_validate_json(read_text(note)).name or folder.resolve().name
    except ValidationError as error:
        raise LabelsError("\n".join(f"{note}: {sentence}" for sentence in sentences_of(error))) from None
    seen: set[tuple[str, Language]] = set()

    def twice(article: TaskArticle) -> Iterable[str]:
        if (article.id, article.lang) in seen:
            yield f"article {article.id!r} occurs twice in {article.lang!r}"
        seen.add((article.id, article.lang))

    articles = read_rows(folder / "articles.jsonl", TaskArticle, twice)
    if not articles:
        raise LabelsError(f"{folder / 'articles.jsonl'}: holds no articles")
    ids = {article.id for article in articles}

    def unknown(query: TaskQuery) -> Iterable[str]:
        return [f"expected article {key!r} is not in articles.jsonl" for key in sorted(query.expected - ids)]

    return Task(name, tuple(articles), tuple(read_rows(folder / "queries.jsonl", TaskQuery, unknown)))


def answer_task(
    task: Task, encoder: Encoder, *, max_wrong: float, expected_unanswerable: float, tick: Tick = lambda: None
) -> list[Outcome]:
    """Index a task's articles, calibrate on them alone, and put every query.

    The labels are never shown to the system: language is detected, and a query's own language is
    only the fallback, as a page's language is.

    :param task: the task.
    :param encoder: embeds passages and queries.
    :param max_wrong: largest share of answers that may be wrong.
    :param expected_unanswerable: expected share of queries that no article answers.
    :param tick: called once a query.
    :return: one outcome a query, in order.
    """
    index = build_index(task.passages, encoder)
    confidence = calibrate_index(index, max_wrong=max_wrong, expected_unanswerable=expected_unanswerable)
    outcomes = []
    for query in task.queries:
        outcomes.append(_outcome(query, index, confidence))
        tick()
    return outcomes


def answer_peers(
    task: Task, encoder: Encoder | None = None, tick: Tick = lambda: None
) -> dict[str, list[Outcome]]:
    """Put every query to each rival over the same passages; rivals have no operating points.

    :param task: the task.
    :param encoder: that of the rival with vectors alone; without it that rival is left out.
    :param tick: called once a query and rival.
    :return: one outcome a query, in order, by the rival's name.
    """
    return {
        peer.name: [_peer_outcome(query, peer, tick) for query in task.queries]
        for peer in peers_of(task.passages, encoder)
    }


def _outcome(query: TaskQuery, index: Index, confidence: Confidence | None) -> Outcome:
    """Do what the assistant does with a question up to the decision."""
    ranking, certain = _search(query, index, confidence.ranking if confidence else LEARNED)
    ranked = tuple(article.article for article in ranking.articles)
    if confidence is None:
        return Outcome(query.lang, query.expected, ranked, None, None)
    answer = confidence.answer_point(certain or query.lang)
    points = Points(confidence.relevance_point, answer)
    return Outcome(query.lang, query.expected, ranked, confidence.probability(ranking), points)


def _search(query: TaskQuery, index: Index, weights: Weights) -> tuple[Ranking, Language | None]:
    """Search with the language that was detected; a text that cannot be asked finds nothing."""
    try:
        text = clean(query.query)
    except QuestionError:
        return Ranking(query.query, ()), None
    certain = identify_language(text)
    leave_out = Filter(languages=query.searched)
    return index.rank(text, language=certain, leave_out=leave_out, weights=weights), certain


def _peer_outcome(query: TaskQuery, peer: Peer, tick: Tick) -> Outcome:
    tick()
    return peer.outcome(query.query, language=query.lang, expected=query.expected, searched=query.searched)


def _passages(article: TaskArticle) -> Iterable[Passage]:
    # A task's texts may be empty or longer than an editor's may be, so they are not validated again.
    translation = Translation.model_construct(
        question=article.question,
        phrasings=article.phrasings,
        short="",
        answer=article.answer,
        keywords=(),
    )
    return translation_passages(article.id, article.lang, translation)
