"""``python -m eval``: measure the assistant on questions, on tasks, and against the clock."""

from __future__ import annotations

from eval.commands import evaluate

if __name__ == "__main__":
    evaluate(prog_name="python -m eval")
