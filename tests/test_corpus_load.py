"""A folder becomes a corpus, or all its errors at once."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path

import pytest
from corpus_files import ARTICLE, COMPANY, ESCALATION, SECOND, TODAY, line, problems_of, write_corpus

import corpus
from corpus import CorpusError, LotseError, load_corpus
from corpus.load import check_corpus
from corpus.settings import PACKAGE, SettingsError


def test_the_small_corpus_loads_without_any_problem(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path / "c", articles={"second.yaml": SECOND, "moving/move-house.yaml": ARTICLE})
    loaded = load_corpus(folder)
    assert loaded.folder == folder
    assert list(loaded.articles) == ["move-house", "second"]
    assert loaded.company.team_for("faults").id == "service"
    assert loaded.company.topics[1].name.in_language("de") == "Störung"
    assert loaded.company.topics[1].name.in_language("en") == "Faults"
    assert loaded.company.teams[0].promise.urgent_working_hours == 1.5
    assert loaded.escalation.reasons[0].urgent_action is not None
    report = check_corpus(folder, TODAY)
    assert report.problems == ()
    assert (report.articles, report.languages, report.topics) == (2, 2, 2)


def test_a_corpus_cannot_be_changed(tmp_path: Path) -> None:
    loaded = load_corpus(write_corpus(tmp_path / "c"))
    with pytest.raises(FrozenInstanceError):
        loaded.folder = tmp_path  # type: ignore[misc]
    with pytest.raises(TypeError):
        loaded.articles["x"] = loaded.articles["move-house"]  # type: ignore[index]


def test_valid_articles_are_published_and_in_their_time(tmp_path: Path) -> None:
    ended = SECOND.replace("owner:", "valid_until: 2026-05-31\nowner:")
    draft = ARTICLE.replace("owner:", "state: draft\nowner:")
    loaded = load_corpus(
        write_corpus(tmp_path / "c", articles={"second.yaml": ended, "move-house.yaml": draft})
    )
    assert [article.id for article in loaded.valid_articles(date(2026, 5, 31))] == ["second"]
    assert loaded.valid_articles(date(2026, 6, 1)) == ()


def test_all_errors_of_all_files_come_at_once_and_in_order(tmp_path: Path) -> None:
    folder = write_corpus(
        tmp_path / "c",
        company=COMPANY.replace("land: BE", "land: XX"),
        escalation=ESCALATION.replace("team: service", "teem: service"),
        articles={
            "b.yaml": ARTICLE.replace("Wie ziehe", 'Wie "ziehe": x').replace("id: ", "id: "),
            "a.yaml": ARTICLE.replace("topic: contract\n", "").replace("2027-01-31", "bald"),
            "c.yml": SECOND,
        },
    )
    with pytest.raises(CorpusError) as caught:
        load_corpus(folder)
    assert [line(problem, folder) for problem in caught.value.problems] == [
        "articles/a.yaml:1:1 error missing-key: the key 'topic' is missing",
        "articles/a.yaml:2:12 error bad-value: 'bald' is not a date",
        "articles/b.yaml:7:26 error yaml-syntax: "
        "a colon followed by a space stands inside a text without quotes",
        "articles/c.yml:1:1 error file-name: the file name ends in .yml",
        "company.yaml:5:7 error bad-value: 'XX' is none of the values that 'land' can have",
        "escalation.yaml:12:5 error unknown-key: the key 'teem' is not known in 'reasons'",
    ]
    text = str(caught.value)
    assert text.startswith("the corpus has 6 error(s):\n")
    assert f"{folder}/articles/a.yaml:2:12: error [bad-value] 'bald' is not a date\n    Write it as" in text
    assert isinstance(caught.value, LotseError)
    assert issubclass(SettingsError, LotseError)


def test_warnings_do_not_keep_a_corpus_from_loading(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path / "c", articles={"move.yaml": f"{ARTICLE}related:\n"})
    assert load_corpus(folder).articles
    assert problems_of(folder) == [
        "articles/move.yaml:1:5 warning file-name: the article 'move-house' stands in a file named 'move'",
        "articles/move.yaml:30:1 warning empty-value: the key 'related' has no value and counts as left out",
    ]


def test_escalation_rules_may_be_missing(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path / "c", escalation=None)
    assert load_corpus(folder).escalation.reasons == ()
    assert problems_of(folder) == [
        "escalation.yaml:1:1 warning missing-file: "
        "escalation.yaml is missing: no case goes to a person at once"
    ]


@pytest.mark.parametrize(
    ("name", "severity", "code"),
    [("company", "error", "missing-file"), ("escalation", "warning", "file-name")],
)
def test_a_file_with_the_other_ending_is_to_be_renamed(
    tmp_path: Path, name: str, severity: str, code: str
) -> None:
    folder = write_corpus(tmp_path / "c")
    (folder / f"{name}.yaml").rename(folder / f"{name}.yml")
    (problem,) = check_corpus(folder, TODAY).problems
    assert (problem.severity, problem.code) == (severity, code)
    assert problem.hint == f"Rename {name}.yml to {name}.yaml."


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"there is no such folder\n.*LOTSE_CORPUS"):
        load_corpus(tmp_path / "none")


def test_a_folder_without_articles(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path / "c", escalation=None, articles={})
    (folder / "articles" / "notes.md").write_text("not an article", encoding="utf-8")
    (folder / "articles" / ".#move-house.yaml").write_text("an editor's lock", encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        load_corpus(folder)
    assert [line(problem, folder) for problem in caught.value.problems] == [
        "articles:1:1 error no-articles: there are no articles"
    ]


def test_an_unreadable_article_is_an_error(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path / "c")
    (folder / "articles" / "gone.yaml").symlink_to(tmp_path / "nowhere")
    assert problems_of(folder) == [
        "articles/gone.yaml:1:1 error unreadable-file: the file cannot be opened: No such file or directory"
    ]


def test_the_shipped_corpus_has_no_errors_and_no_warnings() -> None:
    loaded = load_corpus(PACKAGE)
    assert len(loaded.articles) >= 20
    assert all(
        article.translation("de") and article.translation("en") for article in loaded.articles.values()
    )
    first_review = min(article.review_by for article in loaded.articles.values())
    report = check_corpus(PACKAGE, min(date(2026, 6, 1), first_review))
    assert [str(problem) for problem in report.problems] == []


def test_the_example_in_the_readme_is_a_valid_article(tmp_path: Path) -> None:
    readme = (PACKAGE / "README.md").read_text(encoding="utf-8")
    example = readme.partition("```yaml\n")[2].partition("```")[0]
    german, _, rest = example.partition("  en: …")
    english = german[german.index("  de:\n") :].replace("  de:", "  en:")
    text = german + english + rest.partition("\n")[2]
    folder = write_corpus(tmp_path / "c", articles={"move-house.yaml": text})
    assert problems_of(folder) == [
        "articles/move-house.yaml:6:11 error unknown-article: there is no article 'change-tariff'"
    ]


def test_the_public_names() -> None:
    assert " ".join(corpus.__all__) == (
        "LANGUAGES Article Channel ChannelKind Company Corpus CorpusError EscalationExamples "
        "EscalationReason EscalationRules Hours Interval Language Legal LegalPage Localized LotseError "
        "Notice NoticeKind Notices Problem Redirects Report Risk Severity State Synonyms Team Texts Topic "
        "Translation Translations Unanswered check_corpus fold load_corpus load_legal load_notices "
        "load_redirects"
    )
    assert all(hasattr(corpus, name) for name in corpus.__all__)


def test_the_package_stays_light() -> None:
    script = (
        "import sys, corpus, corpus.command, corpus.commands\n"
        "heavy = {'numpy', 'index', 'assistant', 'webui', 'eval', 'flask', 'sqlalchemy', 'faiss'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    root = Path(corpus.__file__).parent.parent
    run = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.stdout, run.stderr) == ("[]\n", "")
