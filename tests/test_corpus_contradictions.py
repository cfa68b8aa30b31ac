"""What one text says otherwise than the ledger is a warning at its place; without a ledger there is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from corpus_files import ARTICLE, COMPANY, ESCALATION, SECOND, TODAY, problems_of, write_corpus

from corpus import Problem
from corpus.load import check_corpus

LEDGER = """\
menus:
  - {de: Mein Konto > Vertrag > Umzug, en: My account > Contract > Move}
  - {de: Mein Konto > Hilfe, en: My account > Help}
facts:
  - id: moving-fee
    words: {de: [Umzug, Er kostet], en: [move, It costs]}
    unless: {de: [Expressumzug], en: [express]}
    values: ['29,99 €']
  - id: moving-notice
    words: {de: [Umzug], en: [move]}
    values: [14 Tage]
contacts:
  - {address: beispiel.example/umzug, of: help pages}
"""
FIRST = (
    ARTICLE.replace("**Mein Konto**", "**Mein Konto > Vertrag > Umzug**")
    .replace("**My account**", "**My account > Contract > Move**")
    .replace("vorher. Er", "vorher unter Mein Konto > Hilfe. Er")
    .replace("you move. It", "you move under My account > Help. It")
)
OTHER = FIRST.replace(ARTICLE[: ARTICLE.index("    short:")], SECOND[: SECOND.index("    short:")]).replace(
    ARTICLE[ARTICLE.index("  en:") : ARTICLE.rindex("    short:")],
    SECOND[SECOND.index("  en:") : SECOND.rindex("    short:")],
)
WITH_AN_UNUSED_MENU = LEDGER.replace("facts:", "  - {de: Nie > Da, en: Never > There}\nfacts:", 1)


def corpus(
    tmp_path: Path, *changes: tuple[str, str], ledger: str | None = LEDGER, company: str = COMPANY
) -> Path:
    """A corpus without problems, but for the changes of one article."""
    text = FIRST
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    articles = {"move-house.yaml": text, "second.yaml": OTHER}
    return write_corpus(tmp_path / "c", ledger=ledger, articles=articles, company=company)


def problems(tmp_path: Path, *changes: tuple[str, str], ledger: str = LEDGER) -> list[str]:
    """What is wrong with the changed article; the ledger's entries that it no longer uses are left out."""
    lines = problems_of(corpus(tmp_path, *changes, ledger=ledger))
    return [line.removeprefix("articles/move-house.yaml:") for line in lines if "articles/" in line]


def in_articles(folder: Path) -> list[Problem]:
    return [problem for problem in check_corpus(folder, TODAY).problems if problem.file.name != "facts.yaml"]


def test_texts_that_agree_have_no_problems(tmp_path: Path) -> None:
    assert problems(tmp_path) == []


def test_a_menu_that_does_not_exist(tmp_path: Path) -> None:
    folder = corpus(
        tmp_path,
        ("Vertrag > Umzug", "Vertrag > Umziehen"),
        ("My account > Contract > Move", "Contract > Moves"),
    )
    german, english = in_articles(folder)
    assert (german.line, german.column, german.code, german.severity) == (15, 36, "unknown-menu", "warning")
    assert german.message == "there is no menu 'Mein Konto > Vertrag > Umziehen' in facts.yaml"
    assert german.hint.startswith("Did you mean 'Mein Konto > Vertrag > Umzug'?")
    assert (english.line, english.column) == (27, 38)
    assert english.hint.startswith("Did you mean 'Contract > Move'?")


def test_a_menu_in_the_wrong_language(tmp_path: Path) -> None:
    folder = corpus(tmp_path, ("My account > Help", "Mein Konto > Hilfe"))
    unknown, missing = sorted(check_corpus(folder, TODAY).problems, key=lambda problem: problem.code)[::-1]
    assert unknown.message == "there is no menu 'Mein Konto > Hilfe' in facts.yaml"
    assert unknown.hint == "In English it is called 'My account > Help'."
    assert (missing.code, missing.line) == ("menus-differ", 13)


