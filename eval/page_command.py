"""``lotse eval page``: how long a customer waits on a slow phone."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click
from tqdm import tqdm

from corpus.settings import settings
from eval.page_load import Target, measure_page
from eval.results import as_text, write_result
from eval.served import served
from eval.table import table


@click.command("page")
@click.option(
    "--visits", type=click.IntRange(1, 100), default=5, show_default=True, help="Visits of each kind."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write JSON with versions and machine to this file.",
)
def page_command(visits: int, *, as_json: bool, output: Path | None) -> None:
    """Time the first page and an answer in Chromium over an emulated EDGE link.

    240 kbit/s down, 200 up, 400 ms round trip; every visit has an empty cache. Ends with status 1 where the
    median of a quantity is above its target.
    """
    with served(settings()) as address, tqdm(total=2 * visits, desc="visits", disable=None) as bar:
        targets = measure_page(address, visits=visits, tick=bar.update)
    figures = [{**asdict(one.measured), "most": one.most, "met": one.met} for one in targets]
    rows = [_row(one) for one in targets]
    click.echo(as_text(figures) if as_json else table(["", "median", "p95", "at most", "n", ""], rows))
    if output:
        write_result(output, ["lotse eval page", f"--visits {visits}"], figures)
    if not all(one.met for one in targets):
        raise click.exceptions.Exit(1)


def _row(target: Target) -> list[str]:
    one = target.measured
    digits = 0 if one.unit == "requests" else 2
    values = [f"{value:.{digits}f} {one.unit}" for value in (one.median, one.p95, target.most)]
    return [one.name, *values, str(one.n), "" if target.met else "missed"]
