"""How fast and how large the assistant is on this machine."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import ParamSpec

import numpy as np

from assistant import Assistant, Conversation, load_assistant
from corpus import Language
from corpus.settings import Settings
from eval.errors import ColdStartError
from eval.large import enlarged
from eval.speed_parts import measure_parts
from index import load_encoder

Given = ParamSpec("Given")

SEED = 7

QUESTIONS: tuple[tuple[Language, str], ...] = (
    ("de", "Wie kann ich meine Rechnung einsehen?"),
    ("de", "mein internet ist seit gestern so langsam"),
    ("de", "Ich ziehe im März um, kann ich meinen Vertrag mitnehmen?"),
    ("de", "Router blinkt rot"),
    ("de", "Wann wird abgebucht und kann ich den Tag ändern"),
    ("de", "Passwort vergessen, ich komme nicht mehr ins Kundenkonto"),
    ("de", "Wie lange ist die Kündigungsfrist?"),
    ("de", "Rufnummer zum neuen Anbieter mitnehmen"),
    ("de", "Ich habe gestern bestellt und noch keine Bestätigung bekommen. Was soll ich jetzt tun?"),
    ("de", "Wie spät ist es in Tokio?"),
    ("en", "Where do I find my invoice?"),
    ("en", "wifi is slow in the bedroom"),
    ("en", "I am moving next month, can I take my contract with me?"),
    ("en", "router light is red"),
    ("en", "How do I change my bank details?"),
    ("en", "forgot my password"),
    ("en", "What is the notice period for my contract?"),
    ("en", "keep my phone number"),
    ("en", "I ordered a new plan two days ago but nobody has told me when it starts. Who can help me?"),
    ("en", "What is the capital of Peru?"),
)
"""Everyday questions of different length, two of them about something else."""

# A process of its own, without this package: its imports are not part of the assistant.
_FIRST_ANSWER = """
import sys
from assistant import Conversation, load_assistant
from corpus.settings import load_settings
load_assistant(load_settings()).ask(sys.argv[1], page_language="de", conversation=Conversation.start())
print("answered", flush=True)
sys.stdin.read()
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """One quantity measured ``n`` times; ``p95`` is the 95th percentile."""

    name: str
    unit: str
    median: float
    p95: float
    n: int

    @classmethod
    def from_values(cls, name: str, unit: str, values: Sequence[float]) -> Measured:
        """Summarise at least one measurement."""
        median, p95 = np.percentile(values, [50, 95])
        return cls(name, unit, float(median), float(p95), len(values))


def measure_speed(settings: Settings, *, questions: int, starts: int, articles: int) -> list[Measured]:
    """Measure asking and its parts, loading and a cold start.

    :param settings: say where the built index lies.
    :param questions: how many questions are timed, drawn with a fixed seed from :data:`QUESTIONS`.
    :param starts: how often the index is loaded and a process is started.
    :param articles: how many articles are searched at least; the corpus' own are copied until there are.
    :return: the measurements; resident memory only where the system tells it.
    """
    asked = random.Random(SEED).choices(QUESTIONS, k=questions)  # noqa: S311
    encoder = load_encoder(
        settings.encoder, threads=settings.encoder_threads, prompts=settings.encoder_prompts
    )
    loads = [timed(load_assistant, settings) for _ in range(starts)]
    assistant = load_assistant(settings, encoder, enlarge=lambda artifact: enlarged(artifact, articles))
    for pair in QUESTIONS:
        _ask(assistant, pair)
    asks = [1000 * timed(_ask, assistant, pair) for pair in asked]
    parts = measure_parts(assistant, encoder, asked)
    begun = [cold_start(asked[0][1]) for _ in range(starts)]
    resident = [mebibytes for _, mebibytes in begun if mebibytes is not None]
    return [
        Measured.from_values(f"ask, whole, {len(assistant.index.articles)} articles", "ms", asks),
        *(Measured.from_values(f"  {name}", "ms", values) for name, values in parts.items()),
        Measured.from_values("load the index", "s", loads),
        Measured.from_values("process start to first answer", "s", [seconds for seconds, _ in begun]),
        *([Measured.from_values("resident after first answer", "MiB", resident)] if resident else []),
    ]


def timed(action: Callable[Given, object], *args: Given.args, **kwargs: Given.kwargs) -> float:
    """Call something and return the seconds it took."""
    begin = perf_counter()
    action(*args, **kwargs)
    return perf_counter() - begin


def cold_start(question: str) -> tuple[float, float | None]:
    """Start a process, let it answer one question, and end it.

    :param question: what it is asked.
    :return: seconds from start to answer, and resident MiB then (``None`` without ``/proc``).
    :raises ColdStartError: when it gives no answer.
    """
    begin = perf_counter()
    with subprocess.Popen(  # noqa: S603 (our own interpreter, no shell)
        [sys.executable, "-c", _FIRST_ANSWER, question],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None  # noqa: S101
        answered = process.stdout.readline().strip() == "answered"
        seconds, resident = perf_counter() - begin, resident_mebibytes(process.pid)
        _, errors = process.communicate()
    if not answered:
        raise ColdStartError(f"a fresh process gave no answer: {errors.strip()[-500:]}")
    return seconds, resident


def resident_mebibytes(process: int) -> float | None:
    """Return the resident memory of a process in MiB, ``None`` where ``/proc`` does not tell it."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    kibibytes = next((line.split()[1] for line in lines if line.startswith("VmRSS:")), None)
    return None if kibibytes is None else int(kibibytes) / 1024


def _ask(assistant: Assistant, question: tuple[Language, str]) -> object:
    language, text = question
    return assistant.ask(text, page_language=language, conversation=Conversation.start())
