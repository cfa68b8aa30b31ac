"""Contradictions between files are errors, each at its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from corpus_files import ARTICLE, COMPANY, ESCALATION, SECOND, TODAY, problems_of, write_corpus

from corpus.load import check_corpus

BOTH = {"move-house.yaml": ARTICLE, "second.yaml": SECOND}


def test_an_id_is_taken_once(tmp_path: Path) -> None:
    twice = SECOND.replace("id: second", "id: move-house")
    folder = write_corpus(tmp_path / "c", articles={"a/move-house.yaml": ARTICLE, "b/move-house.yaml": twice})
    assert problems_of(folder) == [
        "articles/b/move-house.yaml:1:5 error duplicate-id: "
        "the id 'move-house' is taken by articles/a/move-house.yaml, line 1"
    ]


def test_a_topic_must_exist(tmp_path: Path) -> None:
    folder = write_corpus(
        tmp_path / "c", articles={"move-house.yaml": ARTICLE.replace("topic: contract", "topic: contracts")}
    )
    (problem,) = check_corpus(folder, TODAY).problems
    assert (problem.line, problem.column, problem.code) == (2, 8, "unknown-topic")
    assert problem.message == "there is no topic 'contracts' in company.yaml"
    assert problem.hint == "Did you mean 'contract'?"


def test_topics_are_not_judged_by_a_broken_company(tmp_path: Path) -> None:
    folder = write_corpus(
        tmp_path / "c",
        company=COMPANY.replace("land: BE", "land: XX"),
        escalation=ESCALATION.replace("team: service", "team: nobody"),
        articles={"move-house.yaml": ARTICLE.replace("topic: contract", "topic: other")},
    )
    assert [problem.code for problem in check_corpus(folder, TODAY).problems] == ["bad-value"]


def test_related_articles_must_exist(tmp_path: Path) -> None:
    related = ARTICLE.replace("owner:", "related: [second, cancel]\nowner:")
    folder = write_corpus(tmp_path / "c", articles={"move-house.yaml": related, "second.yaml": SECOND})
    (problem,) = check_corpus(folder, TODAY).problems
    assert (problem.line, problem.column, problem.code) == (4, 19, "unknown-article")
    assert problem.message == "there is no article 'cancel'"
    assert problem.hint == "Known: move-house, second."


@pytest.mark.parametrize("broken", [SECOND.replace("owner:", "ownr:"), SECOND.replace("owner:", '"')])
def test_a_broken_article_is_not_reported_as_missing_too(tmp_path: Path, broken: str) -> None:
    related = ARTICLE.replace("owner:", "related: [second]\nowner:")
    folder = write_corpus(tmp_path / "c", articles={"move-house.yaml": related, "second.yaml": broken})
    (problem,) = check_corpus(folder, TODAY).problems
    assert problem.file.name == "second.yaml"


def test_rules_name_what_exists(tmp_path: Path) -> None:
    rules = (
        ESCALATION.replace("channel: phone", "channel: fax")
        .replace("article: move-house", "article: block-sim")
        .replace("team: service", "team: servis")
    )
    assert problems_of(write_corpus(tmp_path / "c", escalation=rules)) == [
        "escalation.yaml:10:16 error unknown-channel: there is no channel 'fax' in company.yaml",
        "escalation.yaml:11:16 error unknown-article: there is no article 'block-sim'",
        "escalation.yaml:12:11 error unknown-team: there is no team 'servis' in company.yaml",
    ]


@pytest.mark.parametrize(
    "phrase", ["Neue Wohnung", "  NEUE   wohnung?!  ", "'wie ziehe ICH mit meinem vertrag um'", "Moving"]
)
def test_a_question_leads_to_one_article_only(tmp_path: Path, phrase: str) -> None:
    second = SECOND.replace("- kündigung", f"- {phrase}")
    folder = write_corpus(tmp_path / "c", articles={**BOTH, "second.yaml": second})
    (problem,) = check_corpus(folder, TODAY).problems
    assert (problem.file.name, problem.line, problem.code) == ("second.yaml", 9, "duplicate-question")
    assert problem.message.startswith("this question also leads to 'move-house' (articles/move-house.yaml, ")


def test_umlauts_and_their_long_spelling_are_the_same_question(tmp_path: Path) -> None:
    second = SECOND.replace("- kündigung", "- ADRESSE AENDERT SICH")
    assert problems_of(write_corpus(tmp_path / "c", articles={**BOTH, "second.yaml": second})) == [
        "articles/second.yaml:9:9 error duplicate-question: "
        "this question also leads to 'move-house' (articles/move-house.yaml, line 12)"
    ]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("state: archived", "state: published"),
        ("state: draft", "state: published"),
        ("valid_until: 2026-12-31", "valid_from: 2027-01-01"),
    ],
)
def test_articles_never_shown_together_may_share_questions(tmp_path: Path, first: str, then: str) -> None:
    articles = {
        "one.yaml": ARTICLE.replace("id: move-house", f"id: one\n{first}"),
        "two.yaml": ARTICLE.replace("id: move-house", f"id: two\n{then}"),
    }
    rules = ESCALATION.replace("article: move-house", "article: two")
    assert problems_of(write_corpus(tmp_path / "c", escalation=rules, articles=articles)) == []


def test_articles_that_overlap_by_one_day_may_not(tmp_path: Path) -> None:
    articles = {
        "one.yaml": ARTICLE.replace("id: move-house", "id: one\nvalid_until: 2027-01-01"),
        "two.yaml": ARTICLE.replace("id: move-house", "id: two\nvalid_from: 2027-01-01"),
    }
    rules = ESCALATION.replace("article: move-house", "article: two")
    codes = [
        line.split()[2]
        for line in problems_of(write_corpus(tmp_path / "c", escalation=rules, articles=articles))
    ]
    assert codes == ["duplicate-question:"] * 10
