"""``legal.yaml``: what fits, what does not and where, and what the operator should look at."""

from __future__ import annotations

import string
from datetime import date
from pathlib import Path

import pytest
from corpus_files import TODAY, line, write_corpus
from hypothesis import given
from hypothesis import strategies as st
from legal_files import LEGAL, write_legal
from pydantic import TypeAdapter, ValidationError

from corpus import CorpusError, LegalPage, load_corpus, load_legal
from corpus.legal import VatId, WebAddress
from corpus.load import check_corpus
from corpus.settings import PACKAGE

VAT_IDS = TypeAdapter(VatId)
ADDRESSES = TypeAdapter(WebAddress)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small corpus, which has no problems of its own."""
    return write_corpus(tmp_path / "c")


def problems_of(folder: Path, text: str, today: date = TODAY) -> list[str]:
    report = check_corpus(write_legal(folder, text), today)
    return [line(problem, folder) for problem in report.problems]


def test_all_facts_are_read(folder: Path) -> None:
    assert problems_of(folder, LEGAL) == []
    legal = load_legal(folder)
    assert all(legal.has(page) for page in LegalPage)
    assert legal.imprint
    assert legal.imprint.vat_id == "DE123456789"
    assert legal.imprint.register_entry
    assert legal.imprint.register_entry.number == "HRB 1"
    assert legal.accessibility
    assert "Magdeburg" in str(legal.accessibility.authority.address)


def test_a_page_may_be_a_text_of_ones_own_or_stand_elsewhere(folder: Path) -> None:
    text = (
        "imprint_url: https://beispiel.example/impressum\n"
        "privacy_url: {de: https://beispiel.example/de, en: https://beispiel.example/en}\n"
        "accessibility_text: {de: '## Erklärung', en: '## Statement'}\n"
    )
    assert problems_of(folder, text) == []
    legal = load_legal(folder)
    imprint, privacy = legal.url(LegalPage.IMPRINT), legal.url(LegalPage.PRIVACY)
    own = legal.text(LegalPage.ACCESSIBILITY)
    assert imprint
    assert privacy
    assert own
    assert imprint.in_language("en") == "https://beispiel.example/impressum"
    assert (privacy.in_language("de")[-2:], privacy.in_language("en")[-2:]) == ("de", "en")
    assert (own.in_language("de"), own.in_language("en")) == ("## Erklärung", "## Statement")
    assert legal.text(LegalPage.IMPRINT) is None


def test_the_file_may_be_missing_and_the_check_says_what_that_means(folder: Path) -> None:
    (folder / "legal.yaml").unlink()
    assert not any(load_legal(folder).has(page) for page in LegalPage)
    report = check_corpus(folder, TODAY)
    assert [line(problem, folder) for problem in report.problems] == [
        "legal.yaml:1:1 warning missing-file: legal.yaml is missing: the pages show no imprint "
        "and do not say how data is used"
    ]
    assert "imprint_url: https://" in report.problems[0].hint
    assert [problem.code for problem in check_corpus(folder / "nowhere", TODAY).problems] == ["missing-file"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "  representatives: [Erika Beispiel]\n",
            "",
            "1:1 error missing-key: the key 'representatives' is missing in 'imprint'",
        ),
        ("[Erika Beispiel]", "[]", "2:20 error bad-value: 'representatives' is an empty list"),
        ("vat_id:", "vat_no:", "5:3 error unknown-key: the key 'vat_no' is not known in 'imprint'"),
        ("DE 123 456 789", "12345", "5:11 error bad-value: '12345' is not a VAT id"),
        ("info@beispiel", "info beispiel", "3:10 error bad-value: 'info beispiel.example' is not an e-mail"),
        (
            "2026-05-01",
            "1.5.2026",
            "11:13 error bad-value: '1.5.2026' is not a date",
        ),
        (", en: Authority", "", "9:5 error missing-key: the key 'en' is missing in 'name'"),
        (
            "imprint:",
            "imprint_url: beispiel.example\nimprint:",
            "1:14 error bad-value: 'beispiel.example' is not the address of a page",
        ),
        (
            "imprint:",
            "imprint_url: https://beispiel.example/\nimprint:",
            "1:14 error bad-value: 'imprint_url' and 'imprint' are both given; only one of them can be shown",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(folder: Path, old: str, new: str, problem: str) -> None:
    assert old in LEGAL
    problems = problems_of(folder, LEGAL.replace(old, new, 1))
    assert problems[0].startswith(f"legal.yaml:{problem}"), problems
    with pytest.raises(CorpusError, match=r"legal\.yaml"):
        load_legal(folder)
    assert load_corpus(folder).articles, "a broken file does not keep the articles from being built"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (LEGAL.partition("privacy:")[0], "1:1 warning missing-privacy: there is no privacy page"),
        (LEGAL[LEGAL.index("privacy:") :], "1:1 warning missing-imprint: there is no imprint page"),
        (
            LEGAL.replace("2026-05-01", "2025-06-01"),
            "11:13 warning stale: the accessibility of the pages was last checked on 2025-06-01",
        ),
        (LEGAL.replace("2026-05-01", "2025-06-02"), ""),
        (
            LEGAL.replace("2026-05-01", "2026-06-02"),
            "11:13 warning not-yet: the pages were checked on 2026-06-02, which is still to come",
        ),
    ],
)
def test_what_the_operator_should_look_at(folder: Path, text: str, problem: str) -> None:
    problems = problems_of(folder, text)
    assert problems == ([f"legal.yaml:{problem}"] if problem else [])
    load_legal(folder)


@given(st.text(string.ascii_uppercase, min_size=2, max_size=2), st.integers(10**8, 10**9 - 1))
def test_a_vat_id_may_be_written_with_spaces(country: str, digits: int) -> None:
    spaced = f"{country.lower()} {str(digits)[:3]} {str(digits)[3:]}"
    assert VAT_IDS.validate_python(spaced) == f"{country}{digits}"


@given(st.text(max_size=60))
def test_an_address_is_refused_or_opens_nothing_but_a_page(text: str) -> None:
    try:
        address = ADDRESSES.validate_python(text)
    except ValidationError:
        return
    assert address.startswith(("http://", "https://"))
    assert not set(address) & set(" \n\t")


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "//beispiel.example", "https://", "https://a b.example"]
)
def test_what_is_no_address_of_a_page_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="not the address of a page"):
        ADDRESSES.validate_python(text)


def test_the_example_of_the_readme_has_no_problems(folder: Path) -> None:
    readme = (PACKAGE / "README.md").read_text(encoding="utf-8")
    example = readme.partition("```yaml\nimprint:")[2].partition("```")[0]
    assert "privacy_url" in example
    assert problems_of(folder, f"imprint:{example}") == []


def test_the_shipped_pages_have_no_problems_and_belong_to_nobody() -> None:
    legal = load_legal(PACKAGE)
    assert all(legal.has(page) for page in LegalPage)
    text = (PACKAGE / "legal.yaml").read_text(encoding="utf-8")
    assert text.count("@") == text.count("@musterkom.example")
