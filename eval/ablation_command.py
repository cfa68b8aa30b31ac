"""``lotse eval ablation``: what each kind of evidence brings."""

from __future__ import annotations

from pathlib import Path

import click

from assistant import load_assistant
from corpus.questions import load_questions
from corpus.settings import settings
from eval.ablation import ablate, ablation_table
from eval.questions import SHIPPED
from eval.results import write_result
from eval.table import figure_json

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("ablation")
@click.option("--questions", "path", type=_FILE, default=SHIPPED, help="Labelled calibration questions.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Also write JSON to this file."
)
def ablation_command(path: Path, output: Path | None) -> None:
    """Rank calibration questions without each kind of evidence, and say what it brought."""
    assistant = load_assistant(settings())
    labelled = [one for one in load_questions(path, assistant.corpus.articles) if one.split == "calibration"]
    found = ablate(assistant.index, labelled)
    click.echo(ablation_table(found))
    if output:
        rows = [
            {
                "without": one.without,
                "recall_at_1": {language: figure_json(figure) for language, figure in one.figures.items()},
                "difference": figure_json(one.lost),
            }
            for one in found
        ]
        write_result(output, ["lotse eval ablation", "--questions", path.name], rows)
