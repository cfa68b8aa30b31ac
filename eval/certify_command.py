"""``lotse certify``: prove what serves, and write the certificate beside the index."""

from __future__ import annotations

from pathlib import Path

import click
from tqdm import tqdm

from assistant import load_assistant
from corpus.questions import labels_hash, load_questions
from corpus.settings import settings
from eval.certify import certificate_table, certify
from eval.questions import ask_questions
from index import ArtifactError, artifact_folder, current_artifact

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("certify")
@click.option(
    "--questions", "path", type=_FILE, help="Labelled test questions; default: test.jsonl of LOTSE_QUESTIONS."
)
@click.option("--artifact", help="A built index that does not serve yet; default: the one that does.")
def certify_command(path: Path | None, artifact: str | None) -> None:
    """Prove on test questions how many direct answers are wrong at most.

    One test a claim: certify a state once, and do not change it because of what the test says.
    """
    path = path or settings().test_questions
    if path is None:
        raise click.UsageError(
            "there are no test questions; set LOTSE_QUESTIONS to a folder with test.jsonl, or use --questions"
        )
    key = artifact or current_artifact(settings().data)
    if key is None:
        raise ArtifactError("no index has been built; run: lotse build")
    assistant = load_assistant(settings(), key=key)
    labelled = load_questions(path, assistant.corpus.articles)
    if seen := [question.id for question in labelled if question.split != "test"]:
        raise click.UsageError(f"{path}: {seen[0]} is no test question; what was fitted on proves nothing")
    with tqdm(total=len(labelled), desc="certify", disable=None) as bar:
        asked = ask_questions(assistant, labelled, bar.update)
    folder = artifact_folder(settings().data, key)
    certificate = certify(assistant, folder, asked, labels=labels_hash(labelled))
    certificate.save(folder)
    click.echo(certificate_table(certificate))
