"""JSON Schemas of the corpus files, so that editors' tools complete keys and mark mistakes."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel

from corpus.company import Company
from corpus.escalation import EscalationRules
from corpus.examples import Synonyms, Texts, Unanswered
from corpus.ledger import Ledger
from corpus.legal import Legal
from corpus.model import Article
from corpus.notices import Notices
from corpus.redirects import Redirects

MODELS: dict[str, type[BaseModel]] = {
    "article": Article,
    "company": Company,
    "escalation": EscalationRules,
    "escalation-examples": Texts,
    "facts": Ledger,
    "legal": Legal,
    "notices": Notices,
    "redirects": Redirects,
    "synonyms": Synonyms,
    "unanswered": Unanswered,
}


def schema_of(name: str) -> dict[str, object]:
    """Return the JSON Schema (draft 2020-12) of one kind of file, by its name in :data:`MODELS`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:kundenlotse:schema:{name}",
        **MODELS[name].model_json_schema(mode="validation"),
        "title": f"Kundenlotse {name}",
    }


def schema_text(name: str) -> str:
    """Return the JSON Schema of one kind of file as the text of a file."""
    return json.dumps(schema_of(name), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def write_schemas(folder: Path) -> tuple[Path, ...]:
    """Write one ``.schema.json`` for each kind of file.

    :param folder: receives the files; it is made if it does not exist.
    :return: the files written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = tuple(folder / f"{name}.schema.json" for name in MODELS)
    for name, file in zip(MODELS, files, strict=True):
        file.write_text(schema_text(name), encoding="utf-8")
    return files
