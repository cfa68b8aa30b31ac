"""Pairs, recipes and families are read from files, and what is wrong in them is named."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from index import ModelError
from index.training.families import SHIPPED as FAMILIES
from index.training.families import load_families
from index.training.pairs import Pair, choose_pairs, everyday_words, pair_files, read_pairs
from index.training.recipe import SHIPPED, PairChoice, load_recipe


def write_pairs(folder: Path, source: str, *lines: str) -> None:
    with gzip.open(folder / f"{source}.tsv.gz", "wt", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


def test_pairs_are_read_once_without_what_is_empty_or_long(tmp_path: Path) -> None:
    write_pairs(tmp_path, "a", "The  invoice\tDie Rechnung", "x\t", "The invoice\tDie Rechnung")
    write_pairs(tmp_path, "b", "The invoice\tDie Rechnung", f"{'long ' * 20}\tlang", "Help\tHilfe")

    assert read_pairs(pair_files(tmp_path), longest=50) == [
        Pair("The invoice", "Die Rechnung", "a"),
        Pair("Help", "Hilfe", "b"),
    ]


def test_a_line_that_is_no_pair_is_named(tmp_path: Path) -> None:
    write_pairs(tmp_path, "a", "one\teins", "two")

    with pytest.raises(ModelError, match=r"a\.tsv\.gz:2: 1 columns"):
        read_pairs(pair_files(tmp_path), longest=50)


def test_a_folder_without_pairs_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no translation pairs"):
        pair_files(tmp_path)


def test_the_first_pattern_that_fits_decides() -> None:
    choice = PairChoice(shares={"adobe_target": 1, "adobe_*": 0}, repeats={"tato*": 2})
    pairs = [Pair("a", "b", source) for source in ("adobe_target", "adobe_campaign", "tatoeba")]

    assert [pair.source for pair in choose_pairs(pairs, choice, seed=1)] == ["adobe_target", "tatoeba"]
    assert (choice.repeat("tatoeba"), choice.repeat("zammad")) == (2, 1)


def test_the_same_seed_takes_the_same_share() -> None:
    pairs = [Pair(str(number), "b", "a") for number in range(1000)]
    choice = PairChoice(shares={"a": 0.3})

    taken = choose_pairs(pairs, choice, seed=1)

    assert taken == choose_pairs(pairs, choice, seed=1)
    assert taken != choose_pairs(pairs, choice, seed=2)
    assert 200 < len(taken) < 400


def test_everyday_words_are_single_and_used() -> None:
    choice = PairChoice(dictionaries=("words",), sentences=("talk",), everyday=2)
    talk = [Pair("The shrimp, a shrimp", "Die Garnele", "talk"), Pair("my zygote", "meine Zygote", "talk")]
    entries = [("Shrimp", "Garnele"), ("zygote", "Zygote"), ("shrimp", "kleine Garnele")]
    pairs = [*talk, *(Pair(english, german, "words") for english, german in entries)]

    assert everyday_words(pairs, choice) == [Pair("Shrimp", "Garnele", "words")]


def test_the_shipped_recipe_is_valid() -> None:
    assert load_recipe(SHIPPED).name == "lotse-minilm-de-en"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: [", "is not YAML"),
        ("name: x\nteacher: t\nstages: []", "stages: .*at least 1"),
        (
            "name: x\nteacher: t\nstages: [{name: a, steps: 0}]",
            r"stages\.0\.steps: .*greater than or equal to 1",
        ),
        ("name: x\nteacher: t\nspeed: 3\nstages: [{name: a, steps: 1}]", "speed: Extra inputs"),
    ],
)
def test_a_wrong_recipe_names_file_and_field(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ModelError, match=rf"(?s)recipe\.yaml.*{message}"):
        load_recipe(path)


def test_the_shipped_families_hold_confusable_intents_in_both_languages() -> None:
    families = load_families(FAMILIES)

    assert len(families) >= 100
    assert all(len(family) >= 3 for family in families)
    texts = [text for family in families for intent in family for text in (*intent.en, *intent.de)]
    assert len(texts) == len({text.lower() for text in texts})


def test_a_family_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"family": "f", "intent": "i", "en": ["x", "y"]}\n', encoding="utf-8")

    with pytest.raises(ModelError, match=r"a\.jsonl:1: Field required"):
        load_families(tmp_path)