def test_a_quoted_menu_may_be_in_the_other_language(tmp_path: Path) -> None:
    assert problems(tmp_path, ("Tell us about the move", "Tell us (in German: “Mein Konto > Hilfe”)")) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "under My account > Help. It",
            "under My account > Contract > Move. It",
            [
                "13:12 warning menus-differ: the menu 'Mein Konto > Hilfe' stands in the German 'short', "
                "but 'My account > Help' does not (or less often) in the English one",
                "25:12 warning menus-differ: the menu 'My account > Contract > Move' stands in the English "
                "'short', but 'Mein Konto > Vertrag > Umzug' does not (or less often) in the German one",
            ],
        ),
        (
            "**My account > Contract > Move**",
            "**Contract > Move**",
            [
                "15:36 warning menus-differ: the menu 'Mein Konto > Vertrag > Umzug' stands in the German "
                "'answer', but 'My account > Contract > Move' does not (or less often) in the English one",
                "27:38 warning menus-differ: the menu 'Contract > Move' stands in the English 'answer', "
                "but 'Vertrag > Umzug' does not (or less often) in the German one",
            ],
        ),
    ],
)
def test_menus_must_be_translations(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    assert problems(tmp_path, (old, new)) == expected


def test_both_languages_may_leave_out_the_beginning(tmp_path: Path) -> None:
    assert problems(tmp_path, ("**Mein Konto > Ver", "**Ver"), ("**My account > Con", "**Con")) == []


def test_a_sentence_that_contradicts_a_fact(tmp_path: Path) -> None:
    folder = corpus(tmp_path, ("14 Tage", "10 Tage"), ("14 days", "10 days"))
    german, english = in_articles(folder)
    assert (german.line, german.column, german.code, german.severity) == (
        13,
        12,
        "fact-contradicted",
        "warning",
    )
    assert german.message == "this sentence speaks of 'moving-notice' and states 10 × day; right is 14 Tage"
    assert german.hint.startswith("Correct the sentence, or line 9 of facts.yaml")
    assert english.line == 25


def test_another_unit_contradicts_too(tmp_path: Path) -> None:
    lines = problems(tmp_path, ("14 Tage", "14 Werktage"), ("14 days", "14 working days"))
    assert [line.split()[2] for line in lines] == ["fact-contradicted:"] * 2


@pytest.mark.parametrize(
    ("german", "english"),
    [
        ("Der Expressumzug, er kostet 9,99 €", "An express move, it costs €9.99"),
        ("Das Paket kostet 9,99 €", "The parcel is €9.99"),
    ],
)
def test_a_sentence_that_speaks_of_something_else(tmp_path: Path, german: str, english: str) -> None:
    assert problems(tmp_path, ("Er kostet 29,99 €", german), ("It costs €29.99", english)) == []


@pytest.mark.parametrize("both", ["14 Tage|14 days", "14 Tage oder 20 Tage|14 days or 20 days"])
def test_one_allowed_value_is_enough(tmp_path: Path, both: str) -> None:
    german, english = both.split("|")
    assert problems(tmp_path, ("14 Tage", german), ("14 days", english)) == []


def test_an_unknown_contact(tmp_path: Path) -> None:
    folder = corpus(tmp_path, ("030 1234567", "030 1234568"), ("+49 30 1234567", "+49 30 1234568"))
    german, english = in_articles(folder)
    assert (german.line, german.column, german.code) == (17, 63, "unknown-contact")
    assert german.message == "the phone number 0301234568 stands neither in company.yaml nor in facts.yaml"
    assert german.hint == "Did you mean 0301234567? A new one is added to the contacts in facts.yaml."
    assert english.line == 29


@pytest.mark.parametrize(
    ("contact", "kind"),
    [
        ("hilfe@beispiel.example", "e-mail address"),
        ("beispiel.example/neu", "web address"),
        ("116 117", "phone"),
    ],
)
def test_contacts_of_all_kinds(tmp_path: Path, contact: str, kind: str) -> None:
    lines = problems(
        tmp_path,
        ("**.\n\n      Fragen", f"**, {contact}.\n\n      Fragen"),
        ("**.\n\n      Questions", f"**, {contact}.\n\n      Questions"),
    )
    assert len(lines) == 2
    assert all(f"unknown-contact: the {kind}" in line for line in lines)


def test_contacts_of_the_company_are_known(tmp_path: Path) -> None:
    assert "team@beispiel.example" in COMPANY
    change = ("**.\n\n      Fragen", "**, team@beispiel.example.\n\n      Fragen")
    lines = problems(tmp_path, change)
    assert [line.split()[2] for line in lines] == ["facts-differ:"]


def test_contacts_are_not_judged_without_a_company(tmp_path: Path) -> None:
    folder = corpus(tmp_path, company=COMPANY.replace("land: BE", "land: XX"))
    assert [problem.code for problem in check_corpus(folder, TODAY).problems] == ["bad-value"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "facts:",
            "  - {de: Nie > Da, en: Never > There}\nfacts:",
            "4:5 warning unused-entry: no text names the menu 'Nie > Da'",
        ),
        (
            "[Umzug]",
            "[Umzugskarton]",
            "9:5 warning unused-entry: "
            "the German words of 'moving-notice' find it in 0 file(s), fewer than 2",
        ),
        (
            "values: [14 Tage]",
            "values: [14 Tage]\n    unless: {en: [before]}",
            "9:5 warning unused-entry: "
            "the English words of 'moving-notice' find it in 0 file(s), fewer than 2",
        ),
        (
            "contacts:",
            "contacts:\n  - {address: a@b.example, of: nobody}",
            "13:5 warning unused-entry: no text names 'a@b.example'",
        ),
    ],
)
def test_entries_that_no_text_needs(tmp_path: Path, old: str, new: str, expected: str) -> None:
    folder = corpus(tmp_path, ledger=LEDGER.replace(old, new, 1))
    assert problems_of(folder) == [f"facts.yaml:{expected}"]


