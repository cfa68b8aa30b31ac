"""The widget on a foreign page in a real browser: another host, another port, policies of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from browser import SMALL, TARGETS
from host_site import HostSite
from playwright.sync_api import Browser, Frame, FrameLocator, Locator, Page, Route, expect
from web_server import Server

from assistant import Decision
from corpus.settings import Settings

pytest_plugins = ["web_client", "web_browser"]

READY, FAILED = "dialog[data-state=ready]", "dialog[data-state=failed]"
FALLBACK = "Die Hilfe lässt sich hier gerade nicht öffnen."
QUESTION = "#question"
FOCUSED = """() => {
    let at = document.activeElement;
    while (at.shadowRoot) at = at.shadowRoot.activeElement;
    return at.className || at.localName;
}"""


@dataclass(frozen=True)
class Sites:
    """A company's site, and the help that it may frame."""

    host: HostSite
    help: Server

    @property
    def tag(self) -> str:
        """The one line that the site adds."""
        return self.tag_with()

    def tag_with(self, options: str = "") -> str:
        """Return the line with options."""
        return (
            f'<script src="{self.help.url}/widget.js" async referrerpolicy="no-referrer" {options}></script>'
        )

    @property
    def policy(self) -> str:
        """The strictest policy under which the widget works."""
        ours = f"default-src 'none'; img-src 'self'; script-src {self.help.url}; frame-src {self.help.url}"
        return f"{ours}; require-trusted-types-for 'script'; trusted-types 'none'"


@pytest.fixture(scope="module")
def sites(shipped: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    """Both servers, under different hosts."""
    host = HostSite()
    folder = tmp_path_factory.mktemp("widget")
    running = Server(shipped, folder, "--port", "0", widget_origins=host.origin).wait()
    yield Sites(host, running)
    running.stop()
    host.close()


@dataclass
class Visit:
    """A visitor of the company's site, and all that the browser did and said."""

    page: Page
    requests: list[str]
    complaints: list[str]

    @property
    def button(self) -> Locator:
        """The widget's button."""
        return self.page.locator("kundenlotse-help .open")

    @property
    def inside(self) -> FrameLocator:
        """The help in the frame."""
        return self.page.frame_locator("kundenlotse-help iframe")

    @property
    def frame(self) -> Frame:
        """The same as a document of its own."""
        return self.page.frames[1]

    def open(self) -> None:
        """Press the button and wait for the help."""
        self.button.click()
        self.page.wait_for_selector(READY)


@contextmanager
def visiting(browser: Browser, address: str, *, width: int = 1280, locale: str = "de-DE") -> Iterator[Visit]:
    """Open a page; an error that is not the page's own policy at work fails the test at the end."""
    context = browser.new_context(viewport={"width": width, "height": 740}, locale=locale)
    page = context.new_page()
    visit = Visit(page, [], [])
    page.on("request", lambda request: visit.requests.append(request.url))
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    page.on("console", lambda said: visit.complaints.append(said.text) if said.type == "error" else None)
    page.goto(address)
    yield visit
    context.close()
    assert visit.complaints == []


def focused(page: Page) -> str:
    return str(page.evaluate(FOCUSED))


def assert_accessible(frame: Frame) -> None:
    """Axe finds nothing in a document."""
    frame.evaluate(AXE_SCRIPT)
    found = frame.evaluate("axe.run(document, {iframes: false})")
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []


def test_from_the_button_to_a_case_and_back(
    browser: Browser, sites: Sites, examples: dict[Decision, str]
) -> None:
    address = sites.host.put("/", sites.tag, policy=sites.policy)
    with visiting(browser, address) as visit:
        page = visit.page
        expect(visit.button).to_have_attribute("aria-expanded", "false")
        page.wait_for_load_state("networkidle")
        assert [each for each in visit.requests if each.startswith(sites.help.url)] == [
            f"{sites.help.url}/widget.js"
        ]

        visit.open()
        expect(visit.button).to_have_attribute("aria-expanded", "true")
        expect(page.get_by_role("dialog", name="Hilfe")).to_be_visible()
        assert focused(page) == "iframe"
        visit.inside.locator(QUESTION).fill(examples[Decision.ANSWER])
        visit.inside.get_by_role("button", name="Fragen").click()
        expect(visit.inside.locator("#reply-title")).to_be_visible()

        visit.inside.get_by_role("button", name="Mit einem Menschen sprechen").click()
        expect(visit.inside.locator("#message")).to_have_value(examples[Decision.ANSWER])
        visit.inside.locator("#files").set_input_files(
            {"name": "notiz.txt", "mimeType": "text/plain", "buffer": b"Hallo"}
        )
        visit.inside.locator("#email").fill("erika@example.org")
        visit.inside.get_by_role("button", name="Nachricht senden").click()
        expect(visit.inside.get_by_role("heading", level=1)).to_have_text("Danke, Ihre Nachricht ist da.")
        expect(visit.inside.get_by_text("notiz.txt")).to_be_visible()
        visit.inside.get_by_role("button", name="Anfrage ansehen").click()
        expect(visit.inside.get_by_role("heading", level=1)).to_contain_text("Anfrage K-")
        visit.inside.get_by_role("button", name="English").click()
        expect(visit.inside.get_by_role("heading", level=1)).to_contain_text("Request K-")
        page.wait_for_timeout(3500)  # longer than a silent page is waited for
        expect(page.locator(READY)).to_be_visible()

        visit.inside.get_by_role("button", name="Close help").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(visit.button).to_have_attribute("aria-expanded", "false")
        assert "open" in focused(page)
        visit.open()
        expect(visit.inside.get_by_role("heading", level=1)).to_contain_text("Request K-")


def test_a_case_can_be_deleted_in_a_tab_of_its_own(browser: Browser, sites: Sites) -> None:
    address = sites.host.put("/", sites.tag, policy=sites.policy)
    with visiting(browser, address) as visit:
        visit.open()
        visit.inside.get_by_role("button", name="Mit einem Menschen sprechen").click()
        visit.inside.locator("#message").fill("Bitte rufen Sie mich zurück.")
        visit.inside.locator("#phone").fill("0151 23456789")
        visit.inside.get_by_role("button", name="Nachricht senden").click()
        visit.inside.get_by_role("button", name="Anfrage ansehen").click()
        with visit.page.expect_popup() as opened:
            visit.inside.get_by_role("button", name="Anfrage löschen").click()
        tab = opened.value
        tab.get_by_role("button", name="Ja, alles löschen").click()
        expect(tab.get_by_role("heading", level=1)).to_contain_text("gelöscht")
        expect(tab.locator(".close")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 1280])
