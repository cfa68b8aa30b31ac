"""Packages that import a public name's module when the name is first asked for (PEP 562).

``from index import OnnxEncoder`` must not cost FAISS, SciPy and pydantic: importing those takes longer than
loading the model. A package writes each name once, in plain import statements that type checkers follow and
that do not run, and this module reads from them where a name lives.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path


def lazily(package: str, file: str) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Make the ``__getattr__`` and ``__dir__`` of a package.

    A name that is also the name of a module must be imported at once: importing that module by itself would
    put the module in the name's place.

    :param package: its ``__name__``; the import statements of its ``__init__`` are absolute.
    :param file: its ``__file__``, a source file.
    :return: the two functions.
    """
    module = sys.modules[package]
    source = ast.parse(Path(file).read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(source) if isinstance(node, ast.ImportFrom)]
    homes = {alias.name: node.module for node in imports for alias in node.names}

    def find(name: str) -> object:
        home = homes.get(name) if name in module.__all__ else None
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}", name=name, obj=module)
        value = getattr(import_module(home), name)
        setattr(module, name, value)
        return value

    return find, lambda: sorted({*vars(module), *module.__all__})
