"""What is told by example: files that may be missing, and that say where they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from corpus_files import ARTICLE, SECOND, line, problems_of, write_corpus

from corpus import CorpusError, EscalationExamples, Synonyms, Texts, Unanswered, load_corpus

REPORTED = """\
de:
  - mein Telefon ist mir abhanden gekommen
  - jemand hat mein Tablet mitgenommen
en:
  - somebody took my phone
"""
HARMLESS = """\
de: [was passiert, wenn mein Telefon weg ist]
en:
  - am I insured against theft?
"""
UNANSWERED = """\
near:
  de:
    - Bieten Sie Fernsehen an?
  en:
    - Do you offer television?
far:
  de:
    - Wie wird das Wetter?
"""
SYNONYMS = """\
groups:
  - [router, modem, Fritz Box]
  - [umzug, wohnungswechsel]
"""
LOST = "escalation-examples/lost-device"
CALM = "escalation-examples/harmless"
FILES = {LOST: REPORTED, CALM: HARMLESS, "unanswered": UNANSWERED, "synonyms": SYNONYMS}


def write(folder: Path, files: dict[str, str]) -> Path:
    """The small corpus with the files given."""
    write_corpus(folder, articles={"move-house.yaml": ARTICLE, "second.yaml": SECOND})
    (folder / "escalation-examples").mkdir()
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def errors_of(folder: Path) -> list[str]:
    """The errors that keep a corpus from loading."""
    with pytest.raises(CorpusError) as caught:
        load_corpus(folder)
    return [line(problem, folder) for problem in caught.value.problems]


def test_valid_files_are_read_in_order(tmp_path: Path) -> None:
    folder = write(tmp_path / "c", FILES)
    loaded = load_corpus(folder)
    (reported,) = loaded.examples.reasons
    assert reported.reason == "lost-device"
    assert list(reported) == [
        ("de", "mein Telefon ist mir abhanden gekommen"),
        ("de", "jemand hat mein Tablet mitgenommen"),
        ("en", "somebody took my phone"),
    ]
    assert loaded.examples.harmless.in_language("de") == ("was passiert", "wenn mein Telefon weg ist")
    assert loaded.examples.harmless.in_language("en") == ("am I insured against theft?",)
    assert loaded.unanswered.near.in_language("de") == ("Bieten Sie Fernsehen an?",)
    assert list(loaded.unanswered.far) == [("de", "Wie wird das Wetter?")]
    assert loaded.synonyms.groups == (("router", "modem", "Fritz Box"), ("umzug", "wohnungswechsel"))
    assert problems_of(folder) == []


def test_every_file_may_be_missing(tmp_path: Path) -> None:
    folder = write(tmp_path / "c", {})
    loaded = load_corpus(folder)
    assert (loaded.examples, loaded.unanswered, loaded.synonyms) == (
        EscalationExamples(),
        Unanswered(),
        Synonyms(),
    )
    assert problems_of(folder) == []
    (folder / "escalation-examples").rmdir()
    assert load_corpus(folder).examples == EscalationExamples()
    assert problems_of(folder) == []


@pytest.mark.parametrize("name", FILES)
def test_one_file_needs_no_other(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path / "c", {name: FILES[name]})
    loaded = load_corpus(folder)
    told = {
        LOST: loaded.examples.reasons != (),
        CALM: loaded.examples.harmless != Texts(),
        "unanswered": loaded.unanswered != Unanswered(),
        "synonyms": loaded.synonyms != Synonyms(),
    }
    assert told == {each: each == name for each in FILES}


@pytest.mark.parametrize("name", ["unanswered", "synonyms"])
def test_the_other_ending_is_not_read_and_said_so(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path / "c", {name: FILES[name]})
    (folder / f"{name}.yaml").rename(folder / f"{name}.yml")
    assert problems_of(folder) == [f"{name}.yml:1:1 warning file-name: {name}.yml is not read"]


def test_examples_with_the_other_ending_keep_the_last_good_state(tmp_path: Path) -> None:
    folder = write(tmp_path / "c", {LOST: REPORTED})
    (folder / f"{LOST}.yaml").rename(folder / f"{LOST}.yml")
    assert errors_of(folder) == [f"{LOST}.yml:1:1 error file-name: the file name ends in .yml"]


@pytest.mark.parametrize("ending", ["yaml", "yml"])
def test_examples_in_one_file_are_not_passed_over(tmp_path: Path, ending: str) -> None:
    folder = write(tmp_path / "c", {LOST: REPORTED})
    (folder / f"escalation-examples.{ending}").write_text("reasons: []\n", encoding="utf-8")
    assert errors_of(folder) == [
        f"escalation-examples.{ending}:1:1 error file-name: escalation-examples.{ending} is not read: "
        "the examples of each reason have a file of their own"
    ]


def test_a_reason_may_have_files_in_several_folders(tmp_path: Path) -> None:
    folder = write(tmp_path / "c", {LOST: REPORTED, CALM: HARMLESS})
    for name in (LOST, CALM):
        (folder / name).parent.joinpath("more").mkdir(exist_ok=True)
        more = (folder / name).parent / "more" / f"{name.rpartition('/')[2]}.yaml"
        more.write_text("en: [it went with the tide]\n", encoding="utf-8")
    examples = load_corpus(folder).examples
    lost = [pair for reason in examples.reasons if reason.reason == "lost-device" for pair in reason]
    assert lost.count(("en", "it went with the tide")) == 1
    assert len(lost) == 4
    assert examples.harmless.en == ("am I insured against theft?", "it went with the tide")


@pytest.mark.parametrize(
    ("name", "old", "new", "problem"),
    [
        (
            LOST,
            "en:\n",
            "fr:\n",
            "4:1 error unknown-key: the key 'fr' is not known",
        ),
        (
            CALM,
            "am I insured against theft?",
            "x",
            "3:5 error bad-value: an entry of 'en' is too short: 'x'",
        ),
        (
            "unanswered",
            "Wie wird das Wetter?",
            "x",
            "8:7 error bad-value: an entry of 'de' is too short: 'x'",
        ),
        (
            "unanswered",
            "Bieten Sie",
            "Frage: Bieten Sie: auch",
            "3:24 error yaml-syntax: a colon followed by a space stands inside a text without quotes",
        ),
        (
            "synonyms",
            "[umzug, wohnungswechsel]",
            "[umzug]",
            "3:5 error bad-value: an entry of 'groups' has too few entries",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(
    tmp_path: Path, name: str, old: str, new: str, problem: str
) -> None:
    assert old in FILES[name]
    folder = write(tmp_path / "c", {name: FILES[name].replace(old, new, 1)})
    first, *_ = errors_of(folder)
    assert first.startswith(f"{name}.yaml:{problem}")


def test_mistakes_of_all_files_come_at_once(tmp_path: Path) -> None:
    broken = {name: f"what: ever\n{text}" for name, text in FILES.items()}
    folder = write(tmp_path / "c", broken)
    assert {problem.split(":")[0] for problem in errors_of(folder)} == {f"{name}.yaml" for name in FILES}


def test_a_reason_must_be_one_of_the_rules(tmp_path: Path) -> None:
    folder = write(tmp_path / "c", {"escalation-examples/lost-devise": REPORTED})
    assert errors_of(folder) == [
        "escalation-examples/lost-devise.yaml:1:1 error unknown-escalation reason: "
        "there is no escalation reason 'lost-devise' in escalation.yaml"
    ]
    with pytest.raises(CorpusError, match="Did you mean 'lost-device'"):
        load_corpus(folder)


def test_without_rules_no_reason_is_judged(tmp_path: Path) -> None:
    folder = write(tmp_path / "c", {LOST: REPORTED})
    (folder / "escalation.yaml").unlink()
    assert [problem for problem in problems_of(folder) if " error " in problem] == []


@pytest.mark.parametrize(
    ("name", "old", "place"),
    [
        ("unanswered", "Bieten Sie Fernsehen an?", "3:7"),
        ("unanswered", "Wie wird das Wetter?", "8:7"),
        (LOST, "jemand hat mein Tablet mitgenommen", "3:5"),
    ],
)
@pytest.mark.parametrize("asked", ["Wie ziehe ich mit meinem Vertrag um?", "ICH  ZIEHE UM!"])
def test_a_question_that_an_article_answers_stands_in_no_other_file(
    tmp_path: Path, name: str, old: str, place: str, asked: str
) -> None:
    at = "7" if asked.startswith("Wie") else "10"
    folder = write(tmp_path / "c", {name: FILES[name].replace(old, f'"{asked}"')})
    assert errors_of(folder) == [
        f"{name}.yaml:{place} error claimed-question: the article 'move-house' answers this question "
        f"(articles/move-house.yaml, line {at})"
    ]


def test_an_article_that_is_not_published_claims_nothing(tmp_path: Path) -> None:
    text = UNANSWERED.replace("Bieten Sie Fernsehen an?", "ich ziehe um")
    folder = write(tmp_path / "c", {"unanswered": text})
    draft = ARTICLE.replace("owner:", "state: draft\nowner:")
    (folder / "articles" / "move-house.yaml").write_text(draft, encoding="utf-8")
    assert load_corpus(folder).unanswered.near.in_language("de") == ("ich ziehe um",)


def test_harmless_look_alikes_may_be_what_an_article_answers(tmp_path: Path) -> None:
    text = HARMLESS.replace("am I insured against theft?", "How do I move house with my contract?")
    folder = write(tmp_path / "c", {CALM: text})
    assert load_corpus(folder).examples.harmless.in_language("en") == (
        "How do I move house with my contract?",
    )


def test_no_reason_is_called_harmless(tmp_path: Path) -> None:
    folder = write(tmp_path / "c", {CALM: HARMLESS})
    rules = folder / "escalation.yaml"
    rules.write_text(rules.read_text(encoding="utf-8").replace("id: lost-device", "id: harmless"), "utf-8")
    assert errors_of(folder) == [
        "escalation.yaml:2:9 error bad-value: a reason cannot have the id 'harmless'"
    ]


def test_a_name_that_no_reason_can_have_is_refused_without_a_crash(tmp_path: Path) -> None:
    folder = write(tmp_path / "c", {"escalation-examples/Lost Device": REPORTED})
    assert errors_of(folder)[0].startswith(
        "escalation-examples/Lost Device.yaml:1:1 error unknown-escalation"
    )
    (folder / "escalation.yaml").unlink()
    assert load_corpus(folder).examples.reasons[0].reason == "Lost Device"
