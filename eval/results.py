"""Results that are kept: figures with the command, the versions and the machine that made them."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = ("kundenlotse", "faiss-cpu", "numpy", "onnxruntime", "scikit-learn", "scipy", "tokenizers")


def as_text(content: object) -> str:
    """Write JSON for people and programs; anything that is no JSON value becomes its text."""
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False, default=str)


def write_result(path: Path, command: Sequence[str], figures: object) -> None:
    """Write figures as JSON, with everything one needs to make them again.

    :param path: the file; its folder is made.
    :param command: the command line that made them.
    :param figures: plain values.
    """
    content = {
        "command": " ".join(command),
        "versions": {"python": platform.python_version(), **_versions()},
        "machine": {"system": platform.platform(), "cores": os.cpu_count()},
        "figures": figures,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_text(content) + "\n", encoding="utf-8")


def _versions() -> dict[str, str]:
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found
