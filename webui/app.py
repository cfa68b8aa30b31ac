"""The web application, put together in one place."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask, request, url_for
from werkzeug.middleware.proxy_fix import ProxyFix

from assistant import Runtime
from assistant.attachments import size_words
from assistant.case_work import same_person
from corpus import Channel, ChannelKind
from webui import (
    api,
    articles,
    compression,
    contact,
    cors,
    crawlers,
    desk,
    desk_view,
    embedding,
    errors,
    fax,
    floods,
    guessing,
    health,
    i18n,
    legal,
    lost,
    security,
    status,
    widget,
)
from webui import help as help_page
from webui.channels import channel_link, is_staffed
from webui.context import assistant
from webui.i18n import other_language, page_language
from webui.notices import notice_kind
from webui.prose import link_my_request
from webui.reasons import reasons
from webui.redirects import RedirectSource
from webui.shared import Shared
from webui.tongues import NAMES
from webui.uploads import UploadRequest

FORM_LIMIT = 512 * 1024


def create_app(runtime: Runtime) -> Flask:
    """Make the application on an open runtime.

    :param runtime: the open service; whoever opened it closes it.
    :return: the application, to be served by any WSGI server.
    :raises SharedError: when the limits shall be shared and cannot be.
    """
    settings = runtime.settings
    shared = Shared.from_settings(settings)
    app = Flask(__name__)
    app.request_class = UploadRequest
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = FORM_LIMIT
    app.extensions["lotse_redirects"] = RedirectSource(settings.corpus)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["lotse"] = runtime
    app.extensions["lotse.legal"] = legal.live_legal(settings.corpus)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}

    i18n.install(app, runtime.assistant.corpus.company.time_zone)
    embedding.install(app)
    security.install(app)
    errors.install(app)
    compression.install(app)
    concerns = (help_page, articles, contact, lost, status, fax, desk, legal, api, crawlers, health, widget)
    for concern in concerns:
        app.register_blueprint(concern.bp)

    floods.install(app, settings.posts_per_minute, shared)
    guessing.install(app, shared)
    cors.install(app, settings.origins)
    app.url_defaults(_static_version)
    app.context_processor(_words_of_the_page)
    app.jinja_env.globals.update(
        channel_link=channel_link,
        file_size=_file_size,
        desk_event=desk_view.desk_event,
        desk_state=desk_view.state_name,
        event_words=status.event_words,
        fax_channel=fax.fax_channel,
        is_staffed=is_staffed,
        legal_links=legal.links,
        link_my_request=link_my_request,
        moment=status.moment,
        notice_kind=notice_kind,
        phones=_phones,
        privacy_link=legal.privacy_link,
        reasons=reasons,
        same_person=same_person,
    )
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _words_of_the_page() -> dict[str, Any]:
    language = page_language()
    other = other_language(language)
    return {
        "company": assistant().corpus.company,
        "language": language,
        "other_language": other,
        "other_language_name": NAMES[other],
        "language_address": _language_address,
    }


def _language_address(endpoint: str | None = None) -> str:
    """Return the address of this page, or of ``endpoint``, in the other language.

    What was posted and cannot be opened by its address leads to the first page; a page that does not
    exist is told of in the other language, too.
    """
    by_address, other = request.method in {"GET", "HEAD"}, other_language(page_language())
    opened = request.endpoint if by_address and request.endpoint != "static" else None
    if by_address and not (endpoint or opened):
        # Never two slashes at the start: they would lead to another host.
        carried = "&embed=1" if embedding.embedded() else ""
        return f"{request.script_root}/{quote(request.path.lstrip('/'))}?lang={other}{carried}"
    arguments = request.view_args or {} if (endpoint or opened) == request.endpoint else {}
    return url_for(endpoint or opened or "help.home", **{**arguments, "lang": other})


def _phones() -> list[Channel]:
    company = assistant().corpus.company
    return [channel for channel in company.channels if channel.kind is ChannelKind.PHONE]


def _file_size(size: int) -> str:
    return size_words(size, page_language())


def _static_version(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" and "filename" in values:
        values["v"] = _content_hash(values["filename"])


@cache
def _content_hash(filename: str) -> str:
    content = (Path(__file__).parent / "static" / filename).read_bytes()
    return hashlib.sha256(content).hexdigest()[:10]
