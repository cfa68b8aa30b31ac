"""Warnings point at what an editor should look at, and are silent where all is well."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from corpus_files import ARTICLE, ESCALATION, SECOND, TODAY, problems_of, write_corpus

from corpus.load import check_corpus


def warnings(tmp_path: Path, text: str, name: str = "move-house.yaml") -> list[str]:
    lines = problems_of(write_corpus(tmp_path / "c", articles={name: text}))
    return [line.removeprefix(f"articles/{name}:") for line in lines]


def test_a_stale_article(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path / "c")
    day = date(2027, 1, 31)
    assert check_corpus(folder, day - timedelta(1)).problems == ()
    (problem,) = check_corpus(folder, day).problems
    assert (problem.line, problem.column, problem.severity, problem.code) == (3, 12, "warning", "stale")
    assert problem.message == "the article was to be reviewed by 2027-01-31"
    assert problem.hint == "Let Vertragsteam check it, then set a new review_by."


def test_a_review_that_is_still_to_come(tmp_path: Path) -> None:
    text = ARTICLE.replace("owner:", f"reviewed: {TODAY + timedelta(1)}\nowner:")
    (line,) = warnings(tmp_path, text)
    assert line.startswith("4:11 warning not-yet: the article was reviewed on")
    assert warnings(tmp_path / "other", text.replace(str(TODAY + timedelta(1)), str(TODAY))) == []


def test_the_next_review_lies_after_the_last(tmp_path: Path) -> None:
    (line,) = warnings(tmp_path, ARTICLE.replace("owner:", "reviewed: 2027-01-31\nowner:"))
    assert "review_by (2027-01-31) does not lie after reviewed (2027-01-31)" in line


def test_an_article_that_ended(tmp_path: Path) -> None:
    text = ARTICLE.replace("owner:", "valid_until: 2026-05-31\nowner:")
    assert warnings(tmp_path, text) == [
        "4:14 warning expired: the article ended on 2026-05-31; customers no longer find it"
    ]


def test_an_archived_article_need_not_be_reviewed(tmp_path: Path) -> None:
    text = ARTICLE.replace("2027-01-31", "2020-01-01").replace("owner:", "valid_until: 2021-01-01\nowner:")
    rules = ESCALATION.replace("      article: move-house\n", "")
    folder = write_corpus(
        tmp_path / "c", escalation=rules, articles={"move-house.yaml": f"{text}state: archived\n"}
    )
    assert problems_of(folder) == []


def test_a_missing_translation(tmp_path: Path) -> None:
    text = ARTICLE.partition("  en:\n")[0]
    assert warnings(tmp_path, text) == ["5:1 warning missing-translation: the English version is missing"]


def test_few_phrasings(tmp_path: Path) -> None:
    text = ARTICLE.replace("      - umzug\n", "")
    assert warnings(tmp_path, text) == [
        "8:5 warning few-phrasings: the German version has 3 phrasing(s), fewer than 4"
    ]


def test_no_phrasings_at_all(tmp_path: Path) -> None:
    start, _, rest = ARTICLE.rpartition("    phrasings:\n")
    text = start + rest[rest.index("    short:") :]
    assert warnings(tmp_path, text) == [
        "18:3 warning few-phrasings: the English version has 0 phrasing(s), fewer than 4"
    ]


def test_a_phrasing_that_stands_there_already(tmp_path: Path) -> None:
    text = ARTICLE.replace("- ich ziehe um", "- UMZUG!").replace(
        "- new flat", "- how do i move house  with my contract"
    )
    assert warnings(tmp_path, text) == [
        "10:9 warning repeated-phrasing: this phrasing stands in line 9 already",
        "22:9 warning phrasing-is-question: this phrasing repeats the question",
    ]


def test_the_same_word_in_both_languages_is_fine(tmp_path: Path) -> None:
    text = ARTICLE.replace("- umzug", "- esim").replace("- moving", "- eSIM")
    assert warnings(tmp_path, text) == []


def test_related_articles(tmp_path: Path) -> None:
    text = ARTICLE.replace("owner:", "related: [move-house, third, second, second]\nowner:")
    archived = SECOND.replace("id: second", "id: third\nstate: archived")
    articles = {"move-house.yaml": text, "second.yaml": SECOND, "third.yaml": archived}
    assert problems_of(write_corpus(tmp_path / "c", articles=articles)) == [
        "articles/move-house.yaml:4:11 warning related-self: the article is related to itself",
        "articles/move-house.yaml:4:23 warning related-hidden: "
        "the related article 'third' is archived; customers cannot open it",
        "articles/move-house.yaml:4:38 warning related-twice: 'second' is listed twice",
    ]


def test_markdown_is_told_at_its_line(tmp_path: Path) -> None:
    text = ARTICLE.replace("[Hilfe](https://beispiel.example/de/umzug)", "[Hilfe] <b>x</b>").replace(
        "[Help](https://beispiel.example/en/umzug)", "[Help](here"
    )
    assert warnings(tmp_path, text) == [
        "17:23 warning raw-html: '<b>' is HTML, which is not shown",
        "17:27 warning raw-html: '</b>' is HTML, which is not shown",
        "29:18 warning broken-link: this bracket belongs to no complete link",
        "29:23 warning broken-link: this bracket belongs to no complete link",
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("€29.99", "€39.99", ["amount €29.99|German|13:12", "amount €39.99|English|25:12"]),
        ("before you move. It", "before. It", []),
        ("14 days", "15 days", ["period 14 × day|German|13:12", "period 15 × day|English|25:12"]),
        (
            "+49 30 1234567",
            "+49 30 1234568",
            ["phone number 0301234567|German|17:63", "phone number 0301234568|English|29:63"],
        ),
        (
            "/en/umzug",
            "/en/other",
            [
                "web address beispiel.example/umzug|German|17:23",
                "web address beispiel.example/other|English|29:25",
            ],
        ),
        (
            "Tell us about",
            "Mail help@beispiel.example about",
            ["e-mail address help@beispiel.example|English|27:12"],
        ),
    ],
)
def test_facts_must_be_the_same(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    assert old in ARTICLE
    folder = write_corpus(tmp_path / "c", articles={"move-house.yaml": ARTICLE.replace(old, new, 1)})
    found = []
    for problem in check_corpus(folder, TODAY).problems:
        assert problem.code == "facts-differ"
        fact, _, rest = problem.message.partition(" stands in the ")
        found.append(f"{fact}|{rest.split()[0]}|{problem.line}:{problem.column}")
    assert found == expected


@pytest.mark.parametrize(
    ("pattern", "sign"),
    [("\\bHandy", "H"), ("\\bgerät", "ä"), ("caf\u00e9", "é"), ("gro\u00df", "ß"), ("[A-Z]+x", "A")],
)
def test_patterns_that_never_match(tmp_path: Path, pattern: str, sign: str) -> None:
    rules = ESCALATION.replace("\\bhandy (?:weg|gestohlen)", pattern)
    (problem,) = check_corpus(write_corpus(tmp_path / "c", escalation=rules), TODAY).problems
    assert (problem.line, problem.column, problem.code) == (5, 12, "pattern-never-matches")
    assert problem.message.startswith(f"{sign!r} in this pattern never matches")


@pytest.mark.parametrize(
    "pattern", ["\\Bhandy\\S\\W\\D", "(?P<wort>handy) (?P=wort)", "handy.{0,20} (?:weg|$)"]
)
def test_patterns_whose_capitals_are_syntax(tmp_path: Path, pattern: str) -> None:
    rules = ESCALATION.replace("\\bhandy (?:weg|gestohlen)", pattern)
    assert problems_of(write_corpus(tmp_path / "c", escalation=rules)) == []
