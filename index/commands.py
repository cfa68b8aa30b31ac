"""``lotse index``: build and look into the index."""

from __future__ import annotations

import click

from corpus import load_corpus
from corpus.command import FriendlyGroup
from corpus.settings import settings
from index.artifact import build_artifact, building, current_artifact, open_artifact
from index.encoder import load_encoder
from index.errors import ArtifactError
from index.evidence import EVIDENCE


@click.group(cls=FriendlyGroup)
def index() -> None:
    """Build the search index, or look into it."""


@index.command()
def build() -> None:
    """Build the index of LOTSE_CORPUS aside; lotse build also calibrates it and lets it serve."""
    encoder = load_encoder(
        settings().encoder, threads=settings().encoder_threads, prompts=settings().encoder_prompts
    )
    with building(settings().data):
        key = build_artifact(load_corpus(settings().corpus), encoder, settings().data, report=click.echo)
    click.echo(f"index {key} is built; to let it serve run: lotse build")


@index.command()
@click.argument("text")
@click.option("-n", "--number", default=5, show_default=True, help="Articles to show.")
def search(text: str, number: int) -> None:
    """Show which articles a text finds, with their scores and the passage that matched."""
    key = current_artifact(settings().data)
    if key is None:
        raise ArtifactError("no index has been built; run: lotse build")
    encoder = load_encoder(
        settings().encoder, threads=settings().encoder_threads, prompts=settings().encoder_prompts
    )
    artifact = open_artifact(settings().data, key, encoder)
    ranking = artifact.index.rank(text, language=None)
    for ranked in ranking.articles[:number]:
        click.echo(
            f"{ranked.score:.3f}  {ranked.article}  "
            + "  ".join(f"{name} {value:.3f}" for name, value in zip(EVIDENCE, ranked.evidence, strict=True))
            + "\n"
            f"       {ranked.passage.language} {ranked.passage.kind}: {ranked.passage.text}"
        )
    click.echo(f"searched as: {ranking.query}")
