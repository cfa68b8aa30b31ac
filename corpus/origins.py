"""Origins of web pages, ``https://www.example.de``, as a setting lists them."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

_BETWEEN = re.compile(r"[\s,]+")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_PORTS = {"http": 80, "https": 443}


def parse_origins(text: str) -> tuple[str, ...]:
    """Read origins, written as browsers write them: in lower case, without a path or a port that is usual.

    :param text: origins with commas or spaces between them.
    :return: each of them once, in order.
    :raises ValueError: saying which one cannot be used, and why.
    """
    return tuple(dict.fromkeys(_origin(given) for given in _BETWEEN.split(text.strip()) if given))


def _origin(given: str) -> str:
    try:
        parts = urlsplit(given)
        port = parts.port
    except ValueError as problem:
        raise ValueError(f"{given} is no web address: {problem}") from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError(f"{given} is no origin; write for example https://www.example.de")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None:
        raise ValueError(f"{given} is more than an origin; write {_without_more(parts)}")
    usual = port in (None, _PORTS[parts.scheme])
    return f"{parts.scheme}://{_host(given, parts.hostname)}" + ("" if usual else f":{port}")


def _host(given: str, name: str) -> str:
    if "*" in name:
        raise ValueError(f"{given} stands for several hosts; list each of them")
    if ":" in name:
        raise ValueError(f"{given} has an IPv6 address, which browsers do not match; give the host a name")
    try:
        host = name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        host = ""
    if not all(map(_LABEL.fullmatch, host.split("."))):
        raise ValueError(f"{given} has no name of a host in it")
    return host


def _without_more(parts: SplitResult) -> str:
    port = "" if parts.port is None else f":{parts.port}"
    return f"{parts.scheme}://{parts.hostname}{port}"
