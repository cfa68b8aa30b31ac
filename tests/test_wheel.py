"""The wheel holds our packages and what they need, and works from where it is installed."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from small_corpus import write_small

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {"corpus", "index", "assistant", "webui", "eval"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(target.glob("*.whl"))


def test_the_names_are_ours(wheel: Path) -> None:
    names = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}

    assert names == PACKAGES | {name for name in names if name.startswith("kundenlotse-")}


def test_nothing_is_missing(wheel: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *sorted(PACKAGES)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()

    assert {name for name in tracked if (ROOT / name).exists()} <= set(zipfile.ZipFile(wheel).namelist())


def test_the_installed_wheel_answers(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LOTSE_")},
        "PYTHONPATH": str(site),
        "LOTSE_DATA": str(tmp_path / "data"),
        # A small corpus: what is tried is the wheel, and the shipped articles take minutes.
        "LOTSE_CORPUS": str(write_small(tmp_path / "small")),
    }

    def run(*arguments: str) -> str:
        command = [sys.executable, "-P", "-m", *arguments]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    where = "import corpus; print(corpus.__file__)"
    assert (
        str(site)
        in subprocess.run(
            [sys.executable, "-P", "-c", where], env=environment, capture_output=True, text=True, check=True
        ).stdout
    )
    run("assistant", "build")
    assert "find-invoice" in run("assistant", "ask", "Wo finde ich meine Rechnung?")
