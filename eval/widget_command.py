"""``lotse eval widget``: what the widget's tag costs the page that carries it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click
from tqdm import tqdm

from corpus.settings import settings
from eval.results import as_text, write_result
from eval.served import served
from eval.table import table
from eval.widget_load import NETWORKS, Cost, measure_widget


@click.command("widget")
@click.option(
    "--visits", type=click.IntRange(1, 100), default=10, show_default=True, help="Pairs of visits a network."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write JSON with versions and machine to this file.",
)
def widget_command(visits: int, *, as_json: bool, output: Path | None) -> None:
    """Load a page without and with the widget in Chromium, over an emulated EDGE link and without a limit.

    Every visit has an empty cache. What the tag adds is the median of the pairs' differences, in brackets
    its quartiles.
    """
    with (
        served(settings()) as address,
        tqdm(total=visits * len(NETWORKS), desc="pairs of visits", disable=None) as bar,
    ):
        costs = measure_widget(address, visits=visits, tick=bar.update)
    figures = [asdict(cost) for cost in costs]
    header = ["", "without", "with", "added", "n"]
    click.echo(as_text(figures) if as_json else table(header, [_row(cost) for cost in costs]))
    if output:
        write_result(output, ["lotse eval widget", f"--visits {visits}"], figures)


def _row(cost: Cost) -> list[str]:
    digits = 1 if cost.unit else 0
    without, with_widget = (
        f"{value:.{digits}f} {cost.unit}".rstrip() for value in (cost.without, cost.with_widget)
    )
    added = f"{cost.added:+.{digits}f} [{cost.low:+.{digits}f}, {cost.high:+.{digits}f}]"
    return [f"{cost.network}, {cost.name}", without, with_widget, added, str(cost.n)]
