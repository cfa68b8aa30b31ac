"""How people reach us: the help page, the contact form, the status page and the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webui.app import create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> object:
    # Loaded at first use: the process that forks the workers must stay free of ONNX Runtime.
    if name == "create_app":
        from webui.app import create_app

        return create_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