def test_keyboard_alone_opens_reads_and_closes(browser: Browser, sites: Sites, width: int) -> None:
    address = sites.host.put("/", sites.tag, policy=sites.policy)
    with visiting(browser, address, width=width) as visit:
        page = visit.page
        page.wait_for_selector("kundenlotse-help .open")
        page.keyboard.press("Tab")
        assert "open" in focused(page)
        page.keyboard.press("Enter")
        page.wait_for_selector(READY)
        assert focused(page) == "iframe"
        assert page.locator("dialog:modal").count() == (width == 320)
        page.keyboard.press("Tab")
        assert visit.frame.evaluate("document.activeElement.className") == "skip"
        for _ in range(3):
            page.keyboard.press("Tab")
        assert "close" in visit.frame.evaluate("document.activeElement.className")
        page.keyboard.press("Enter")
        expect(page.locator("dialog")).to_be_hidden()
        page.wait_for_function("!document.activeElement.matches('iframe')")
        assert "open" in focused(page)

        page.keyboard.press("Space")
        expect(page.locator("dialog")).to_be_visible()
        visit.inside.locator(QUESTION).focus()
        page.keyboard.press("Escape")
        expect(page.locator("dialog")).to_be_hidden()
        assert "open" in focused(page)


@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_host_page_and_frame_are_accessible_and_fit(
    browser: Browser, sites: Sites, width: int, scheme: str, examples: dict[Decision, str]
) -> None:
    address = sites.host.put("/", sites.tag, policy=sites.policy)
    with visiting(browser, address, width=width) as visit:
        visit.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert_accessible(visit.page.main_frame)
        visit.open()
        for step in ("ask", "answer", "contact"):
            if step == "answer":
                visit.inside.locator(QUESTION).fill(examples[Decision.ANSWER])
                visit.inside.get_by_role("button", name="Fragen").click()
                visit.inside.locator("#reply-title").wait_for()
            if step == "contact":
                visit.inside.get_by_role("button", name="Mit einem Menschen sprechen").click()
                visit.inside.locator("#email").wait_for()
            visit.page.wait_for_function("document.readyState == 'complete'")
            assert_accessible(visit.page.main_frame)
            assert_accessible(visit.frame)
            root = "document.documentElement"
            for document in (visit.page.main_frame, visit.frame):
                assert document.evaluate(f"{root}.scrollWidth - {root}.clientWidth") == 0
            assert visit.frame.evaluate(SMALL, ", ".join(TARGETS)) == []
        box = visit.page.locator("dialog").bounding_box()
        assert box is not None
        whole = {"x": 0, "y": 0, "width": width, "height": 740}
        assert (box == whole) is (width < 640)
        assert box["x"] + box["width"] <= width
        assert box["y"] >= 0


