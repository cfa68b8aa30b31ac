"""What the widget costs its host: bytes and requests are held to it here, the times on a quiet machine."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus.settings import Settings, settings
from eval.commands import evaluate
from eval.host_page import host_pages
from eval.widget_load import NETWORKS, Cost

pytest_plugins = ["web_client"]


def test_the_tag_costs_one_small_request(
    shipped: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOTSE_DATA", str(shipped.data))
    settings.cache_clear()
    output = tmp_path / "widget.json"
    try:
        done = CliRunner().invoke(evaluate, ["widget", "--visits", "1", "--output", str(output)])
    finally:
        settings.cache_clear()
    assert done.exit_code == 0, done.output
    written = json.loads(output.read_text())
    assert written["command"] == "lotse eval widget --visits 1"
    costs = {(one["network"], one["name"]): one for one in written["figures"]}
    assert len(costs) == 6 * len(NETWORKS)
    for network in NETWORKS:
        assert costs[network, "requests"]["without"] == 2
        assert costs[network, "requests"]["added"] == 1
        assert 0 < costs[network, "over the wire"]["added"] < 5
        for name in ("first contentful paint", "load event", "main thread busy"):
            assert costs[network, name]["without"] > 0
            assert costs[network, name]["n"] == 1
    assert costs["EDGE", "first contentful paint"]["without"] >= 800, "the link is emulated"
    head, *rows = done.stdout.splitlines()
    assert head.split() == ["without", "with", "added", "n"]
    assert len(rows) == len(costs)
    requests = next(row for row in rows if row.startswith("no limit, requests"))
    assert requests.split()[-6:] == ["2", "3", "+1", "[+1,", "+1]", "1"]


def test_costs_are_medians_of_pairs() -> None:
    cost = Cost.from_pairs("EDGE", "load event", "ms", [10, 20, 100], [11, 23, 105])
    assert (cost.without, cost.with_widget, cost.added, cost.n) == (20, 23, 3, 3)
    assert (cost.low, cost.high) == (2, 4)


def test_both_pages_differ_in_the_tag_alone() -> None:
    with host_pages("http://127.0.0.1:9") as addresses:
        without, with_widget = (urllib.request.urlopen(each).read().decode() for each in addresses)
    tag = '<script src="http://127.0.0.1:9/widget.js" async referrerpolicy="no-referrer"></script>'
    assert with_widget.replace(tag, "") == without
    assert tag not in without
    assert 14_000 < len(without.encode()) < 20_000
