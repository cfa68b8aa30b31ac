"""Limits on posts: what passes, what programs are told, and what several processes count together."""

from __future__ import annotations

import logging
import re
import shutil
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from redis_process import PASSWORD, RedisServer
from web_server import Server

from assistant import Runtime
from corpus.settings import Settings
from webui import create_app
from webui.guessing import FREE, SlowDown
from webui.rate import Quota, RateLimit
from webui.shared import PAUSE, Shared, SharedError

pytest_plugins = ["web_client"]

ADDRESS = "203.0.113.1"


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server is installed")
    server = RedisServer(program)
    server.start()
    yield server
    server.remove()


@pytest.fixture
def shared(redis_server: RedisServer) -> Iterator[Shared]:
    opened = Shared(redis_server.url)
    yield opened
    opened.close()


@pytest.fixture(params=["alone", "shared"])
def where(request: pytest.FixtureRequest) -> Shared | None:
    """Both places in which requests are counted."""
    return None if request.param == "alone" else request.getfixturevalue("shared")


def test_bursts_pass_and_one_more_each_interval(where: Shared | None) -> None:
    limit = RateLimit(Quota("posts", 20), where)
    taken = [limit.take(ADDRESS) for _ in range(10)]
    assert all(each.wait == 0 for each in taken)
    assert [each.remaining for each in taken] == list(range(9, -1, -1))
    refused = limit.take(ADDRESS)
    assert 0 < refused.wait <= 3
    assert refused.remaining == 0
    assert 27 < refused.full_in <= 30
    assert limit.take("203.0.113.2").wait == 0
    time.sleep(refused.wait + 0.02)
    assert limit.take(ADDRESS).wait == 0
    assert limit.take(ADDRESS).wait > 0


def test_quotas_do_not_use_up_each_other(where: Shared | None) -> None:
    one, other = RateLimit(Quota("posts", 2), where), RateLimit(Quota("suggestions", 2), where)
    assert (one.take(ADDRESS).wait, other.take(ADDRESS).wait) == (0, 0)
    assert one.take(ADDRESS).wait > 0


@given(
    per_minute=st.integers(1, 200) | st.integers(1, 100_000),
    steps=st.lists(
        st.tuples(st.floats(0, 3) | st.floats(0, 100), st.integers(1, 120)), min_size=1, max_size=5
    ),
)
def test_never_more_than_promised_and_a_wait_that_is_kept_is_enough(
    per_minute: int, steps: list[tuple[float, int]]
) -> None:
    now = [1000.0]
    quota = Quota("posts", per_minute)
    limit = RateLimit(quota, clock=lambda: now[0])
    passed: list[float] = []
    for pause, requests in steps:
        now[0] += pause
        for _ in range(requests):
            taken = limit.take(ADDRESS)
            assert 0 <= taken.remaining < quota.burst
            assert 0 <= taken.full_in <= quota.window + 1e-6
            if taken.wait == 0:
                passed.append(now[0])
        if taken.wait:
            now[0] += taken.wait + 1e-5
            assert limit.take(ADDRESS).wait == 0
            passed.append(now[0])
    for first, beyond in zip(passed, passed[quota.burst :], strict=False):
        assert beyond - first >= quota.interval - 1e-5
    assert len(passed) <= quota.burst + (passed[-1] - passed[0]) / quota.interval + 1e-2


def test_oldest_addresses_are_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webui.rate.MOST_ADDRESSES", 2)
    limit = RateLimit(Quota("posts", 1), clock=lambda: 0.0)
    for last in (1, 2, 3):
        limit.take(f"203.0.113.{last}")
    assert limit.take("203.0.113.3").wait > 0
    assert limit.take("203.0.113.1").wait == 0


def test_wrong_codes_slow_down_and_right_ones_do_not(where: Shared | None) -> None:
    slow = SlowDown(where)
    for _ in range(FREE):
        assert slow.wait_seconds("K-26-1", ADDRESS) == 0
        slow.count("K-26-1", ADDRESS)
    assert 0 < slow.wait_seconds("K-26-1", ADDRESS) <= 2
    slow.count("K-26-1", ADDRESS)
    assert 2 < slow.wait_seconds("K-26-1", ADDRESS) <= 4
    assert slow.wait_seconds("K-26-2", ADDRESS) == 0
    assert slow.wait_seconds("K-26-1", "203.0.113.2") == 0
    slow.forget("K-26-1", ADDRESS)
    assert slow.wait_seconds("K-26-1", ADDRESS) == 0


def test_neither_long_texts_nor_addresses_are_kept_with_a_wrong_code(redis_server: RedisServer) -> None:
    shared = Shared(redis_server.url)
    SlowDown(shared).count("x" * 100_000, ADDRESS)
    keys = shared.ask(lambda redis: redis.keys())
    shared.close()
    assert keys is not None
    assert [len(key) < 100 and ADDRESS.encode() not in key for key in keys] == [True]


