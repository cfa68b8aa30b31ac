"""``lotse train`` and ``lotse adapt``: make the encoder, and fit it to a corpus."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import click

from corpus.settings import settings
from index.errors import ModelError
from index.model_folder import BUNDLED_MODEL
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
    _check_extra()
    from index.training.pipeline import Machine, Training

    chosen = load_recipe(recipe)
    kept = work or settings().data / "training"
    run = Training(chosen, pairs, dev, kept, Machine.found(threads))
    run.run(out or kept / chosen.name)


@click.command()
@click.option(
    "--pairs", type=_FOLDER, required=True, help="Folder of translation pairs, <source>.tsv.gz, en<TAB>de."
)
@click.option(
    "--model", type=_FOLDER, default=BUNDLED_MODEL, help="What is adapted; default: the bundled one."
)
@click.option(
    "--earlier", type=_FOLDER, help="A model whose weights are mixed in at the end; default: what is adapted."
)
@click.option(
    "--plan",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Default: how the bundled model was adapted.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the model goes; default: training/adapted in the data folder.",
)
@click.option("--name", default="lotse-adapted", show_default=True, help="The model's name, for people.")
@click.option("--threads", type=click.IntRange(1, 1024), help="CPU threads; default: all cores.")
def adapt(
    pairs: Path,
    model: Path,
    earlier: Path | None,
    plan: Path | None,
    out: Path | None,
    name: str,
    threads: int | None,
) -> None:
    """Fit the encoder to LOTSE_CORPUS: its articles' texts move together, the rest stays where it was."""
    _check_extra()
    from index.training.adapting import adapt_model

    target = out or settings().data / "training" / "adapted"
    adapt_model(
        settings().corpus, pairs, model, target, earlier=earlier, plan=plan, name=name, threads=threads
    )


def _check_extra() -> None:
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise ModelError(f"training needs {', '.join(missing)}; run: pip install 'kundenlotse[train]'")