def test_turning_the_phone_keeps_the_conversation(browser: Browser, sites: Sites) -> None:
    address = sites.host.put("/", sites.tag, policy=sites.policy)
    with visiting(browser, address, width=360) as visit:
        visit.open()
        visit.inside.locator(QUESTION).fill("Noch nicht gefragt")
        visit.page.set_viewport_size({"width": 900, "height": 740})
        expect(visit.page.locator("dialog:modal")).to_have_count(0)
        expect(visit.page.locator("dialog")).to_be_visible()
        expect(visit.inside.locator(QUESTION)).to_have_value("Noch nicht gefragt")
        expect(visit.button).to_have_attribute("aria-expanded", "true")


def test_options_of_the_tag(browser: Browser, sites: Sites) -> None:
    tag = sites.tag_with(
        'data-topic="invoices" data-language="en-GB" data-label="Ask us" data-position="left"'
    )
    with visiting(browser, sites.host.put("/", tag, policy=sites.policy)) as visit:
        button = visit.page.get_by_role("button", name="Ask us")
        box = button.bounding_box()
        assert box is not None
        assert box["x"] < 100
        visit.open()
        assert visit.frame.url == f"{sites.help.url}/topics/invoices?embed=1&lang=en"
        expect(visit.page.get_by_role("dialog", name="Ask us")).to_be_visible()
        assert visit.page.evaluate("document.querySelector('kundenlotse-help').lang") == "en"
        expect(visit.inside.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.parametrize(
    ("locale", "lang", "wanted"),
    [("en-GB", "fr", "Help"), ("fr-FR", "", "Hilfe"), ("en-GB", "de-AT", "Hilfe")],
)
def test_language_is_that_of_the_page_then_of_the_browser(
    browser: Browser, sites: Sites, locale: str, lang: str, wanted: str
) -> None:
    address = sites.host.put("/", sites.tag, policy=sites.policy)
    html, policy = sites.host.pages["/"]
    sites.host.pages["/"] = (html.replace('lang="de"', f'lang="{lang}"'), policy)
    with visiting(browser, address, locale=locale) as visit:
        expect(visit.button).to_have_text(wanted)
        visit.open()
        expect(visit.inside.locator("html")).to_have_attribute("lang", "en" if wanted == "Help" else "de")


def test_own_buttons_open_it_and_get_the_focus_back(browser: Browser, sites: Sites) -> None:
    body = '<p><button id="mine">Frage?</button> <a href="/elsewhere" data-kundenlotse-open>Hilfe</a></p>'
    address = sites.host.put("/", sites.tag_with('data-opener="#mine"'), policy=sites.policy, body=body)
    with visiting(browser, address) as visit:
        page = visit.page
        page.wait_for_selector("kundenlotse-help", state="attached")
        expect(visit.button).to_have_count(0)
        for name, role in (("Frage?", "button"), ("Hilfe", "link")):
            own = page.get_by_role(role, name=name)
            own.click()
            page.wait_for_selector(READY)
            expect(own).to_have_attribute("aria-expanded", "true")
            assert_accessible(page.main_frame)
            visit.inside.get_by_role("button", name="Hilfe schließen").click()
            expect(page.locator("dialog")).to_be_hidden()
            expect(own).to_be_focused()
            expect(own).to_have_attribute("aria-expanded", "false")
        assert page.url == address
        elsewhere = sites.host.put("/elsewhere", "")
        with page.context.expect_page() as tab:
            page.get_by_role("link", name="Hilfe").click(modifiers=["Control"])
        tab.value.wait_for_url(elsewhere)


def test_styles_leak_neither_in_nor_out(browser: Browser, sites: Sites) -> None:
    wild = (
        "<style>:not(html, body) { color: red !important; font: 40px serif; transform: scale(2); "
        "margin: 9em; direction: rtl } "
        "button, kundenlotse-help { opacity: 0; display: none !important }</style>"
    )
    body = '<p class="open">x</p>'
    names = ["color", "font", "opacity", "width", "height", "right"]
    look = f"place => {names}.map(name => getComputedStyle(place)[name])"
    looks = []
    for styles in ("", wild):
        with visiting(browser, sites.host.put("/", sites.tag + styles, body=body)) as visit:
            expect(visit.button).to_be_in_viewport(ratio=1)
            looks.append(visit.button.evaluate(look))
            assert visit.page.evaluate("document.adoptedStyleSheets.length") == 0
            assert visit.page.evaluate("document.querySelectorAll('link, [style]').length") == 0
            place = visit.page.locator("p.open").evaluate("place => getComputedStyle(place).position")
            assert place == "static"
    assert looks[0] == looks[1]


def test_it_defines_no_global_and_two_tags_make_one_button(browser: Browser, sites: Sites) -> None:
    names = "Object.getOwnPropertyNames(window).sort()"
    with visiting(browser, sites.host.put("/", "")) as visit:
        before = visit.page.evaluate(names)
    with visiting(browser, sites.host.put("/", sites.tag + sites.tag)) as visit:
        visit.page.wait_for_selector("kundenlotse-help .open")
        visit.page.wait_for_load_state("networkidle")
        assert visit.page.evaluate(names) == before
        expect(visit.page.locator("kundenlotse-help")).to_have_count(1)


def test_the_host_learns_nothing_and_we_learn_no_address(browser: Browser, sites: Sites) -> None:
    address = sites.host.put("/kunde-4711", sites.tag, policy=sites.policy)
    with visiting(browser, address) as visit:
        sent: list[dict[str, str]] = []
        visit.page.on("request", lambda request: sent.append(request.all_headers()))
        visit.page.reload()
        visit.open()
        ours = [headers for headers in sent if sites.help.url.endswith(headers.get("host", "?"))]
        assert len(ours) >= 2
        assert not [headers for headers in ours if "referer" in headers or "cookie" in headers]
        assert visit.page.evaluate("document.cookie") == ""


@pytest.mark.parametrize("policy", ["default-src 'self'", "script-src 'none'; frame-src *"])
def test_a_blocked_script_leaves_the_page_alone(browser: Browser, sites: Sites, policy: str) -> None:
    with visiting(browser, sites.host.put("/", sites.tag, policy=policy)) as visit:
        visit.page.wait_for_load_state("networkidle")
        expect(visit.page.get_by_role("heading", name="Laden")).to_be_visible()
        expect(visit.page.locator("kundenlotse-help")).to_have_count(0)
        assert all("violates the following Content Security Policy" in each for each in visit.complaints)
        visit.complaints.clear()


def assert_falls_back(visit: Visit, sites: Sites, refusal: str) -> None:
    """The panel says in words that it cannot be opened, and offers a tab; nothing of ours complains."""
    page = visit.page
    visit.button.click()
    expect(page.get_by_role("dialog", name="Hilfe").get_by_role("status")).to_have_text(
        "Die Hilfe wird geladen …"
    )
    page.wait_for_selector(FAILED)
    expect(page.get_by_role("status")).to_have_text(FALLBACK)
    link = page.get_by_role("link", name="Hilfe in einem neuen Tab öffnen")
    expect(link).to_be_focused()
    expect(page.locator("kundenlotse-help iframe")).to_be_hidden()
    assert_accessible(page.main_frame)
    with page.context.expect_page() as tab:
        link.click()
    assert tab.value.url == f"{sites.help.url}/?lang=de"
    expect(tab.value.locator(QUESTION)).to_be_visible()
    assert tab.value.evaluate("window.opener") is None
    tab.value.close()
    page.get_by_role("button", name="Hilfe schließen").click()
    expect(page.locator("dialog")).to_be_hidden()
    assert "open" in focused(page)
    assert [each for each in visit.complaints if refusal not in each] == []
    visit.complaints.clear()


def test_a_page_that_forbids_our_frame_gets_a_link(browser: Browser, sites: Sites) -> None:
    policy = f"default-src 'self'; script-src {sites.help.url}"
    with visiting(browser, sites.host.put("/", sites.tag, policy=policy)) as visit:
        assert_falls_back(visit, sites, "Content Security Policy")


def test_a_page_that_we_do_not_allow_gets_a_link(browser: Browser, sites: Sites) -> None:
    stranger = HostSite()
    try:
        with visiting(browser, stranger.put("/", sites.tag)) as visit:
            assert_falls_back(visit, sites, "frame-ancestors")
    finally:
        stranger.close()


def test_a_page_inside_a_sandbox_stays_intact(browser: Browser, sites: Sites) -> None:
    sites.host.put("/inner", sites.tag)
    outer = sites.host.put(
        "/", "", body='<iframe src="/inner" sandbox="allow-scripts" width="900" height="600"></iframe>'
    )
    with visiting(browser, outer) as visit:
        inner = visit.page.frame_locator("iframe")
        inner.locator("kundenlotse-help .open").click()
        expect(inner.locator(FAILED)).to_be_visible()
        expect(inner.get_by_role("link", name="Hilfe in einem neuen Tab öffnen")).to_be_visible()
        expect(inner.get_by_role("heading", name="Laden")).to_be_visible()
        assert [each for each in visit.complaints if "frame-ancestors" not in each] == []
        visit.complaints.clear()


def test_a_network_that_fails_on_the_way_leaves_nobody_stuck(browser: Browser, sites: Sites) -> None:
    address = sites.host.put("/", sites.tag, policy=sites.policy)
    with visiting(browser, address, width=360) as visit:
        visit.open()
        visit.page.context.set_offline(True)
        visit.inside.get_by_role("link", name="Musterkom Hilfe").click()
        visit.page.wait_for_selector(FAILED)
        visit.page.get_by_role("button", name="Hilfe schließen").click()
        visit.page.context.set_offline(False)
        visit.open()
        expect(visit.inside.locator(QUESTION)).to_be_visible()
        visit.complaints.clear()


def test_messages_of_others_do_nothing(browser: Browser, sites: Sites) -> None:
    address = sites.host.put(
        "/",
        sites.tag,
        policy=sites.policy.replace("frame-src", "frame-src 'self'"),
        body='<iframe src="/other"></iframe>',
    )
    sites.host.put("/other", "")
    with visiting(browser, address) as visit:
        visit.button.click()
        visit.page.wait_for_selector(READY)
        shout = "for (const word of ['close', 'away', 'ready']) parent.postMessage({kundenlotse: word}, '*')"
        next(frame for frame in visit.page.frames if frame.url.endswith("/other")).evaluate(shout)
        visit.page.evaluate("postMessage({kundenlotse: 'close'}, '*')")
        visit.page.wait_for_timeout(200)
        expect(visit.page.locator(READY)).to_be_visible()
        # The frame itself answers no page that its list does not name.
        ours = next(frame for frame in visit.page.frames if frame.url.startswith(sites.help.url))
        ours.evaluate("document.querySelector('.close').hidden = true")
        hello = "{data: {kundenlotse: 'hello'}, origin: 'https://evil.example', source: parent}"
        ours.evaluate(f"dispatchEvent(new MessageEvent('message', {hello}))")
        assert ours.evaluate("document.querySelector('.close').hidden")


def test_links_to_other_hosts_open_a_tab(browser: Browser, sites: Sites) -> None:
    def with_link(route: Route) -> None:
        page = route.fetch()
        link = '<a href="https://www.example.org/">Beispiel</a></main>'
        route.fulfill(response=page, body=page.text().replace("</main>", link))

    address = sites.host.put("/", sites.tag, policy=sites.policy)
    with visiting(browser, address) as visit:
        visit.page.route(f"{sites.help.url}/?embed=1*", with_link)
        visit.open()
        link = visit.inside.get_by_role("link", name="Beispiel (neuer Tab)")
        expect(link).to_have_attribute("target", "_blank")
        expect(link).to_have_attribute("rel", "noopener")
        home = visit.inside.get_by_role("link", name="Musterkom Hilfe")
        expect(home).not_to_have_attribute("target", "_blank")