def test_two_processes_count_wrong_codes_together(redis_server: RedisServer) -> None:
    one, other = SlowDown(Shared(redis_server.url)), SlowDown(Shared(redis_server.url))
    for _ in range(FREE):
        one.count("K-26-1", ADDRESS)
    assert other.wait_seconds("K-26-1", ADDRESS) > 0


def test_threads_together_get_no_more_than_the_burst(where: Shared | None) -> None:
    limit = RateLimit(Quota("posts", 4), where)
    passed: list[bool] = []
    threads = [
        threading.Thread(target=lambda: passed.extend(not limit.take(ADDRESS).wait for _ in range(10)))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(passed), sum(passed)) == (60, 2)


def test_lost_redis_is_told_once_and_everything_goes_on(
    redis_server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    now = [0.0]
    shared = Shared(redis_server.url, clock=lambda: now[0])
    limit, slow = RateLimit(Quota("posts", 2), shared), SlowDown(shared)
    assert limit.take(ADDRESS).wait == 0
    redis_server.stop()
    assert [limit.take(ADDRESS).wait > 0 for _ in range(3)] == [False, True, True]
    now[0] += PAUSE + 1
    assert limit.take(ADDRESS).wait > 0
    for _ in range(FREE):
        slow.count("K-26-1", ADDRESS)
    assert slow.wait_seconds("K-26-1", ADDRESS) > 0
    assert caplog.text.count("does not answer") == 1
    redis_server.start()
    assert limit.take(ADDRESS).wait > 0
    now[0] += PAUSE + 1
    assert limit.take(ADDRESS).wait == 0
    assert caplog.text.count("answers again") == 1
    assert PASSWORD not in caplog.text
    assert str(redis_server.folder) not in caplog.text
    shared.close()


def test_wrong_password_counts_as_a_redis_that_does_not_answer(
    redis_server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    shared = Shared(redis_server.url.replace(PASSWORD, "guessed"))
    assert RateLimit(Quota("posts", 60), shared).take(ADDRESS).wait == 0
    assert "does not answer (AuthenticationError)" in caplog.text
    assert "guessed" not in caplog.text
    shared.close()


def test_address_that_is_no_redis_is_refused_without_showing_it() -> None:
    with pytest.raises(SharedError, match=r"^LOTSE_RATE_STORAGE is no URL of a Redis$"):
        Shared("redis://:hush@host:port/0")


def test_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "redis", None)
    with pytest.raises(SharedError, match=r"pip install 'kundenlotse\[redis\]'"):
        Shared("redis://localhost")


def test_programs_are_told_how_many_more_may_come(service: Runtime) -> None:
    few = service.settings.model_copy(update={"posts_per_minute": 4})
    client = create_app(replace(service, settings=few)).test_client()
    first, second, third = (client.post("/api/v1/ask", json={}) for _ in range(3))
    assert first.headers["RateLimit-Policy"] == '"posts";q=2;w=30'
    assert first.headers["RateLimit"] == '"posts";r=1;t=15'
    assert re.fullmatch('"posts";r=0;t=(2[0-9]|30)', second.headers["RateLimit"])
    assert third.status_code == 429
    assert re.fullmatch('"posts";r=0;t=(2[0-9]|30)', third.headers["RateLimit"])
    assert 5 <= int(third.headers["Retry-After"]) <= 16
    typed = client.post("/api/v1/suggest", json={"question": ""})
    assert typed.headers["RateLimit-Policy"] == '"suggestions";q=20;w=30'
    assert "RateLimit" not in client.get("/api/v1/articles").headers
    assert "RateLimit" not in client.post("/status").headers


def post(url: str) -> int:
    request = urllib.request.Request(url, data=b"{}", headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def test_two_processes_share_a_limit_and_serve_on_without_redis(
    redis_server: RedisServer, service: Runtime, shipped: Settings, tmp_path: Path
) -> None:
    limits = {"posts_per_minute": 1, "rate_storage": SecretStr(redis_server.url)}
    here = create_app(replace(service, settings=service.settings.model_copy(update=limits))).test_client()
    options = {"posts_per_minute": 1, "rate_storage": redis_server.url}
    server = Server(shipped, tmp_path, "--port", "0", **options).wait(300)
    try:
        there = f"{server.url}/api/v1/ask"
        assert post(there) == 422
        assert here.post("/api/v1/ask", json={}).status_code == 429
        assert post(there) == 429
        redis_server.stop()
        assert [post(there), post(there)] == [422, 429]
        assert [here.post("/api/v1/ask", json={}).status_code for _ in range(2)] == [422, 429]
        assert server.output.count("each process counts alone") == 1
    finally:
        server.stop()
    assert PASSWORD not in server.output


def test_server_says_before_anything_else_what_is_wrong_with_the_storage(
    shipped: Settings, tmp_path: Path
) -> None:
    server = Server(shipped, tmp_path, "--port", "0", rate_storage="redis://:hush@localhost:port")
    assert server.process.wait(timeout=120) == 1
    assert server.output.strip() == "Error: LOTSE_RATE_STORAGE is no URL of a Redis"
