"""``notices.yaml``: what fits, what does not and where, and what an editor should look at."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from companies import BERLIN
from corpus_files import LEDGER, line, write_corpus
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from notice_files import NOTICES, one, write_notices

from corpus import CorpusError, NoticeKind, load_corpus, load_notices
from corpus.load import check_corpus
from corpus.settings import PACKAGE

TODAY = datetime(2026, 11, 28, tzinfo=BERLIN).date()
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small corpus, which has no problems of its own."""
    return write_corpus(tmp_path / "c")


def problems_of(folder: Path, text: str) -> list[str]:
    report = check_corpus(write_notices(folder, text), TODAY)
    return [line(problem, folder) for problem in report.problems]


def test_one_of_each_kind_is_read(folder: Path) -> None:
    assert problems_of(folder, NOTICES) == []
    corpus = load_corpus(folder)
    read = load_notices(folder, corpus.company, corpus.articles)
    assert [notice.kind for notice in read.notices] == [
        NoticeKind.INCIDENT,
        NoticeKind.SEASON,
        NoticeKind.MAINTENANCE,
        NoticeKind.CHANGE,
    ]
    incident, season, maintenance, change = read.notices
    assert incident.begins(BERLIN) == datetime(2026, 11, 28, 14, 10, tzinfo=BERLIN)
    assert [(place.de, place.en) for place in incident.places] == [("München", "Munich"), ("803", "803")]
    assert incident.text.in_language("en") == "A cable is broken. We are sorry."
    assert season.ends(BERLIN) == datetime(2026, 12, 25, tzinfo=BERLIN)
    assert maintenance.shown_from(BERLIN) == datetime(2026, 12, 1, tzinfo=BERLIN)
    assert change.shown_from(BERLIN) == change.begins(BERLIN)
    assert [notice.for_everybody for notice in read.notices] == [False, False, True, False]


def test_the_file_may_be_missing(folder: Path) -> None:
    assert load_notices(folder, load_corpus(folder).company, ()).notices == ()
    write_notices(folder).joinpath("notices.yaml").rename(folder / "notices.yml")
    report = check_corpus(folder, TODAY)
    assert [line(problem, folder) for problem in report.problems] == [
        "notices.yml:1:1 warning file-name: notices.yml is not read"
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            one(start="28.11.2026 14:10"),
            "4:11 error bad-value: '28.11.2026 14:10' is neither a day",
        ),
        (one(start=""), "2:5 error missing-key: the key 'from' is missing in 'notices'"),
        (one(start="~"), "4:5 error missing-key: the key 'from' has no value"),
        (one().replace("from:", "form:"), "4:5 error unknown-key: the key 'form' is not known in 'notices'"),
        (one().replace("from:", "start:"), "2:5 error missing-key: the key 'from' is missing"),
        (one("party"), "3:11 error bad-value: 'party' is none of the values that 'kind' can have"),
        (one("season", until=""), "3:11 error missing-key: the key 'until' is missing: only an incident may"),
        (one(title="{de: Titel}"), "5:5 error missing-key: the key 'en' is missing in 'title'"),
        (one(text="{de: Der Text ist da., en: ''}"), "6:38 error bad-value: 'en' is empty"),
        (
            one(text=f"{{de: {'x' * 1201}, en: This is it.}}"),
            "6:16 error bad-value: 'de' has 1201",
        ),
        (
            one(until="2026-11-28 14:10"),
            "7:12 error bad-value: 'until' (2026-11-28 14:10) does not lie",
        ),
        (one(until="2026-11-27"), "7:12 error bad-value: 'until' (2026-11-27) does not lie after 'from'"),
        (one(announce="2026-11-29"), "7:15 error bad-value: 'announce' (2026-11-29) lies after 'from'"),
        (one(topics="[fault]"), "7:14 error unknown-topic: there is no topic 'fault' in company.yaml"),
        (one(articles="[move-hose]"), "7:16 error unknown-article: there is no article 'move-hose'"),
        (one(article="move-hose"), "7:14 error unknown-article: there is no article 'move-hose'"),
        (one(places="['8']"), "7:14 error bad-value: '8' is neither a name nor the beginning of a"),
        (one(places="['803310']"), "7:14 error bad-value: '803310' is neither a name nor the beginning"),
        (one(places="[{de: München}]"), "7:14 error missing-key: the key 'en' is missing in 'places'"),
        (one(at_fault="maybe"), "7:15 error bad-value: 'maybe' is neither true nor false"),
        (one() + one().partition("\n")[2], "7:9 error duplicate-id: 'notices' has the id 'one' twice"),
        ("notices: [\n", "2:1 error yaml-syntax: the bracket that opens here is not closed"),
    ],
)
def test_a_mistake_is_named_with_its_place(folder: Path, text: str, problem: str) -> None:
    first, *others = problems_of(folder, text)
    assert first.startswith(f"notices.yaml:{problem}"), first
    assert others == [] or "the key 'from' is missing" in first
    corpus = load_corpus(folder)
    with pytest.raises(CorpusError) as caught:
        load_notices(folder, corpus.company, corpus.articles)
    assert line(caught.value.problems[0], folder) == first


def test_mistakes_come_all_at_once(folder: Path) -> None:
    text = NOTICES.replace("[faults]", "[fault]").replace("until: 2026-12-24", "until: 2026-11-01")
    text = text.replace("articles: [move-house]", "articles: [nowhere]")
    assert [problem.split(" ")[2] for problem in problems_of(folder, text)] == [
        "unknown-topic:",
        "bad-value:",
        "unknown-article:",
    ]


