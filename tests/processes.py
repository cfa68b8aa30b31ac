"""Real processes for tests of what several of them do at once, or when one is killed."""

from __future__ import annotations

import os
import subprocess
import sys

_AT_ONCE = """
import os, sys
children = []
for _ in range({count}):
    child = os.fork()
    if child == 0:
        try:
            work(*sys.argv[1:])
            sys.stdout.flush()
            os._exit(0)
        except BaseException:
            import traceback
            traceback.print_exc()
            os._exit(1)
    children.append(child)
sys.exit(any(os.waitpid(child, 0)[1] for child in children))
"""


def start(code: str, *arguments: str) -> subprocess.Popen[str]:
    """Run Python code in a process of its own."""
    path = os.pathsep.join(path for path in sys.path if path)
    # Buffered, so that lines of several processes do not run into each other.
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": ""}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run_at_once(code: str, *arguments: str, count: int = 4) -> str:
    """Run the function ``work`` of some code in several processes at once; return all they print."""
    process = start(code + _AT_ONCE.format(count=count), *arguments)
    output, _ = process.communicate(timeout=180)
    assert process.returncode == 0, output
    return output
