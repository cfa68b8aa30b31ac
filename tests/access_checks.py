"""What every page keeps to besides axe-core: sizes, zoom, spacing, reflow."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page

STOPS = "a[href], button, summary, select, textarea, input:not([type=hidden])"
# More than WCAG 2.5.8: 44 px, but for links inside a sentence and for check boxes, whose label is as tall.
SMALL = """stops => [...document.querySelectorAll(stops)]
    .filter(each => each.checkVisibility({visibilityProperty: true}) && !each.closest(".unseen, .skip"))
    .map(each => each.type === "checkbox" ? each.closest("label") : each)
    .filter(each => {
        if (each.matches("a") && [...each.parentNode.childNodes].some(
            other => other.nodeType === Node.TEXT_NODE && other.data.trim().length > 12)) return false;
        const {width, height} = each.getBoundingClientRect();
        return width < 43.5 || height < 43.5;
    })
    .map(each => { const {width, height} = each.getBoundingClientRect();
        return `${Math.round(width)}x${Math.round(height)} ${each.outerHTML.slice(0, 160)}`; })"""
# WCAG 1.4.12: with these spacings nothing may be lost.
SPACING = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
        * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
        p { margin-bottom: 2em !important; }`);
    document.adoptedStyleSheets = [sheet];
}"""
TEXT_ZOOM = "() => { document.documentElement.style.fontSize = '212.5%'; }"
PLAIN = "() => { document.adoptedStyleSheets = []; document.documentElement.style.fontSize = ''; }"
WIDE = """() => {
    const root = document.documentElement, wide = root.scrollWidth - root.clientWidth;
    if (wide <= 0) return "";
    const cause = [...document.querySelectorAll("main *, header *, footer *")]
        .find(each => each.getBoundingClientRect().right > root.clientWidth + 1);
    return `${wide} px too wide: ${cause?.outerHTML.slice(0, 160)}`;
}"""
CLIPPED = """() => [...document.querySelectorAll("body *")]
    .filter(each => each.checkVisibility() && !each.closest(".unseen, .words, svg"))
    .filter(each => ["hidden", "clip"].includes(getComputedStyle(each).overflowY))
    .filter(each => each.scrollHeight > each.clientHeight + 1)
    .map(each => each.outerHTML.slice(0, 160))"""


def failures(page: Page) -> Iterator[str]:
    """Yield what is wrong with a page of 360 px; it is left as it was found."""
    height = page.viewport_size["height"] if page.viewport_size else 740
    for small in page.evaluate(SMALL, STOPS):
        yield f"too small to touch: {small}"
    for width in (320, 1280, 360):
        page.set_viewport_size({"width": width, "height": height})
        if wide := page.evaluate(WIDE):
            yield f"at {width} px: {wide}"
    for name, script in (("text spacing", SPACING), ("text at 200 %", TEXT_ZOOM)):
        page.evaluate(script)
        if wide := page.evaluate(WIDE):
            yield f"{name}: {wide}"
        for clipped in page.evaluate(CLIPPED):
            yield f"{name} cuts off: {clipped}"
        page.evaluate(PLAIN)