def test_a_broken_file_does_not_keep_the_articles_from_being_built(folder: Path) -> None:
    write_notices(folder, "notices: [")
    assert list(load_corpus(folder).articles) == ["move-house"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            one(until="2026-11-28 20:00").replace("11-28", "08-29"),
            "7:12 warning ended: the notice 'one' ended on 2026-08-29; customers no longer see it",
        ),
        (
            one("season", start="2026-08-01", until="2026-08-29"),
            "5:12 warning ended: the notice 'one' ended on 2026-08-29; customers no longer see it",
        ),
        (
            one(words="{de: [Internet]}"),
            "7:12 warning missing-translation: the notice 'one' has no English words",
        ),
        (
            one(title=f"{{de: {'Wort ' * 20}, en: Title}}"),
            "5:17 warning long-text: the German title has 99 characters, more than 90",
        ),
        (
            one(text=f"{{de: Das ist der Text., en: {'word ' * 90}}}"),
            "6:39 warning long-text: the English text has 449 characters, more than 400",
        ),
        (
            one(text="{de: 'Wir bitten um Entschuldigung.', en: This is it.}", at_fault="true"),
            "6:53 warning no-apology: the English text holds no apology, though it is our fault",
        ),
        (
            one(text="{de: Das ist der Text., en: We apologise for this.}", at_fault="true"),
            "6:16 warning no-apology: the German text holds no apology, though it is our fault",
        ),
        (
            one(text="{de: Das dauert 2 Stunden., en: This takes 3 hours.}"),
            "6:16 warning facts-differ: period 2 × hour stands in the German 'text'",
        ),
    ],
)
def test_what_an_editor_should_look_at(folder: Path, text: str, problem: str) -> None:
    first, *_ = sorted(problems_of(folder, text), key=lambda found: problem not in found)
    assert first.startswith(f"notices.yaml:{problem}"), problems_of(folder, text)
    corpus = load_corpus(folder)
    assert load_notices(folder, corpus.company, corpus.articles).notices, "warnings never hide a notice"


@pytest.mark.parametrize("sorry", ["Das tut uns leid.", "Wir entschuldigen uns.", "Bitte um Verzeihung."])
def test_an_apology_may_be_said_in_several_ways(folder: Path, sorry: str) -> None:
    text = f"{{de: '{sorry} Wir arbeiten daran.', en: Sorry. We are working on it.}}"
    assert problems_of(folder, one(text=text, at_fault="true")) == []


def test_a_notice_of_today_is_not_over(folder: Path) -> None:
    assert problems_of(folder, one(until="2026-11-28")) == []
    assert problems_of(folder, one(start="2026-11-26", until="2026-11-28 00:01")) == []


def test_an_incident_is_forgotten_after_three_days_without_a_word(folder: Path) -> None:
    def found(**keys: str) -> list[str]:
        return [each for each in problems_of(folder, one(**keys)) if " stale: " in each]

    assert found(start="2026-11-26") == []
    assert found(start="2026-11-20", updated="2026-11-25 08:00") == []
    assert found(start="2026-11-20", until="2026-11-27") == [], "it is over"
    (problem,) = found(start="2026-11-20")
    assert problem.startswith("notices.yaml:4:11 warning stale: the incident 'one' is still shown")
    assert "last updated on 2026-11-20" in problem
    (problem,) = found(start="2026-11-01", updated="2026-11-24", until="2026-12-24")
    assert "on 2026-11-24" in problem
    assert problems_of(folder, one("season", start="2026-11-01", until="2026-12-24")) == []


def test_notices_must_agree_with_the_shared_facts(folder: Path) -> None:
    (folder / "facts.yaml").write_text(LEDGER, encoding="utf-8")
    text = one(text="{de: 'Der Umzug kostet 19,99 €.', en: 'The move costs €19.99.'}")
    wrong = [problem for problem in problems_of(folder, text) if problem.startswith("notices.yaml")]
    assert [problem.split(" ")[2] for problem in wrong] == ["fact-contradicted:"] * 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(MOMENTS, st.integers(-3 * 24 * 60, 3 * 24 * 60))
def test_an_end_lies_after_the_beginning_on_the_companys_clocks(
    folder: Path, start: datetime, minutes: int
) -> None:
    end = start + timedelta(minutes=minutes)
    text = one(start=f"{start:%Y-%m-%d %H:%M}", until=f"{end:%Y-%m-%d %H:%M}")
    company = load_corpus(folder).company
    after = end.replace(tzinfo=BERLIN).timestamp() > start.replace(tzinfo=BERLIN).timestamp()
    write_notices(folder, text)
    if after:
        assert load_notices(folder, company, ()).notices
    else:
        with pytest.raises(CorpusError, match="does not lie after"):
            load_notices(folder, company, ())


def test_an_offset_counts_in_the_order(folder: Path) -> None:
    company = load_corpus(folder).company
    write_notices(folder, one(start="2026-11-28 14:10", until="2026-11-28T14:00Z"))
    assert load_notices(folder, company, ()).notices, "14:00 UTC is 15:00 in Berlin"


def test_the_example_of_the_readme_has_no_problems(folder: Path) -> None:
    readme = (PACKAGE / "README.md").read_text(encoding="utf-8")
    example = readme.partition("```yaml\nnotices:")[2].partition("```")[0]
    assert "at_fault: true" in example
    assert problems_of(folder, f"notices:{example}".replace("check-outage", "move-house")) == []


def test_the_shipped_notices_have_no_problems_and_apologise_where_they_must() -> None:
    report = check_corpus(PACKAGE, TODAY)
    assert [problem for problem in report.problems if problem.file.name == "notices.yaml"] == []
