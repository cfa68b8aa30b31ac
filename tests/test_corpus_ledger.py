"""A ledger that cannot be right is refused, each mistake at its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from corpus_files import LEDGER, TODAY, problems_of, write_corpus

from corpus.ledger import Ledger, meaning_of
from corpus.load import check_corpus, load_corpus
from corpus.passages import passages_of
from corpus.problem import CorpusError
from corpus.reading import read_folder
from corpus.settings import PACKAGE
from corpus.statements import statements_of


def problems(tmp_path: Path, old: str, new: str) -> list[str]:
    assert old in LEDGER
    folder = write_corpus(tmp_path / "c", ledger=LEDGER.replace(old, new, 1))
    return [line for line in problems_of(folder) if line.startswith("facts.yaml") and " error " in line]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("facts:", "fact:", "4:1 error unknown-key: the key 'fact' is not known"),
        ("    words:", "    word:", "6:5 error unknown-key: the key 'word' is not known in 'facts'"),
        ("'29,99 €'", "teuer", "7:14 error bad-value: 'teuer' is no single value"),
        ("'29,99 €'", "'5 € in 3 Tagen'", "7:14 error bad-value: '5 € in 3 Tagen' is no single value"),
        ("'29,99 €'", "030 1234567", "7:14 error bad-value: '030 1234567' is no single value"),
        (
            "'29,99 €'",
            "'29,99 €', 14 Tage",
            "7:25 error bad-value: '14 Tage' is a period, the first value a amount",
        ),
        ("[Umzug, kostet]", "[Umzug, '-*']", "6:25 error bad-value: '-*' has a part without letters"),
        ("{de: [Umzug, kostet], ", "{", "6:12 error missing-key: the fact 'moving-fee' has no words in 'de'"),
        (
            "contacts:",
            "  - {id: moving-fee, words: {de: [xx], en: [xx]}, values: [1 GB]}\ncontacts:",
            "8:10 error duplicate-id: 'facts' has the id 'moving-fee' twice",
        ),
        (
            "beispiel.example/umzug,",
            "Straße 5,",
            "9:15 error bad-value: 'Straße 5' is no phone number, e-mail or web address",
        ),
        ("{de: Mein Konto > Vertrag,", "{de: Mein Konto,", "3:10 error bad-value: 'Mein Konto' is no path"),
        (
            "{de: Mein Konto > Vertrag,",
            "{de: 'Mein Konto > ',",
            "3:10 error bad-value: 'Mein Konto >' is no path",
        ),
    ],
)
def test_mistakes(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert problems(tmp_path, old, new) == [f"facts.yaml:{expected}"]


def test_a_menu_has_one_translation(tmp_path: Path) -> None:
    again = "  - {de: Mein Konto > Vertrag, en: My account > Contracts}\nfacts:"
    assert problems(tmp_path, "facts:", again) == [
        "facts.yaml:4:10 error ambiguous-menu: "
        "'Mein Konto > Vertrag' is translated as 'My account > Contract' and as 'My account > Contracts'"
    ]


def test_a_part_of_a_menu_has_one_translation_too(tmp_path: Path) -> None:
    again = "  - {de: Router > Vertrag > Umzug, en: Router > Agreement > Move}\nfacts:"
    (problem,) = problems(tmp_path, "facts:", again)
    assert "'Vertrag > Umzug' is translated as 'Contract > Move' and as 'Agreement > Move'" in problem


def test_an_unreadable_ledger_blocks_a_build(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path / "c", ledger="menus: [")
    with pytest.raises(CorpusError, match=r"facts\.yaml:1:\d"):
        load_corpus(folder)


def test_a_ledger_in_a_yml_file_is_told(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path / "c")
    (folder / "facts.yml").write_text(LEDGER, encoding="utf-8")
    (problem,) = check_corpus(folder, TODAY).problems
    assert (problem.file.name, problem.code, problem.hint) == (
        "facts.yml",
        "file-name",
        "Rename it to facts.yaml.",
    )


def test_names_lead_to_the_other_language() -> None:
    menu = {"de": "A > B > C", "en": "D > E > F"}
    ledger = Ledger.model_validate({"menus": [menu, {"de": "A > G > H", "en": "D > I"}]})
    assert ledger.names("de") == {"A > B > C": "D > E > F", "B > C": "E > F", "A > G > H": "D > I"}
    assert ledger.names("en") == {"D > E > F": "A > B > C", "E > F": "B > C", "D > I": "A > G > H"}


def test_the_meaning_of_a_value() -> None:
    assert meaning_of("8–20 Uhr") == meaning_of("8 a.m. to 8 p.m.")
    assert meaning_of("8–20 Uhr") == {("time of day", "08:00"), ("time of day", "20:00")}


def test_the_shipped_ledger_covers_what_articles_share() -> None:
    reading = read_folder(PACKAGE)
    assert reading.ledger
    ledger = reading.ledger.value
    assert len(ledger.menus) >= 90
    assert len(ledger.facts) >= 60
    passages = [passage for saying in passages_of(reading) for passage in saying.values()]
    stating: dict[str, set[str]] = {fact.id: set() for fact in ledger.facts}
    for statement in statements_of(ledger.facts, passages):
        assert statement.right, f"{statement.passage.source.file.name}: {statement.fact.id}"
        stating[statement.fact.id].add(statement.passage.source.file.stem)
    assert [name for name, files in stating.items() if len(files) < 2] == []


def test_the_example_in_the_readme_is_a_valid_ledger(tmp_path: Path) -> None:
    readme = (PACKAGE / "README.md").read_text(encoding="utf-8")
    example = readme.rpartition("```yaml\n")[2].partition("```")[0]
    folder = write_corpus(tmp_path / "c", ledger=example)
    assert [line for line in problems_of(folder) if " error " in line] == []
    assert "facts.yaml:4:5 warning unused-entry" in "\n".join(problems_of(folder))


@pytest.mark.parametrize("place", ["tariff-internet-100", "return-period", "debit-day", "phone-hours"])
def test_a_changed_fact_lists_the_sentences_of_several_articles(tmp_path: Path, place: str) -> None:
    folder = tmp_path / "c"
    shutil.copytree(PACKAGE, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", "schema"))
    text = (folder / "facts.yaml").read_text(encoding="utf-8")
    head, _, rest = text.partition(f"- id: {place}\n")
    before, _, after = rest.partition("    values: ")
    line, _, end = after.partition("\n")
    changed = {"€": "['1,11 €']", "Tage": "[31 Tage]", "am": "['am 13.']", "Uhr": "[7–21 Uhr]"}
    value = next(new for sign, new in changed.items() if sign in line)
    (folder / "facts.yaml").write_text(
        f"{head}- id: {place}\n{before}    values: {value}\n{end}", encoding="utf-8"
    )
    report = check_corpus(folder, TODAY)
    files = {problem.file for problem in report.problems if problem.code == "fact-contradicted"}
    assert len(files) >= 3
