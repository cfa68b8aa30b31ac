"""``lotse train``: make the encoder."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import click

from corpus.settings import settings
from index.errors import ModelError
from index.training.recipe import SHIPPED, load_recipe

_NEEDED = ("torch", "transformers", "sentence_transformers", "onnx", "onnxscript")
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("recipe", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=SHIPPED)
@click.option(
    "--pairs", type=_FOLDER, required=True, help="Folder of translation pairs, <source>.tsv.gz, en<TAB>de."
)
@click.option("--dev", type=_FOLDER, help="Folder of dev sets that are measured at every checkpoint.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the model goes; default: training/<name> in the data folder.",
)
@click.option(
    "--work",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where steps that are done are kept; default: training in the data folder.",
)
@click.option("--threads", type=click.IntRange(1, 1024), help="CPU threads; default: all cores.")
def train(
    recipe: Path, pairs: Path, dev: Path | None, out: Path | None, work: Path | None, threads: int | None
) -> None:
    """Train the encoder as RECIPE says (default: the recipe of the bundled model).

    A run that was interrupted goes on where it was.
    """
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise ModelError(f"training needs {', '.join(missing)}; run: pip install 'kundenlotse[train]'")
    from index.training.pipeline import Machine, Training

    chosen = load_recipe(recipe)
    kept = work or settings().data / "training"
    run = Training(chosen, pairs, dev, kept, Machine.found(threads))
    run.run(out or kept / chosen.name)
