"""How fast and how large the encoder is by itself, without an index."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from corpus.settings import Settings
from eval.errors import ColdStartError
from eval.speed import QUESTIONS, SEED, Measured, resident_mebibytes, timed
from index import Encoder, load_encoder

THREADS = (1, 2)
BATCHES = 10

# A process of its own, without this package: it imports what the encoder needs and nothing else.
_FIRST_VECTOR = """
from time import perf_counter
begin = perf_counter()
import json, sys
from index.encoder import load_encoder
name, prompts, text = sys.argv[1:]
encoder = load_encoder(name or None, prompts=json.loads(prompts))
encoder.encode([text])
print(perf_counter() - begin, flush=True)
for text in json.loads(sys.stdin.readline()):
    encoder.encode([text])
print("encoded", flush=True)
sys.stdin.read()
"""


@dataclass(frozen=True, slots=True)
class ColdEncoder:
    """A fresh process: seconds to its first vector, resident MiB then and after all texts.

    Without ``/proc`` the memory is ``None``.
    """

    since_start: float
    since_import: float
    resident_first: float | None
    resident_last: float | None


def measure_encoder_speed(settings: Settings, *, questions: int, batch: int, starts: int) -> list[Measured]:
    """Measure single questions and batches on one and on two threads, and a cold start on one.

    :param settings: name the encoder and its prompts.
    :param questions: how many are encoded one by one, drawn with a fixed seed from
        :data:`eval.speed.QUESTIONS`.
    :param batch: how many are encoded at once.
    :param starts: how often a process is started.
    :return: the measurements; resident memory only where the system tells it.
    """
    rng = random.Random(SEED)  # noqa: S311
    texts = [text for _, text in rng.choices(QUESTIONS, k=questions)]
    together = [text for _, text in rng.choices(QUESTIONS, k=batch)]
    measured = []
    for threads in THREADS:
        encoder = load_encoder(settings.encoder, threads=threads, prompts=settings.encoder_prompts)
        measured += _warm(encoder, texts, together, threads)
    return [*measured, *summarise([cold_encoder(settings, texts) for _ in range(starts)], questions)]


def rate(name: str, count: int, seconds: Sequence[float]) -> Measured:
    """Return how many texts a second were encoded; at the 95th percentile it took the longest.

    :param name: what was measured.
    :param count: texts encoded each time.
    :param seconds: what each time took.
    :return: texts a second at the median and at the 95th percentile of the seconds.
    """
    took = Measured.from_values(name, "s", seconds)
    return Measured(name, "texts/s", count / took.median, count / took.p95, took.n)


def summarise(colds: Sequence[ColdEncoder], questions: int) -> list[Measured]:
    """Summarise fresh processes, each of which encoded ``questions`` texts; unknown memory is left out."""
    columns: dict[tuple[str, str], list[float | None]] = {
        ("process start to first vector", "s"): [cold.since_start for cold in colds],
        ("import to first vector", "s"): [cold.since_import for cold in colds],
        ("resident after first vector", "MiB"): [cold.resident_first for cold in colds],
        (f"resident after {questions} questions", "MiB"): [cold.resident_last for cold in colds],
    }
    known = {key: [value for value in column if value is not None] for key, column in columns.items()}
    return [Measured.from_values(name, unit, values) for (name, unit), values in known.items() if values]


def cold_encoder(settings: Settings, texts: Sequence[str]) -> ColdEncoder:
    """Start a process, let it encode one text, then all of them, one by one, and end it.

    :param settings: name the encoder and its prompts.
    :param texts: at least one.
    :return: what it took.
    :raises ColdStartError: when it gives no vector.
    """
    given = [settings.encoder or "", json.dumps(settings.encoder_prompts), texts[0]]
    begin = perf_counter()
    with subprocess.Popen(  # noqa: S603 (our own interpreter, no shell)
        [sys.executable, "-c", _FIRST_VECTOR, *given],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None and process.stdout is not None  # noqa: S101
        since_import = process.stdout.readline().strip()
        since_start, first = perf_counter() - begin, resident_mebibytes(process.pid)
        if since_import:
            process.stdin.write(f"{json.dumps(texts)}\n")
            process.stdin.flush()
        finished = process.stdout.readline().strip() == "encoded"
        last = resident_mebibytes(process.pid)
        _, errors = process.communicate()
    if not finished:
        raise ColdStartError(f"a fresh process gave no vector: {errors.strip()[-500:]}")
    return ColdEncoder(since_start, float(since_import), first, last)


def _warm(encoder: Encoder, texts: Sequence[str], together: Sequence[str], threads: int) -> list[Measured]:
    encoder.encode(texts[:1])
    encoder.encode(together)
    with_threads = f"{threads} thread{'s' if threads > 1 else ''}"
    single = [1000 * timed(encoder.encode, [text]) for text in texts]
    batches = [timed(encoder.encode, together) for _ in range(BATCHES)]
    return [
        Measured.from_values(f"encode one question, {with_threads}", "ms", single),
        rate(f"encode {len(together)} at once, {with_threads}", len(together), batches),
    ]
