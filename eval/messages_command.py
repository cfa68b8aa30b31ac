"""``lotse eval messages``: how many reports reach a person at once, and how many calm messages do."""

from __future__ import annotations

from pathlib import Path

import click
from tqdm import tqdm

from assistant import load_assistant
from corpus.settings import settings
from eval.messages import (
    MESSAGES,
    fault_lines,
    judge_messages,
    load_messages,
    message_rows,
    message_table,
)
from eval.results import as_text, write_result

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("messages")
@click.option(
    "--messages", "path", type=_FILE, default=MESSAGES, help="Judged messages; default: those shipped."
)
@click.option("--faults", is_flag=True, help="List missed reports and false alarms.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Also write JSON to this file."
)
def messages_command(path: Path, *, faults: bool, as_json: bool, output: Path | None) -> None:
    """Judge messages that people have sorted: what must reach a person at once, and what is calm."""
    assistant = load_assistant(settings())
    messages = load_messages(path, {reason.id for reason in assistant.corpus.escalation.reasons})
    with tqdm(total=len(messages), desc="messages", disable=None) as bar:
        found = judge_messages(assistant, messages, bar.update)
    rows = message_rows(found)
    figures = [row.as_json() for row in rows]
    parts = [message_table(rows), fault_lines(found) if faults else ""]
    click.echo(as_text(figures) if as_json else "\n\n".join(part for part in parts if part))
    if output:
        write_result(output, ["lotse eval messages", "--messages", path.name], figures)
