"""Reads all files of a corpus folder, each on its own; what they say together is checked later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from corpus.company import Company
from corpus.escalation import EscalationRules
from corpus.examples import Synonyms, Texts, Unanswered
from corpus.ledger import Ledger
from corpus.legal import Legal
from corpus.model import Article
from corpus.notices import Notices
from corpus.problem import Problem, Severity
from corpus.redirects import Redirects
from corpus.source import Source, read_source
from corpus.validation import Model, Sheet, validate


@dataclass(slots=True)
class Reading:
    """What could be read, and what is wrong with single files.

    ``files`` counts the article files; ``broken`` has the ids of articles that could not be read,
    so that a reference to one of them is not reported as well.
    """

    folder: Path
    company: Sheet[Company] | None = None
    escalation: Sheet[EscalationRules] | None = None
    ledger: Sheet[Ledger] | None = None
    unanswered: Sheet[Unanswered] | None = None
    synonyms: Sheet[Synonyms] | None = None
    notices: Sheet[Notices] | None = None
    redirects: Sheet[Redirects] | None = None
    legal: Sheet[Legal] | None = None
    examples: list[Sheet[Texts]] = field(default_factory=list)
    articles: list[Sheet[Article]] = field(default_factory=list)
    files: int = 0
    broken: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def note(self, file: Path, severity: Severity, code: str, message: str, hint: str) -> None:
        """Note a problem of a whole file or folder."""
        self.problems.append(Problem(file, 1, 1, severity, code, message, hint))


def read_folder(folder: Path) -> Reading:
    """Read all files of a corpus folder.

    :param folder: holds ``company.yaml``, ``escalation.yaml``, ``articles/`` and perhaps ``facts.yaml``,
        ``escalation-examples/``, ``unanswered.yaml`` and ``synonyms.yaml``.
    :return: the valid parts and the problems of the others.
    """
    reading = Reading(folder)
    if not folder.is_dir():
        hint = "Give the folder that holds company.yaml and articles/ (setting LOTSE_CORPUS)."
        reading.note(folder, Severity.ERROR, "missing-file", "there is no such folder", hint)
        return reading
    reading.company = _read_company(reading)
    reading.escalation = _read_escalation(reading)
    reading.ledger = _read_optional(reading, Ledger, "facts")
    _read_examples(reading)
    reading.unanswered = _read_optional(reading, Unanswered, "unanswered")
    reading.synonyms = _read_optional(reading, Synonyms, "synonyms")
    _read_articles(reading)
    return reading


def read_notices(reading: Reading) -> None:
    """Read ``notices.yaml``, which may be missing, too; nothing is built of it, so it is read apart."""
    reading.notices = _read_optional(reading, Notices, "notices")


def read_redirects(reading: Reading) -> None:
    """Read ``redirects.yaml``, which may be missing, too; nothing is built of it, so it is read apart."""
    reading.redirects = _read_optional(reading, Redirects, "redirects")


def read_legal(reading: Reading) -> None:
    """Read ``legal.yaml``, which is read apart and may be missing like the notices."""
    reading.legal = _read_optional(reading, Legal, "legal")


def _read_company(reading: Reading) -> Sheet[Company] | None:
    file = reading.folder / "company.yaml"
    if file.exists():
        return _read(reading, Company, file)[0]
    hint = "Describe the company, its topics, channels and teams in it; the README has an example."
    if file.with_suffix(".yml").exists():
        hint = "Rename company.yml to company.yaml."
    reading.note(file, Severity.ERROR, "missing-file", "company.yaml is missing", hint)
    return None


def _read_escalation(reading: Reading) -> Sheet[EscalationRules] | None:
    file = reading.folder / "escalation.yaml"
    if file.exists():
        return _read(reading, EscalationRules, file)[0]
    message = "escalation.yaml is missing: no case goes to a person at once"
    code, hint = "missing-file", "Add rules for complaints, lost devices, fraud and the like."
    if file.with_suffix(".yml").exists():
        code, hint = "file-name", "Rename escalation.yml to escalation.yaml."
    reading.note(file, Severity.WARNING, code, message, hint)
    return None


def _read_optional(reading: Reading, model: type[Model], name: str) -> Sheet[Model] | None:
    """Read a file that may be missing."""
    file = reading.folder / f"{name}.yaml"
    if file.exists():
        return _read(reading, model, file)[0]
    if file.with_suffix(".yml").exists():
        message, hint = f"{name}.yml is not read", f"Rename it to {name}.yaml."
        reading.note(file.with_suffix(".yml"), Severity.WARNING, "file-name", message, hint)
    return None


def _read_examples(reading: Reading) -> None:
    for ending in (".yaml", ".yml"):
        if (file := reading.folder / f"escalation-examples{ending}").exists():
            message = f"{file.name} is not read: the examples of each reason have a file of their own"
            hint = "Move them to escalation-examples/REASON.yaml, the look-alikes to harmless.yaml there."
            reading.note(file, Severity.ERROR, "file-name", message, hint)
    for file in _files_in(reading, "escalation-examples"):
        if sheet := _read(reading, Texts, file)[0]:
            reading.examples.append(sheet)


def _read_articles(reading: Reading) -> None:
    for file in _files_in(reading, "articles"):
        reading.files += 1
        sheet, source = _read(reading, Article, file)
        if sheet:
            reading.articles.append(sheet)
        else:
            reading.broken |= {file.stem, source.text("id")}
    if not reading.files:
        hint = "Add an article as a file ending in .yaml; the README has an example."
        reading.note(
            reading.folder / "articles", Severity.ERROR, "no-articles", "there are no articles", hint
        )


def _files_in(reading: Reading, folder: str) -> Iterable[Path]:
    for file in sorted((reading.folder / folder).rglob("*")):
        if file.name.startswith(".") or file.suffix.lower() not in {".yaml", ".yml"} or file.is_dir():
            continue
        if file.suffix == ".yaml":
            yield file
        else:
            reading.note(
                file,
                Severity.ERROR,
                "file-name",
                f"the file name ends in {file.suffix}",
                f"Rename it to {file.stem}.yaml; other files are not read.",
            )


def _read(reading: Reading, model: type[Model], file: Path) -> tuple[Sheet[Model] | None, Source]:
    source = read_source(file)
    sheet, problems = validate(model, source)
    reading.problems += problems
    return sheet, source
