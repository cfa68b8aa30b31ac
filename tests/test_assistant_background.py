"""Work beside the requests: at once, again, when woken, and never ended by what goes wrong."""

from __future__ import annotations

import logging
import threading
import time

import pytest

from assistant.background import Background


def wait_for(many: list[float], number: int, seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while len(many) < number and time.monotonic() < end:
        time.sleep(0.01)
    return len(many) >= number


def test_work_is_done_at_once_and_when_woken() -> None:
    done: list[float] = []
    background = Background("test", lambda: done.append(time.monotonic()), 600)
    background.start()
    try:
        assert wait_for(done, 1)
        background.wake()
        assert wait_for(done, 2)
    finally:
        background.stop()


def test_work_is_done_again_after_the_wait_and_no_more_once_stopped() -> None:
    done: list[float] = []
    background = Background("test", lambda: done.append(0.0), 0.01)
    background.start()
    assert wait_for(done, 3)
    background.stop()
    seen = len(done)
    time.sleep(0.1)

    assert len(done) == seen
    background.start()
    assert wait_for(done, seen + 1)
    background.stop()


def test_what_goes_wrong_ends_nothing_and_is_logged_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    done: list[float] = []

    def fail() -> None:
        done.append(0.0)
        raise ValueError("what a customer wrote")

    background = Background("warnings", fail, 0.01)
    with caplog.at_level(logging.ERROR):
        background.start()
        assert wait_for(done, 2)
        background.stop()

    assert "warnings cannot be looked after: ValueError" in caplog.text
    assert "customer" not in caplog.text


def test_long_work_learns_that_it_should_end() -> None:
    begun = threading.Event()

    def work() -> None:
        begun.set()
        while not background.stopping:
            time.sleep(0.01)

    background = Background("test", work, 600)
    background.start()
    assert begun.wait(20)
    background.stop()

    assert not [thread for thread in threading.enumerate() if thread.name == "test"]
