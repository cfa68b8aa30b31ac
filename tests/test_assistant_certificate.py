"""A certificate speaks of one state, one language and one risk class, and of nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.certificate import BOTH, Certificate, Claim, state_of
from corpus import Risk

PARTS = ("manifest.json", "confidence.json", "alarm.npz")


def claim(language: str = "de", risk: Risk = Risk.LOW, *, bound: float = 0.04, answers: int = 100) -> Claim:
    return Claim(
        language=language,
        risk=risk,
        max_wrong=0.05 if risk is Risk.LOW else 0.02,
        answers=answers,
        wrong=1,
        bound=bound,
        low=0.0,
        high=0.03,
        coverage=0.7,
        unanswerable_up_to=0.4 if bound <= 0.05 else None,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An artifact's folder as far as a certificate looks at it."""
    for name in PARTS:
        (tmp_path / name).write_bytes(name.encode())
    return tmp_path


def certificate(folder: Path, *claims: Claim) -> Certificate:
    return Certificate(
        state=state_of(folder),
        labels="0123456789abcdef",
        made_at="2026-11-28T12:00:00+00:00",
        mix={"answerable": 150, "far": 20},
        answer_points={"de": 0.8},
        claims=claims or (claim(), claim("en", bound=0.08), claim(BOTH, Risk.HIGH, bound=1.0, answers=0)),
    )


def test_what_is_stored_is_what_is_read(folder: Path) -> None:
    written = certificate(folder)
    written.save(folder)

    assert Certificate.load(folder) == written
    assert not list(folder.glob("*.new"))


def test_without_a_certificate_there_is_none(folder: Path) -> None:
    assert Certificate.load(folder) is None


@pytest.mark.parametrize("name", PARTS)
def test_a_certificate_of_another_state_is_none(folder: Path, name: str) -> None:
    certificate(folder).save(folder)
    (folder / name).write_bytes(b"changed")

    assert Certificate.load(folder) is None


@pytest.mark.parametrize("name", PARTS)
def test_a_certificate_of_what_has_gone_is_none(folder: Path, name: str) -> None:
    certificate(folder).save(folder)
    (folder / name).unlink()

    assert Certificate.load(folder) is None


def test_a_certificate_of_another_folder_is_not_carried_over(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for name in PARTS:
        (other / name).write_bytes(b"other")
    certificate(folder).save(other)

    assert Certificate.load(other) is None


@pytest.mark.parametrize("key", ["state", "claims", "mix"])
def test_an_incomplete_certificate_is_none(folder: Path, key: str) -> None:
    certificate(folder).save(folder)
    file = folder / "certificate.json"
    stored = json.loads(file.read_text(encoding="utf-8"))
    del stored[key]
    file.write_text(json.dumps(stored), encoding="utf-8")

    assert Certificate.load(folder) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"claims": [{"risk": "medium"}]}'])
def test_anything_else_is_none(folder: Path, text: str) -> None:
    (folder / "certificate.json").write_text(text, encoding="utf-8")

    assert Certificate.load(folder) is None


def test_it_proves_per_language_and_risk(folder: Path) -> None:
    found = certificate(folder, claim(), claim("en", bound=0.08), claim("en", Risk.HIGH, bound=0.01))

    assert {(language, risk): found.proves(language, risk) for language in ("de", "en") for risk in Risk} == {
        ("de", Risk.LOW): True,
        ("de", Risk.HIGH): False,
        ("en", Risk.LOW): False,
        ("en", Risk.HIGH): True,
    }


def test_the_claim_over_both_languages_proves_neither(folder: Path) -> None:
    found = certificate(folder, claim(BOTH))

    assert not found.proves("de", Risk.LOW)
    assert not found.proves("en", Risk.LOW)


@pytest.mark.parametrize(
    ("bound", "answers", "proven"), [(0.05, 59, True), (0.0501, 59, False), (0.0, 0, False)]
)
def test_a_claim_is_proven_where_its_bound_holds(bound: float, answers: int, proven: bool) -> None:
    assert replace(claim(), bound=bound, answers=answers).proven is proven
