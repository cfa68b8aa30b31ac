"""Turns an article's Markdown into safe HTML, and names of our own pages into links."""

from __future__ import annotations

import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

TAGS = {
    *("a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre"),
    *("strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
SCHEMES = {"http", "https", "mailto", "tel"}
_MY_REQUEST = re.compile(
    "(?<=[„“>])(?:Meine Anfrage|My request)(?=[“”<])(?!(?:</(?:strong|em)>)*[“”]?</a>)(?![^<>]*>)"
)
"""The status page as the articles name it: in quotation marks, or in bold; not inside a link or a tag."""
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


@lru_cache(maxsize=1024)
def render_markdown(text: str) -> Markup:
    """Return Markdown as HTML whose highest heading is ``h2``, since the page's title is the ``h1``.

    Tags in the text are shown as text; what is made is sanitised once more.
    """
    tokens = _markdown.parse(text)
    _lift_headings(tokens)
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    return Markup(  # noqa: S704 (sanitised here)
        nh3.clean(html, tags=TAGS, attributes={"a": {"href", "title"}, "ol": {"start"}}, url_schemes=SCHEMES)
    )


def link_my_request(text: str | Markup, address: str) -> Markup:
    """Return a text, or HTML that is safe already, in which the name of the status page leads there.

    :param text: plain text, or safe HTML as :class:`~markupsafe.Markup`.
    :param address: of the status page.
    :return: HTML.
    """
    link = f'<a href="{escape(address)}">\\g<0></a>'
    return Markup(_MY_REQUEST.sub(link, str(escape(text))))  # noqa: S704 (escaped here)


def _lift_headings(tokens: list[Token]) -> None:
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    shift = 2 - min((int(token.tag[1]) for token in headings), default=2)
    for token in headings:
        token.tag = f"h{min(6, int(token.tag[1]) + shift)}"
