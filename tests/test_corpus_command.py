"""``lotse`` loads only the command that is run, and every failure is one clear message."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import corpus
from corpus import CorpusError, LotseError, Problem, Severity
from corpus.command import FriendlyGroup

ROOT = Path(corpus.__file__).parent.parent

GREET = '''
import click, sys

@click.command()
@click.option("--name", default="you")
def greet(name):
    """Say hello."""
    click.echo(f"hello {name}; other loaded: {'other_layer' in sys.modules}")
'''
OTHER = '''
import click
from corpus import LotseError

@click.command()
def other():
    """Fail politely."""
    raise LotseError("the index is older than the corpus; run: lotse build")

text = "not a command"
'''
POINTS = """\
[kundenlotse.commands]
other = other_layer:other
greet = greet_layer:greet
missing = no_such_layer:command
gone = greet_layer:gone
broken = broken_layer:command
text = other_layer:text
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of installed packages with commands of several layers, some of them broken."""
    info = tmp_path / "kundenlotse-9.8.7.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: kundenlotse\nVersion: 9.8.7\n", encoding="utf-8"
    )
    (info / "entry_points.txt").write_text(POINTS, encoding="utf-8")
    (tmp_path / "greet_layer.py").write_text(GREET, encoding="utf-8")
    (tmp_path / "other_layer.py").write_text(OTHER, encoding="utf-8")
    (tmp_path / "broken_layer.py").write_text("raise RuntimeError('no\\nway')\n", encoding="utf-8")
    return tmp_path


def lotse(site: Path, *words: str) -> tuple[int, str, str]:
    run = subprocess.run(
        [sys.executable, "-c", "from corpus.command import main; main(prog_name='lotse')", *words],
        env={**os.environ, "PYTHONPATH": f"{site}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    return run.returncode, run.stdout, run.stderr


def test_a_command_is_run_without_loading_the_others(site: Path) -> None:
    assert lotse(site, "greet", "--name", "Eva") == (0, "hello Eva; other loaded: False\n", "")


def test_help_lists_all_commands_even_broken_ones(site: Path) -> None:
    code, out, err = lotse(site, "--help")
    assert (code, err) == (0, "")
    lines = {
        line.split()[0]: line.strip() for line in out.partition("Commands:")[2].splitlines() if line.strip()
    }
    assert sorted(lines) == ["broken", "gone", "greet", "missing", "other", "text"]
    assert lines["greet"] == "greet    Say hello."
    assert "cannot be loaded" in lines["broken"]


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("missing", "ModuleNotFoundError: No module named 'no_such_layer'"),
        ("gone", "AttributeError: module 'greet_layer' has no attribute 'gone'"),
        ("broken", "RuntimeError: no way"),
        ("text", "other_layer:text is not a command"),
    ],
)
def test_a_command_that_cannot_be_loaded_says_so_in_one_line(site: Path, command: str, reason: str) -> None:
    code, out, err = lotse(site, command, "word", "--option")
    assert (code, out) == (1, "")
    assert err == f"Error: The command {command!r} cannot be loaded ({reason}).\n"


def test_an_error_of_any_layer_is_printed_without_traceback(site: Path) -> None:
    assert lotse(site, "other") == (1, "", "Error: the index is older than the corpus; run: lotse build\n")


def test_an_unknown_command_is_a_usage_error(site: Path) -> None:
    code, out, err = lotse(site, "gret")
    assert (code, out) == (2, "")
    assert err.endswith("Error: There is no command 'gret'. Did you mean 'greet'?\n")


def test_the_version_is_the_installed_one(site: Path) -> None:
    assert lotse(site, "--version") == (0, "lotse 9.8.7\n", "")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (LotseError("say what to do"), "Error: say what to do\n"),
        (
            CorpusError([Problem(Path("a.yaml"), 2, 3, Severity.ERROR, "bad-value", "wrong", "Correct it.")]),
            "Error: the corpus has 1 error(s):\na.yaml:2:3: error [bad-value] wrong\n    Correct it.\n",
        ),
    ],
)
def test_errors_for_people_end_a_group_with_their_text(error: LotseError, text: str) -> None:
    group = FriendlyGroup("group")

    @group.command()
    def fail() -> None:
        raise error

    result = CliRunner().invoke(group, ["fail"])
    assert (result.exit_code, result.output) == (1, text)


def test_other_errors_are_not_hidden() -> None:
    group = FriendlyGroup("group")

    @group.command()
    def fail() -> None:
        raise ZeroDivisionError

    assert isinstance(CliRunner().invoke(group, ["fail"]).exception, ZeroDivisionError)


def test_a_usage_error_keeps_its_exit_code() -> None:
    group = FriendlyGroup("group")

    @group.command()
    def fail() -> None:
        raise click.UsageError("give a word")

    result = CliRunner().invoke(group, ["fail"])
    assert result.exit_code == 2
    assert "give a word" in result.output
