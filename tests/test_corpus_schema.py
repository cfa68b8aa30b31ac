"""The JSON Schemas are up to date, accept what the loader accepts and reject what is wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from corpus_files import ARTICLE, COMPANY, ESCALATION, LEDGER
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from legal_files import LEGAL
from notice_files import NOTICES

from corpus.schema import MODELS, schema_of, schema_text, write_schemas
from corpus.settings import PACKAGE

FOLDER = PACKAGE / "schema"
SHIPPED = [
    ("company", PACKAGE / "company.yaml"),
    ("escalation", PACKAGE / "escalation.yaml"),
    ("facts", PACKAGE / "facts.yaml"),
    ("legal", PACKAGE / "legal.yaml"),
    ("notices", PACKAGE / "notices.yaml"),
    *(("article", file) for file in sorted((PACKAGE / "articles").rglob("*.yaml"))),
]


class EditorLoader(yaml.SafeLoader):
    """Reads YAML 1.2 as editors' tools do: dates and clock times are text."""


EditorLoader.yaml_implicit_resolvers = {}
for kind, pattern in {
    "bool": r"true|True|TRUE|false|False|FALSE",
    "null": r"~|null|Null|NULL|",
    "int": r"[-+]?[0-9]+",
    "float": r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?",
}.items():
    EditorLoader.add_implicit_resolver(f"tag:yaml.org,2002:{kind}", re.compile(f"^(?:{pattern})$"), None)


def first_error(name: str, text: str) -> str | None:
    validator = Draft202012Validator(
        json.loads((FOLDER / f"{name}.schema.json").read_text(encoding="utf-8")),
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )
    error = best_match(validator.iter_errors(yaml.load(text, Loader=EditorLoader)))
    return error and f"{error.json_path}: {error.message}"


@pytest.mark.parametrize("name", MODELS)
def test_the_files_are_up_to_date(name: str) -> None:
    text = (FOLDER / f"{name}.schema.json").read_text(encoding="utf-8")
    assert text == schema_text(name), "run: lotse schema corpus/schema"


@pytest.mark.parametrize("name", MODELS)
def test_the_schemas_are_schemas(name: str) -> None:
    schema: dict[str, Any] = schema_of(name)
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:kundenlotse:schema:{name}"
    assert schema["title"] == f"Kundenlotse {name}"


@pytest.mark.parametrize(("name", "file"), SHIPPED, ids=lambda value: getattr(value, "stem", value))
def test_the_shipped_files_fit(name: str, file: Path) -> None:
    assert first_error(name, file.read_text(encoding="utf-8")) is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("article", ARTICLE),
        ("company", COMPANY),
        ("escalation", ESCALATION),
        ("facts", LEDGER),
        ("legal", LEGAL),
        ("notices", NOTICES),
    ],
)
def test_a_small_valid_file_fits(name: str, text: str) -> None:
    assert first_error(name, text) is None


@pytest.mark.parametrize(
    ("name", "text", "old", "new", "path"),
    [
        ("article", ARTICLE, "owner:", "ownr:", "$"),
        ("article", ARTICLE, "2027-01-31", "31.1.2027", "$.review_by"),
        ("article", ARTICLE, "move-house", "Move House", "$.id"),
        ("article", ARTICLE, "owner:", "state: gone\nowner:", "$.state"),
        ("article", ARTICLE, "- umzug", "- a: b", "$.translations.de.phrasings[0]"),
        ("company", COMPANY, "08:00-12:00", "8 bis 12", "$.channels[0].hours.mon[0]"),
        ("company", COMPANY, "08:00-12:00", "{start: '08:00', end: '12:00'}", "$.channels[0].hours.mon[0]"),
        ("company", COMPANY, "land: BE", "land: XX", "$.land"),
        ("company", COMPANY, "kind: phone", "kind: pigeon", "$.channels[0].kind"),
        ("company", COMPANY, "email: team", "level: 4\n    email: team", "$.teams[0].level"),
        ("escalation", ESCALATION, "    name:", "    priority: low\n    name:", "$.reasons[0].priority"),
        ("escalation", ESCALATION, "reasons:", "rules:", "$"),
        ("facts", LEDGER, "values: ['29,99 €']", "values: []", "$.facts[0].values"),
        ("facts", LEDGER, "of: help pages", "for: help pages", "$.contacts[0]"),
        ("legal", LEGAL, "email: info", "mail: info", "$.imprint"),
        ("legal", LEGAL, "[Erika Beispiel]", "[]", "$.imprint.representatives"),
        ("legal", LEGAL, "register: {court", "register: {place", "$.imprint.register"),
        ("notices", NOTICES, "from: 2026-11-28 14:10", "from: 28.11.2026", "$.notices[0].from"),
        ("notices", NOTICES, "from: 2026", "start: 2026", "$.notices[0]"),
        ("redirects", "redirects:\n  a: b\n", "a:", "Not an id:", "$.redirects"),
        ("redirects", "redirects:\n  a: b\n", "a: b", "a: [b]", "$.redirects.a"),
        ("notices", NOTICES, "kind: season", "kind: sale", "$.notices[1].kind"),
    ],
)
def test_wrong_files_do_not_fit(name: str, text: str, old: str, new: str, path: str) -> None:
    assert old in text
    error = first_error(name, text.replace(old, new, 1))
    assert error is not None
    assert error.partition(": ")[0] == path


def test_an_article_needs_a_translation() -> None:
    head = ARTICLE.partition("translations:")[0]
    assert first_error("article", f"{head}translations: {{}}\n") == "$.translations: {} should be non-empty"


def test_schemas_are_written_to_a_new_folder(tmp_path: Path) -> None:
    files = write_schemas(tmp_path / "a" / "b")
    assert [file.name for file in files] == [f"{name}.schema.json" for name in MODELS]
    assert files[0].read_text(encoding="utf-8") == schema_text("article")
