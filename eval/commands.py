"""``lotse eval``: measure the assistant on questions, on tasks, and against the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

import click
from tqdm import tqdm

from assistant import load_assistant
from corpus import load_corpus
from corpus.command import FriendlyGroup
from corpus.questions import load_questions
from corpus.settings import settings
from eval.ablation_command import ablation_command
from eval.audit import audit_questions, load_split_questions
from eval.audit_report import audit_json, audit_report
from eval.certify_command import certify_command
from eval.encoder_data import load_encoder_data
from eval.encoder_measures import EncoderMeasures, measure_encoder
from eval.encoder_report import encoder_json, encoder_report, labels_of
from eval.encoder_speed import measure_encoder_speed
from eval.gate import change_table, compare, verdict
from eval.headline import HEADLINE, Headline
from eval.messages_command import messages_command
from eval.outcome import Outcome
from eval.page import write_page
from eval.page_command import page_command
from eval.paired import PRODUCT, differences, mean_differences
from eval.question_report import error_json, error_lines, kind_rows, kind_table, question_rows, question_table
from eval.question_report import worst as worst_of
from eval.questions import FOLDER, SHIPPED, ask_questions
from eval.report import report_sections
from eval.results import as_text, write_result
from eval.speed import measure_speed
from eval.splits import load_split
from eval.table import table
from eval.task_report import difference_json, difference_table, task_rows, task_table
from eval.tasks import Task, answer_peers, answer_task, load_task, task_folders
from eval.widget_command import widget_command
from index import Encoder, load_encoder, open_artifact

Command = TypeVar("Command", bound=Callable[..., None])

BATCH = 64
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _printed(command: Command) -> Command:
    """Add the options that every report has."""
    output = click.option(
        "--output",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Also write JSON with intervals, versions and machine to this file.",
    )
    return output(click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command))


@click.group(name="eval", cls=FriendlyGroup)
def evaluate() -> None:
    """Measure how good and how fast the assistant is."""


evaluate.add_command(ablation_command)
evaluate.add_command(certify_command)
evaluate.add_command(messages_command)
evaluate.add_command(page_command)
evaluate.add_command(widget_command)


@evaluate.command()
@_printed
@click.option(
    "--questions", "path", type=_FILE, default=SHIPPED, help="Labelled questions; default: those shipped."
)
@click.option("--worst", type=click.IntRange(1), metavar="N", help="List the N worst outcomes.")
def questions(path: Path, *, as_json: bool, worst: int | None, output: Path | None) -> None:
    """Put labelled calibration questions to the assistant, each in a fresh conversation.

    Test questions are for ``certify`` and ``report`` alone: what one has looked at proves nothing any more.
    """
    assistant = load_assistant(settings())
    labelled = load_questions(path, assistant.corpus.articles)
    if any(question.split == "test" for question in labelled):
        raise click.UsageError(
            f"{path.name} holds test questions; they are for lotse certify and lotse eval report"
        )
    with tqdm(total=len(labelled), desc="questions", disable=None) as bar:
        asked = ask_questions(assistant, labelled, bar.update)
    rows, kinds = question_rows(asked), kind_rows(asked)
    wrong = worst_of(asked, worst) if worst else []
    figures: dict[str, object] = {
        "languages": [row.as_json() for row in rows],
        "kinds": [row.as_json() for row in kinds],
        "worst": error_json(wrong),
    }
    parts = [question_table(rows), kind_table(kinds), error_lines(wrong)]
    click.echo(as_text(figures) if as_json else "\n\n".join(part for part in parts if part))
    if output:
        write_result(output, ["lotse eval questions", "--questions", path.name], figures)


@evaluate.command()
@_printed
@click.option(
    "--questions",
    "folder",
    type=_FOLDER,
    default=FOLDER,
    help="Folder with test.jsonl; default: those shipped.",
)
@click.option(
    "--output-html",
    "page",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The page to write; default: report.html in the data folder.",
)
def report(folder: Path, *, as_json: bool, output: Path | None, page: Path | None) -> None:
    """Put the test questions to the assistant and to its rivals, and write one page with all figures.

    Neither the page nor the JSON holds the text of a question.
    """
    encoder = _own_encoder()
    assistant = load_assistant(settings(), encoder)
    artifact = open_artifact(settings().data, str(assistant.state["artifact"]), encoder)
    labelled = load_split(folder, "test", artifact.corpus)
    with tqdm(total=5 * len(labelled), desc="report", disable=None) as bar:
        asked = ask_questions(assistant, labelled, bar.update)
        sections = report_sections(assistant, artifact, asked, bar.update)
    target = page or settings().data / "report.html"
    write_page(target, sections)
    figures = [section.as_json() for section in sections]
    click.echo(as_text(figures) if as_json else f"{len(labelled)} test questions: {target}")
    if output:
        write_result(output, ["lotse eval report", "--questions", folder.name], figures)


@evaluate.command()
@_printed
@click.option(
    "--questions",
    "folder",
    type=_FOLDER,
    default=FOLDER,
    help="Folder with calibration.jsonl; default: those shipped.",
)
@click.option(
    "--headline",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    default=HEADLINE,
    help="The stored figures; default: eval/results/headline.json.",
)
@click.option("--store", is_flag=True, help="Store the figures of now instead of comparing them.")
def gate(folder: Path, *, as_json: bool, output: Path | None, path: Path, store: bool) -> None:
    """Compare the headline figures with those stored.

    Ends with status 1 where one is worse by more than noise. Only calibration questions are asked: test
    questions measure, they steer nothing.
    """
    assistant = load_assistant(settings())
    labelled = load_split(folder, "calibration", assistant.corpus)
    before = None if store else Headline.load(path)
    with tqdm(total=len(labelled), desc="gate", disable=None) as bar:
        now = Headline.of(ask_questions(assistant, labelled, bar.update))
    command = ["lotse eval gate", "--questions", folder.name]
    if before is None:
        write_result(path, [*command, "--store"], now.as_json())
    changes = compare(before or now, now)
    figures = [change.as_json() for change in changes]
    told = f"stored in {path}" if before is None else verdict(changes)
    click.echo(as_text(figures) if as_json else f"{change_table(changes)}\n\n{told}")
    if output:
        write_result(output, command, figures)
    if any(change.worse for change in changes):
        raise click.exceptions.Exit(1)


@evaluate.command()
@click.argument("folder", type=_FOLDER, default=FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def audit(folder: Path, *, as_json: bool) -> None:
    """Check labelled questions: repetitions, leaks into the phrasings, articles nobody asks for.

    FOLDER holds calibration.jsonl and test.jsonl; default: the questions shipped. Ends with status 1
    where something was found.
    """
    corpus = load_corpus(settings().corpus)
    labelled = load_split_questions(folder, corpus)
    findings = audit_questions(labelled, corpus)
    click.echo(
        as_text(audit_json(labelled, findings)) if as_json else audit_report(labelled, findings, corpus)
    )
    if findings:
        raise click.exceptions.Exit(1)


@evaluate.command()
@_printed
@click.argument("folder", type=_FOLDER)
@click.option("--peers", is_flag=True, help="Also measure BM25, character TF-IDF and vectors alone.")
@click.option("--limit-tasks", multiple=True, metavar="NAME", help="Only this task; may be repeated.")
def tasks(
    folder: Path, *, as_json: bool, output: Path | None, peers: bool, limit_tasks: Sequence[str]
) -> None:
    """Measure FOLDER: a task folder, or a folder of task folders."""
    encoder = _own_encoder()
    measured = [
        (task.name, _answers(task, encoder, with_peers=peers))
        for task in map(load_task, task_folders(folder, limit_tasks))
    ]
    rows = [
        row
        for name, systems in measured
        for system, outcomes in systems.items()
        for row in task_rows(name, system, outcomes)
    ]
    compared = mean_differences([systems for _, systems in measured])
    compared += [one for name, systems in measured for one in differences(name, systems)]
    if as_json:
        plain = [row.as_json(with_system=peers) for row in rows]
        click.echo(as_text({"rows": plain, "differences": difference_json(compared)} if peers else plain))
    else:
        click.echo("\n\n".join([task_table(rows), *([difference_table(compared)] if peers else [])]))
    if output:
        command = ["lotse eval tasks", folder.resolve().name, *(["--peers"] if peers else [])]
        kept = [row.as_result() for row in rows]
        write_result(
            output, command, {"rows": kept, "differences": difference_json(compared)} if peers else kept
        )


@evaluate.command()
@_printed
@click.argument("folder", type=_FOLDER)
@click.option(
    "--encoder",
    "names",
    multiple=True,
    metavar="NAME",
    help="What LOTSE_ENCODER may be; may be repeated, the last one is the reference. Default: LOTSE_ENCODER.",
)
def encoder(folder: Path, *, as_json: bool, output: Path | None, names: Sequence[str]) -> None:
    """Measure the encoder alone on FOLDER: translations, similarity, tasks and misspelt questions."""
    if len(set(names)) < len(names):
        raise click.UsageError("--encoder names the same encoder twice")
    data = load_encoder_data(folder)
    measured: dict[str, EncoderMeasures] = {}
    with tqdm(total=data.sets * max(1, len(names)), desc="encoder", disable=None) as bar:
        for label, opened in _opened(names):
            measured[label] = measure_encoder(opened, data, bar.update)
    click.echo(as_text(encoder_json(measured)) if as_json else encoder_report(measured))
    if output:
        command = ["lotse eval encoder", folder.resolve().name, *(f"--encoder {name}" for name in measured)]
        write_result(output, command, encoder_json(measured))


@evaluate.command()
@_printed
@click.option(
    "--questions",
    "n",
    type=click.IntRange(1, 100_000),
    default=200,
    show_default=True,
    help="How many are timed.",
)
@click.option(
    "--starts",
    type=click.IntRange(1, 100),
    default=5,
    show_default=True,
    help="How often loading and starting are timed.",
)
@click.option("--encoder", "alone", is_flag=True, help="Time the encoder alone; needs no index.")
@click.option(
    "--batch",
    type=click.IntRange(1, 10_000),
    help=f"With --encoder: texts encoded at once; default: {BATCH}.",
)
@click.option(
    "--articles",
    type=click.IntRange(1, 100_000),
    default=1000,
    show_default=True,
    help="Articles searched at least: the corpus' own are copied, with other words, until there are.",
)
def speed(
    n: int,
    *,
    as_json: bool,
    output: Path | None,
    starts: int,
    alone: bool,
    batch: int | None,
    articles: int,
) -> None:
    """Time asking and its parts, loading and a cold start on this machine."""
    if batch is not None and not alone:
        raise click.UsageError("--batch needs --encoder")
    command = ["lotse eval speed", f"--questions {n}", f"--starts {starts}"]
    if alone:
        batch = batch or BATCH
        command.append(f"--encoder --batch {batch}")
        measured = measure_encoder_speed(settings(), questions=n, batch=batch, starts=starts)
    else:
        command.append(f"--articles {articles}")
        measured = measure_speed(settings(), questions=n, starts=starts, articles=articles)
    lines = [[m.name, f"{m.median:.2f} {m.unit}", f"{m.p95:.2f} {m.unit}", str(m.n)] for m in measured]
    figures = [asdict(one) for one in measured]
    click.echo(as_text(figures) if as_json else table(["", "median", "p95", "n"], lines))
    if output:
        write_result(output, command, figures)


def _own_encoder() -> Encoder:
    own = settings()
    return load_encoder(own.encoder, threads=own.encoder_threads, prompts=own.encoder_prompts)


def _opened(names: Sequence[str]) -> Iterator[tuple[str, Encoder]]:
    """Open one encoder after the other; the prompts that are set belong to the settings' own alone."""
    if not names:
        encoder = _own_encoder()
        yield encoder.name, encoder
    for label, name in zip(labels_of(names), names, strict=True):
        yield label, load_encoder(name, threads=settings().encoder_threads)


def _answers(task: Task, encoder: Encoder, *, with_peers: bool) -> dict[str, list[Outcome]]:
    """Put a task's queries to the product and, where wanted, to its rivals."""
    with tqdm(total=len(task.queries) * (4 if with_peers else 1), desc=task.name, disable=None) as bar:
        product = answer_task(
            task,
            encoder,
            max_wrong=settings().max_wrong,
            expected_unanswerable=settings().expected_unanswerable,
            tick=bar.update,
        )
        return {PRODUCT: product, **(answer_peers(task, encoder, bar.update) if with_peers else {})}
