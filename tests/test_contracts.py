"""What the project promises about itself: light serving, documented settings, pinned names."""

from __future__ import annotations

import importlib
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from corpus.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_serving_process_imports_neither_torch_nor_scikit_learn() -> None:
    heavy = "('torch', 'sklearn', 'transformers')"
    code = f"import sys, webui.app, assistant; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("package", ["corpus", "index", "assistant", "webui", "eval"])
def test_public_names_are_sorted_and_exist(package: str) -> None:
    module = importlib.import_module(package)
    names = list(module.__all__)

    assert all(hasattr(module, name) for name in names)
    assert names == sorted(names, key=lambda name: (name.islower(), not name.isupper(), name))


def test_every_setting_is_documented() -> None:
    for name, field in Settings.model_fields.items():
        assert f"`LOTSE_{name.upper()}`" in README
        assert field.description


def test_every_command_is_documented() -> None:
    for command in entry_points(group="kundenlotse.commands"):
        assert f"lotse {command.name}" in README, command.name


def test_locks_pin_everything_with_hashes() -> None:
    for name in ("requirements.lock", "requirements-test.lock"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        pins = [line for line in lines if line and line[0].isalnum()]
        assert all("==" in line and line.endswith("\\") for line in pins), name


def test_torch_is_pinned_without_a_local_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert "torch==2.13.0" in project["optional-dependencies"]["sentence-transformers"]
    assert not [name for name in project["dependencies"] if name.startswith("torch")]
