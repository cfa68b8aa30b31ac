"""``lotse channels`` prints the advice as customers see it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from corpus_files import write_corpus

from assistant.channel_command import channels
from corpus.settings import settings


@pytest.fixture(autouse=True)
def _own_corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the settings name a small corpus."""
    monkeypatch.setenv("LOTSE_CORPUS", str(write_corpus(tmp_path / "c")))
    settings.cache_clear()
    yield
    settings.cache_clear()


def run(*words: str) -> Result:
    return CliRunner().invoke(channels, words)


def test_the_advice_at_a_moment_in_german() -> None:
    done = run("--topic", "contract", "--at", "2026-11-03T10:00")
    assert done.exit_code == 0
    assert "contract, 2026-11-03 10:00 Europe/Berlin" in done.output
    assert "Telefon (jetzt nicht): 030 1234567" in done.output
    assert "schnell Öffnet am Montag um 8:00 Uhr." in done.output
    assert "Kosten: kostenlos" in done.output
    assert "Service: Sie bekommen spätestens" in done.output


def test_both_languages_one_after_the_other() -> None:
    done = run("--at", "2026-11-02 14:00", "--language", "de", "--language", "en", "--urgent")
    assert "Telefon (jetzt): " in done.output
    assert "Phone (now): " in done.output
    assert "Cost: free" in done.output
    assert "You will have an answer by 15:30 today." in done.output


def test_without_a_moment_it_is_now() -> None:
    assert run("--language", "en").output.startswith("-, 20")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--topic", "contrct"), "there is no topic 'contrct'. Did you mean 'contract'?"),
        (("--at", "tomorrow"), "'tomorrow' does not match"),
        (("--language", "fr"), "'fr' is not one of"),
    ],
)
def test_what_cannot_be_shown_is_a_usage_error(words: tuple[str, str], said: str) -> None:
    done = run(*words)
    assert done.exit_code == 2
    assert said in " ".join(done.output.split())
