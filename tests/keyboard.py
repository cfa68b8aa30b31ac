"""A hand that uses nothing but the keyboard, and sees where it is."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from access_checks import STOPS
from playwright.sync_api import Page

MOST_STEPS = 80
# What has the focus shows it by an outline or a shadow, its own or of the field around it; nothing hides it.
LOST = """() => {
    const focused = document.activeElement;
    if (!focused || focused === document.body) return "nothing has the focus";
    if (focused.matches("[tabindex='-1']")) return "";
    const marked = each => {
        const style = getComputedStyle(each);
        const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
        return outlined || style.boxShadow !== "none";
    };
    if (!marked(focused) && !(focused.matches(".ask textarea") && marked(focused.parentElement)))
        return `no mark shows the focus on ${focused.outerHTML.slice(0, 200)}`;
    const {left, top, width, height} = focused.getClientRects()[0];
    const x = left + width / 2, y = top + Math.min(height, 30) / 2;
    if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) return `out of sight: ${focused.outerHTML}`;
    const hit = document.elementFromPoint(x, y);
    return focused.contains(hit) || hit?.contains(focused) ? "" : `hidden by ${hit?.outerHTML.slice(0, 200)}`;
}"""
COUNT = """stops => [...document.querySelectorAll(stops)].filter(each => each.tabIndex >= 0 && !each.disabled)
    .filter(each => each.checkVisibility({visibilityProperty: true})).length"""
TO_THE_TOP = """() => {
    document.activeElement.blur();
    scrollTo(0, 0);
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
}"""
# Where it stands in the document, and how far down the page.
PLACE = """() => [
    [...document.querySelectorAll("*")].indexOf(document.activeElement),
    document.activeElement.closest("main") ? scrollY + document.activeElement.getBoundingClientRect().top : -1
]"""


@dataclass(frozen=True, slots=True)
class Keyboard:
    """Presses keys on a page; each time the focus must be seen."""

    page: Page

    def press(self, key: str) -> None:
        """Press a key."""
        self.page.keyboard.press(key)

    def tab(self, key: str = "Tab") -> None:
        """Go to the next stop and hold it against what every stop keeps to."""
        self.press(key)
        lost = self.page.evaluate(LOST)
        assert not lost, lost

    def go_to(self, selector: str, key: str = "Tab") -> None:
        """Go from stop to stop until one fits; ``Shift+Tab`` goes back."""
        for _ in range(MOST_STEPS):
            self.tab(key)
            if self.is_at(selector):
                return
        raise AssertionError(f"{selector} cannot be reached by {key}")

    def is_at(self, selector: str) -> bool:
        """Say whether what has the focus fits."""
        fits: bool = self.page.evaluate("selector => document.activeElement.matches(selector)", selector)
        return fits

    def use(self, selector: str, key: str = "Enter") -> None:
        """Go to something and press it."""
        self.go_to(selector)
        self.press(key)

    def walk_through(self) -> None:
        """Go through a page from its top: every stop once, in the order of the page, with a way out."""
        self.page.evaluate(TO_THE_TOP)
        stops = self.page.evaluate(COUNT, STOPS)
        places, depths = [], []
        for _ in range(stops):
            self.tab()
            place, depth = self.page.evaluate(PLACE)
            places.append(place)
            depths.append(depth)
        inside = [depth for depth in depths if depth >= 0]
        assert places == sorted(set(places)), "a stop comes twice, or out of the document's order"
        assert all(later >= earlier - 20 for earlier, later in pairwise(inside)), inside
        self.press("Tab")
        assert self.page.evaluate("document.activeElement === document.body"), "the last stop is a trap"
