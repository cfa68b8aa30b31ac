"""The gate on the shipped articles: a change that makes customers find less does not pass."""

from __future__ import annotations

import os
import subprocess
import sys

from corpus.settings import Settings


def test_the_shipped_articles_are_found_as_well_as_before(shipped: Settings) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "eval", "gate"],
        env={**os.environ, "LOTSE_DATA": str(shipped.data)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