def test_a_fact_that_one_file_states_is_told(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path / "c", ledger=LEDGER, articles={"move-house.yaml": FIRST})
    lines = [line for line in problems_of(folder) if "unused-entry" in line]
    assert len(lines) == 4
    assert all("find it in 1 file(s), fewer than 2" in line for line in lines)


def test_nobody_is_told_to_delete_what_a_broken_file_may_need(tmp_path: Path) -> None:
    folder = corpus(tmp_path, ledger=WITH_AN_UNUSED_MENU)
    (folder / "articles" / "third.yaml").write_text("id: third\nstate: publisht\n", encoding="utf-8")

    codes = {problem.code for problem in check_corpus(folder, TODAY).problems}

    assert "bad-value" in codes
    assert "unused-entry" not in codes


def test_nobody_is_told_to_delete_what_a_misnamed_file_needs(tmp_path: Path) -> None:
    folder = corpus(tmp_path, ledger=WITH_AN_UNUSED_MENU)
    (folder / "escalation.yaml").rename(folder / "escalation.yml")

    assert [problem.code for problem in check_corpus(folder, TODAY).problems] == ["file-name"]


def test_company_and_rules_are_compared_too(tmp_path: Path) -> None:
    rules = ESCALATION.replace("SIM sperren", "Rufen Sie 0800 999999 an").replace(
        "Block the SIM", "Open My account > Helps"
    )
    company = COMPANY.replace("de: 5 Minuten", "de: 6 Minuten")
    folder = write_corpus(
        tmp_path / "c",
        ledger=LEDGER,
        company=company,
        escalation=rules,
        articles={"move-house.yaml": FIRST, "second.yaml": OTHER},
    )
    assert [line.partition(": ")[0] for line in problems_of(folder)] == [
        "company.yaml:19:20 warning facts-differ",
        "company.yaml:19:35 warning facts-differ",
        "escalation.yaml:9:18 warning facts-differ",
        "escalation.yaml:9:18 warning unknown-contact",
        "escalation.yaml:9:48 warning unknown-menu",
    ]


def test_without_a_ledger_nothing_is_compared_with_it(tmp_path: Path) -> None:
    changes = [("14 Tage", "10 Tage"), ("14 days", "10 days"), ("Vertrag > Umzug", "Vertrag > Umziehen")]
    assert problems_of(corpus(tmp_path, *changes, ledger=None)) == []
