"""What does not fit the models is told at its place, in words for an editor."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from corpus_files import ARTICLE, COMPANY, ESCALATION
from pydantic import BaseModel, ValidationError

from corpus.company import Company
from corpus.escalation import EscalationRules
from corpus.model import Article
from corpus.source import parse_source
from corpus.validation import MAX_ERRORS, validate


def check(model: type[BaseModel], text: str) -> list[tuple[int, int, str, str, str]]:
    sheet, problems = validate(model, parse_source(Path("a.yaml"), text.encode()))
    assert (sheet is None) == any(problem.severity == "error" for problem in problems)
    return [(p.line, p.column, p.code, p.message, p.hint) for p in problems]


def test_a_valid_article_becomes_a_model_with_its_source() -> None:
    source = parse_source(Path("a.yaml"), ARTICLE.encode())
    sheet, problems = validate(Article, source)
    assert sheet is not None
    assert sheet.value.review_by == date(2027, 1, 31)
    assert sheet.source is source
    assert problems == []


@pytest.mark.parametrize("text", ["- a\n- b\n", "only text\n"])
def test_the_file_must_be_a_group(text: str) -> None:
    assert check(Article, text) == [
        (
            1,
            1,
            "bad-value",
            "the file must be a group of 'key: value' lines",
            "Begin with a line such as 'id: …'.",
        )
    ]


MISTAKES = [
    (
        "owner: Vertragsteam\n",
        "",
        (1, 1, "missing-key", "the key 'owner' is missing"),
        "Write 'owner: …'. Who keeps the article right: a team or a person.",
    ),
    (
        "    short: Melden Sie den Umzug 14 Tage vorher. Er kostet 29,99 €.\n",
        "",
        (6, 3, "missing-key", "the key 'short' is missing in 'de'"),
        "Write 'short: …'. The direct answer: one to three sentences that stand alone.",
    ),
    (
        "owner: Vertragsteam",
        "owner:",
        (4, 1, "missing-key", "the key 'owner' has no value"),
        "Write 'owner: …'. Who keeps the article right: a team or a person.",
    ),
    (
        "owner: Vertragsteam",
        "ownr: Vertragsteam",
        (4, 1, "unknown-key", "the key 'ownr' is not known"),
        "Did you mean 'owner'?",
    ),
    (
        "    phrasings:\n      - moving\n",
        "    frasings:\n      - moving\n",
        (20, 5, "unknown-key", "the key 'frasings' is not known in 'en'"),
        "Did you mean 'phrasings'?",
    ),
    (
        "  en:\n",
        "  fr:\n",
        (18, 3, "unknown-key", "the key 'fr' is not known in 'translations'"),
        "Known: de, en.",
    ),
    (
        "owner: Vertragsteam",
        "owner: Vertragsteam\nqqqqq:",
        (5, 1, "unknown-key", "the key 'qqqqq' is not known"),
        "Known: id, topic, translations, review_by, reviewed, valid_from, valid_until, owner, risk, related, "
        "state.",
    ),
    (
        "id: move-house",
        "id: Umzug & Co",
        (1, 5, "bad-value", "'Umzug & Co' cannot be used as 'id'"),
        "Use lower-case letters a-z, digits and single hyphens, like 'change-tariff'.",
    ),
    (
        "2027-01-31",
        "31.1.2027",
        (3, 12, "bad-value", "'31.1.2027' is not a date"),
        "Write it as year-month-day, like 2027-01-31.",
    ),
    (
        "2027-01-31",
        "1767225600",
        (3, 12, "bad-value", "'1767225600' is not a date"),
        "Write it as year-month-day, like 2026-12-31.",
    ),
    (
        "2027-01-31",
        "[2027-01-31]",
        (3, 12, "bad-value", "a list is not a date"),
        "Write it as year-month-day, like 2026-12-31.",
    ),
    (
        "2027-01-31",
        "2027-02-30",
        (3, 12, "bad-value", "'2027-02-30' is not a date"),
        "Write it as year-month-day, like 2026-12-31.",
    ),
    (
        "owner: Vertragsteam",
        "owner: [Vertragsteam]",
        (4, 8, "bad-value", "'owner' must be a text, but is a list"),
        "Write one text after the colon, not a list.",
    ),
    (
        "      - umzug\n",
        "      - Was nun: umziehen?\n",
        (9, 9, "bad-value", "an entry of 'phrasings' must be a text, but is a group of keys"),
        "Where a text holds a colon followed by a space, put the whole text in quotes.",
    ),
    (
        "owner: Vertragsteam",
        "owner: Vertragsteam\nrelated: cancel",
        (5, 10, "bad-value", "'related' must be a list, but is a text"),
        "Write each entry in a line of its own that begins with '- '.",
    ),
    (
        "owner: Vertragsteam",
        "owner: Vertragsteam\nrisk: hoch",
        (5, 7, "bad-value", "'hoch' is none of the values that 'risk' can have"),
        "Choose one of: low, high.",
    ),
    (
        "owner: Vertragsteam",
        "owner: Vertragsteam\nstate: publishd",
        (5, 8, "bad-value", "'publishd' is none of the values that 'state' can have"),
        "Did you mean 'published'? Choose one of: draft, published, archived.",
    ),
    (
        "question: Wie ziehe ich mit meinem Vertrag um?",
        "question: '?'",
        (7, 15, "bad-value", "'question' is too short: '?'"),
        "Write at least 2 characters.",
    ),
    (
        "question: Wie ziehe ich mit meinem Vertrag um?",
        "question: ''",
        (7, 15, "bad-value", "'question' is empty"),
        "Write at least 2 characters.",
    ),
    (
        "      - umzug\n",
        f"      - {'x' * 701}\n",
        (9, 9, "bad-value", "an entry of 'phrasings' has 701 characters, 700 are allowed"),
        "Shorten it.",
    ),
    (
        "owner: Vertragsteam",
        "owner: Vertragsteam\nvalid_from: 2026-02-01\nvalid_until: 2026-01-01",
        (6, 14, "bad-value", "valid_until (2026-01-01) lies before valid_from (2026-02-01)"),
        "Correct one of the two dates.",
    ),
]


@pytest.mark.parametrize(("old", "new", "expected", "hint"), MISTAKES)
def test_mistakes_in_an_article(old: str, new: str, expected: tuple[int, int, str, str], hint: str) -> None:
    assert old in ARTICLE
    assert check(Article, ARTICLE.replace(old, new, 1)) == [(*expected, hint)]


def test_translations_that_are_no_group_or_empty() -> None:
    head = ARTICLE.partition("translations:")[0]
    assert [problem[:4] for problem in check(Article, f"{head}translations: Text\n")] == [
        (5, 15, "bad-value", "'translations' must be a group of keys, but is a text")
    ]
    assert [problem[:4] for problem in check(Article, f"{head}translations: {{}}\n")] == [
        (5, 15, "missing-key", "the article has no translation")
    ]


def test_an_empty_optional_key_is_a_warning() -> None:
    source = parse_source(Path("a.yaml"), f"{ARTICLE}related:\n".encode())
    sheet, (problem,) = validate(Article, source)
    assert sheet is not None
    assert (problem.line, problem.column, problem.severity, problem.code) == (30, 1, "warning", "empty-value")
    assert problem.message == "the key 'related' has no value and counts as left out"


COMPANY_MISTAKES = [
    ("land: BE", "land: XX", 5, 7, "'XX' is none of the values that 'land' can have"),
    ("sender: service@beispiel.example", "sender: service@", 7, 9, "'service@' is not an e-mail address"),
    (
        "land: BE",
        "land: BE\nfictional: ja",
        6,
        12,
        "'ja' is neither true nor false",
    ),
    (
        "[08:00-12:00, 13:00-24:00]",
        "[08:00-12:00, 8 bis 18]",
        21,
        26,
        "'8 bis 18' cannot be used: opening hours are written like 08:00-18:30",
    ),
    (
        "mon: [08:00-18:00]",
        "mon: 08:00-18:00",
        30,
        18,
        "'mon' must be a list, but is a text",
    ),
    ("working_hours: 8,", "working_hours: acht,", 31, 30, "'acht' is not a number"),
    ("working_hours: 1.5", "working_hours: 0", 31, 55, "'0' is out of range for 'urgent_working_hours'"),
    ("topics: [contract]\n    hours", "topics: [contrct]\n    hours", 29, 14, "there is no topic 'contrct'"),
    ("- topics: [contract, faults]", "- topics: [x, faults]", 23, 18, "there is no topic 'x'"),
    ("- topics: [contract, faults]", "- topics: []", 23, 17, "'topics' is an empty list"),
    ("working_hours: 8,", "working_hours: [8],", 31, 30, "a list is not a number"),
    ("land: BE", "land: BE\nfictional: {a: b}", 6, 12, "a group of keys is neither true nor false"),
    ("default_team: service", "default_team: servise", 32, 15, "there is no team 'servise'"),
    (
        "topics:\n",
        "topics:\n  - {id: faults, name: {de: Eins, en: One}}\n",
        12,
        9,
        "'topics' has the id 'faults' twice",
    ),
    ("land: BE", "land: BE\ntime_zone: Mars/Olympus", 6, 12, "there is no time zone 'Mars/Olympus'"),
    ("land: BE", "land: BE\ntime_zone: ../../etc/passwd", 6, 12, "there is no time zone '../../etc/passwd'"),
]


@pytest.mark.parametrize(("old", "new", "line", "column", "message"), COMPANY_MISTAKES)
def test_mistakes_in_the_company(old: str, new: str, line: int, column: int, message: str) -> None:
    assert old in COMPANY
    (problem,) = check(Company, COMPANY.replace(old, new, 1))
    assert problem[:2] == (line, column)
    assert problem[3] == message
    assert problem[4].endswith((".", "?"))


def test_all_contradictions_of_a_company_come_at_once() -> None:
    text = COMPANY.replace("topics: [contract, faults]", "topics: [x, y]")
    text = text.replace("topics: [contract]", "topics: [x, y]").replace("_team: service", "_team: z")
    assert [(line, column, code) for line, column, code, *_ in check(Company, text)] == [
        (32, 15, "unknown-team"),
        (23, 18, "unknown-topic"),
        (23, 21, "unknown-topic"),
        (29, 14, "unknown-topic"),
        (29, 17, "unknown-topic"),
    ]


def test_a_contradiction_is_refused_without_a_file_too() -> None:
    source = parse_source(Path("a.yaml"), COMPANY.encode())
    assert isinstance(source.data, dict)
    with pytest.raises(ValidationError, match="there is no team 'nobody'"):
        Company.model_validate({**source.data, "default_team": "nobody"})


@pytest.mark.parametrize("pattern", ["'(offen'", "'a{99999999999999999999}'"])
def test_a_pattern_that_does_not_compile(pattern: str) -> None:
    text = ESCALATION.replace("'\\bphone (?:lost|stolen)'", pattern)
    (problem,) = check(EscalationRules, text)
    assert problem[:3] == (6, 12, "bad-value")
    assert "is not a regular expression" in problem[3]


def test_reasons_have_different_ids() -> None:
    text = ESCALATION + ESCALATION.partition("reasons:\n")[2]
    assert check(EscalationRules, text) == [
        (13, 9, "duplicate-id", "'reasons' has the id 'lost-device' twice", "Rename one.")
    ]


def test_many_mistakes_of_one_file_are_cut_off() -> None:
    text = ARTICLE + "".join(f"k{number}: v\ne{number}:\n" for number in range(3 * MAX_ERRORS))
    assert len(check(Article, text)) == 2 * MAX_ERRORS


def test_a_refused_reference_is_reported_once() -> None:
    text = ARTICLE.replace("owner: Vertragsteam", "owner: Vertragsteam\nrelated: *others")
    assert [problem[2] for problem in check(Article, text)] == ["yaml-feature"]
