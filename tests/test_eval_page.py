"""The page benchmark: what goes over the wire is held to its target here, the times on a quiet machine."""

from __future__ import annotations

import builtins
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.settings import Settings
from eval import page_load
from eval.errors import BrowserError, ServedError
from eval.page_load import EDGE, KIBIBYTES, REQUESTS, Target, measure_page
from eval.served import served
from eval.speed import Measured

pytest_plugins = ["web_client"]


def test_what_goes_over_the_wire_is_within_its_target(shipped: Settings, tmp_path: Path) -> None:
    output = tmp_path / "page.json"
    # A process of its own: Playwright runs once in each, and the browser tests' one may still be open.
    done = subprocess.run(
        [sys.executable, "-m", "eval", "page", "--visits", "1", "--json", "--output", str(output)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LOTSE_DATA": str(shipped.data)},
    )
    figures = {(one["name"], one["unit"]): one for one in json.loads(done.stdout)}
    assert len(figures) == 12
    assert json.loads(output.read_text())["figures"] == list(figures.values())
    for script in ("JavaScript", "no JavaScript"):
        for part in ("first page", "answer"):
            assert 1 < figures[f"{part}, {script}", "KiB"]["median"] <= KIBIBYTES
            assert 1 <= figures[f"{part}, {script}", "requests"]["median"] <= REQUESTS
        assert figures[f"first page readable, {script}", "s"]["median"] >= EDGE["latency"] / 1000
        assert figures[f"answer shown after sending, {script}", "s"]["median"] >= EDGE["latency"] / 1000
    both = figures["first page, JavaScript", "requests"], figures["first page, no JavaScript", "requests"]
    assert both[0]["median"] == both[1]["median"] + 1
    assert (done.returncode == 0) is all(one["met"] for one in figures.values())


def test_the_first_visit_does_not_pay_for_the_browsers_start(tmp_path: Path) -> None:
    measure = "from eval.page_load import _warm, open_browser\n"
    measure += "with open_browser() as browser:\n    _warm(browser)\n    print(len(browser.contexts))\n"
    done = subprocess.run([sys.executable, "-c", measure], capture_output=True, text=True, check=True)
    assert done.stdout == "0\n", "nothing of it stays open"


def test_a_target_is_the_most_that_the_median_may_be() -> None:
    assert Target(Measured.from_values("x", "s", [1.0, 2.0, 9.0]), 2.0).met
    assert not Target(Measured.from_values("x", "s", [1.0, 2.1, 9.0]), 2.0).met


def test_a_missing_browser_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_load.shutil, "which", lambda name: None)
    with pytest.raises(BrowserError, match="apt-get install chromium"):
        measure_page("http://127.0.0.1:9", visits=1)


def test_missing_playwright_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *given: object, **named: object) -> object:
        if name.startswith("playwright"):
            raise ImportError(name)
        return real(name, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(BrowserError, match="pip install"):
        measure_page("http://127.0.0.1:9", visits=1)


def test_a_server_that_does_not_start_tells_why(tmp_path: Path) -> None:
    empty = tmp_path / "corpus"
    empty.mkdir()
    unusable = Settings(data=tmp_path / "data", corpus=empty, _env_file=None)
    with pytest.raises(ServedError, match=r"company\.yaml"), served(unusable):
        pass
