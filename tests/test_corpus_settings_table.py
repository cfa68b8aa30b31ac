"""The table of settings shows no password, wherever in a URL it stands."""

from __future__ import annotations

import pytest

from corpus.settings import Settings
from corpus.settings_table import as_plain, setting_rows


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://lotse:hush@db/lotse", "postgresql://lotse:********@db/lotse"),
        ("postgresql://db/lotse?password=hush", "postgresql://db/lotse?password=********"),
        (
            "postgresql://db/lotse?user=a&sslpassword=hush&port=1",
            "postgresql://db/lotse?user=a&sslpassword=********&port=1",
        ),
    ],
)
def test_passwords_in_urls_are_masked(url: str, shown: str) -> None:
    text = as_plain(setting_rows(Settings(database_url=url)))
    assert f"LOTSE_DATABASE_URL={shown} " in text
    assert "hush" not in text
