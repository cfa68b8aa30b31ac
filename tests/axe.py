"""Runs axe-core on a page and tells what it found."""

from __future__ import annotations

from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_EVERYTHING = {"runOnly": {"type": "tag", "values": TAGS}}
_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
_RUN = "options => axe.run(document, {...options, resultTypes: ['violations'], preload: false})"
_SCRIPT = Axe().axe_script


def violations(page: Page) -> list[str]:
    """Return what axe-core finds wrong with a page, in its light and its dark colours, one line each.

    Dark differs from light in colours alone, so that only the rules about colours run again.
    """
    page.evaluate(f"window.axe || (() => {{ {_SCRIPT} }})()")
    found = []
    schemes: tuple[tuple[Literal["light", "dark"], dict[str, Any]], ...] = (
        ("light", _EVERYTHING),
        ("dark", _COLOURS),
    )
    for scheme, options in schemes:
        # A transition from one scheme to the other would be measured half-way.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        result = page.evaluate(_RUN, options)
        found += [_line(scheme, rule, node) for rule in result["violations"] for node in rule["nodes"]]
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    return found


def _line(scheme: str, rule: dict[str, Any], node: dict[str, Any]) -> str:
    why = " ".join(node["failureSummary"].split())
    return (
        f"{rule['id']} ({rule['impact']}, {scheme}) at {node['target'][-1]}: {why}\n    {node['html'][:300]}"
    )
