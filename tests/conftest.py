"""What all tests share: the bundled encoder, and the shipped corpus built once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from assistant import Assistant, load_assistant
from assistant.build import build
from corpus.settings import Settings
from index import OnnxEncoder

# A busy machine is no error.
hypothesis.settings.register_profile("kundenlotse", deadline=None)
hypothesis.settings.load_profile("kundenlotse")


@pytest.fixture(scope="session")
def encoder() -> OnnxEncoder:
    """The bundled model."""
    return OnnxEncoder.load()


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of an installation whose data folder holds the built shipped corpus."""
    settings = Settings(data=tmp_path_factory.mktemp("shipped"), _env_file=None)
    build(settings)
    return settings


@pytest.fixture(scope="session")
def assistant(shipped: Settings) -> Assistant:
    """The assistant over the shipped corpus."""
    return load_assistant(shipped)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Keep the developer's own environment and .env out of the tests."""
    import os

    for name in list(os.environ):
        if name.startswith("LOTSE_"):
            monkeypatch.delenv(name)
    yield
