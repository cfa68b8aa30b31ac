"""What crawlers ask for: the sitemap and the rules."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from webui.article_view import today
from webui.context import assistant, runtime
from webui.site import LiveSite
from webui.sitemap import robots, sitemap

bp = Blueprint("crawlers", __name__)


def live_site() -> LiveSite:
    """Return where this server's pages stand, as the operator says."""
    base = runtime().settings.base_url
    return LiveSite(base.rstrip("/") if base else None)


@bp.get("/sitemap.xml")
def sitemap_xml() -> Response:
    """List the pages; without LOTSE_BASE_URL there is no list, since it must hold full addresses."""
    site, corpus = live_site(), assistant().corpus
    if site.base is None:
        abort(404)
    articles = corpus.valid_articles(today(corpus.company))
    return Response(sitemap(site, corpus, articles), mimetype="application/xml")


@bp.get("/robots.txt")
def robots_txt() -> Response:
    """Say where crawlers may go."""
    return Response(robots(live_site(), ["/api/"]), mimetype="text/plain")
