"""Importing one name costs its module alone, and packages look as if they had imported everything."""

from __future__ import annotations

import pickle
import pkgutil
import subprocess
import sys
from types import ModuleType

import pytest

import corpus
import index

PACKAGES = pytest.mark.parametrize("package", [corpus, index])
HEAVY = ("faiss", "scipy", "sklearn", "pydantic", "yaml", "torch", "rapidfuzz")


def in_a_fresh_process(code: str, *arguments: str) -> str:
    """Run code that finds its arguments in ``sys.argv[1:]``, and return what it prints."""
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("module", ["index", "index.encoder"])
def test_encoding_a_question_loads_nothing_heavy(module: str) -> None:
    code = f"""
import sys
from {module} import OnnxEncoder
rows = OnnxEncoder.load().encode(["Wo finde ich meine Rechnung?"])
print(rows.shape[0], [name for name in sys.argv[1:] if name in sys.modules])
"""

    assert in_a_fresh_process(code, *HEAVY) == "1 []"


@PACKAGES
def test_every_public_name_resolves_in_a_fresh_process(package: ModuleType) -> None:
    code = f"from {package.__name__} import *; print(*sorted(set(dir()) - {{*dir(__builtins__)}}))"
    found = in_a_fresh_process(code).split()

    assert [name for name in found if not name.startswith("__")] == sorted(package.__all__)


@PACKAGES
def test_no_module_takes_the_place_of_a_public_name(package: ModuleType) -> None:
    code = """
import sys
from importlib import import_module
from types import ModuleType
name, *modules = sys.argv[1:]
for module in modules:
    import_module(f"{name}.{module}")
package = sys.modules[name]
print([name for name in package.__all__ if isinstance(getattr(package, name), ModuleType)])
"""
    modules = [found.name for found in pkgutil.iter_modules(package.__path__) if found.name != "__main__"]

    assert modules
    assert in_a_fresh_process(code, package.__name__, *modules) == "[]"


@PACKAGES
def test_public_names_are_listed_before_they_are_asked_for(package: ModuleType) -> None:
    listed = in_a_fresh_process(f"import {package.__name__} as package; print(*dir(package))").split()

    assert {*package.__all__, "__all__", "__file__"} <= set(listed)


@PACKAGES
def test_an_unknown_name_is_an_ordinary_error(package: ModuleType) -> None:
    name = package.__name__

    with pytest.raises(AttributeError, match=f"^module '{name}' has no attribute 'nothing'$"):
        package.nothing  # noqa: B018
    with pytest.raises(ImportError, match=f"^cannot import name 'nothing' from '{name}'"):
        exec(f"from {name} import nothing")


@PACKAGES
def test_public_classes_can_be_pickled(package: ModuleType) -> None:
    classes = [value for name in package.__all__ if isinstance(value := getattr(package, name), type)]

    assert classes
    assert all(pickle.loads(pickle.dumps(one)) is one for one in classes)


def test_the_package_runs_as_a_program() -> None:
    command = [sys.executable, "-m", "index", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert "build" in done.stdout
