"""What the widget's tag costs the page that carries it, before anybody presses the button."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from eval.host_page import host_pages
from eval.page_load import EDGE, Traffic, open_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NETWORKS: dict[str, dict[str, float] | None] = {"EDGE": EDGE, "no limit": None}
_OBSERVE = """window.longTasks = 0;
new PerformanceObserver((list) => {
    for (const task of list.getEntries()) window.longTasks += task.duration;
}).observe({type: 'longtask', buffered: true});"""
_TIMES = """() => {
    const [page] = performance.getEntriesByType('navigation');
    const [painted] = performance.getEntriesByName('first-contentful-paint');
    return [painted.startTime, page.loadEventEnd, window.longTasks];
}"""


@dataclass(frozen=True, slots=True)
class Cost:
    """One quantity of the page without the widget, of the page with it, and what the widget adds.

    All are medians of ``n`` visits; ``added`` is the median of the pairs' differences, ``low`` and ``high``
    are its quartiles.
    """

    network: str
    name: str
    unit: str
    without: float
    with_widget: float
    added: float
    low: float
    high: float
    n: int

    @classmethod
    def from_pairs(
        cls, network: str, name: str, unit: str, without: Sequence[float], with_widget: Sequence[float]
    ) -> Cost:
        """Summarise pairs of visits, at least one."""
        differences = np.subtract(with_widget, without)
        low, added, high = map(float, np.percentile(differences, [25, 50, 75]))
        before, after = float(np.median(without)), float(np.median(with_widget))
        return cls(network, name, unit, before, after, added, low, high, len(differences))


@dataclass(frozen=True, slots=True)
class Load:
    """One visit, times in ms: ``main_thread`` is all its thread worked, ``long_tasks`` what took over 50."""

    painted: float
    loaded: float
    main_thread: float
    long_tasks: float
    kibibytes: float
    requests: float


_QUANTITIES = (
    ("first contentful paint", "ms", "painted"),
    ("load event", "ms", "loaded"),
    ("main thread busy", "ms", "main_thread"),
    ("long tasks", "ms", "long_tasks"),
    ("over the wire", "KiB", "kibibytes"),
    ("requests", "", "requests"),
)


def measure_widget(
    help_address: str, *, visits: int, tick: Callable[[], object] = lambda: None
) -> list[Cost]:
    """Visit a page without and with the widget in turn, each time with an empty cache.

    :param help_address: where the help is served.
    :param visits: how many pairs of visits over each network.
    :param tick: called after each pair.
    :return: the costs over each network.
    :raises BrowserError: where Playwright or Chromium is missing.
    """
    costs = []
    with host_pages(help_address) as pages, open_browser() as browser:
        for network, limits in NETWORKS.items():
            pairs = []
            for turn in range(visits):
                # Whatever warms up or cools down meanwhile hits both alike.
                order = pages if turn % 2 == 0 else pages[::-1]
                seen = {address: load_page(browser, address, limits) for address in order}
                pairs.append([seen[address] for address in pages])
                tick()
            for name, unit, field in _QUANTITIES:
                without, with_widget = ([getattr(pair[place], field) for pair in pairs] for place in (0, 1))
                costs.append(Cost.from_pairs(network, name, unit, without, with_widget))
    return costs


def load_page(browser: Browser, address: str, limits: dict[str, float] | None) -> Load:
    """Open a page and wait until nothing more comes.

    :param browser: a running browser.
    :param address: of the page.
    :param limits: of the network, ``None`` for none.
    :return: what it took.
    """
    context = browser.new_context(locale="de-DE", viewport={"width": 360, "height": 740})
    context.add_init_script(_OBSERVE)
    page = context.new_page()
    traffic = Traffic(page)
    traffic.session.send("Performance.enable", {"timeDomain": "timeTicks"})
    if limits is not None:
        traffic.session.send("Network.emulateNetworkConditions", limits)
    page.goto(address)
    shown = traffic.taken(page)
    metrics = {
        each["name"]: each["value"] for each in traffic.session.send("Performance.getMetrics")["metrics"]
    }
    painted, loaded, long_tasks = page.evaluate(_TIMES)
    context.close()
    return Load(
        painted, loaded, 1000 * metrics["TaskDuration"], long_tasks, shown.kibibytes, float(shown.requests)
    )
