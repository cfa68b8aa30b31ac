"""Pages of other hosts call the API only where the operator names them, never with credentials."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from assistant import Runtime
from corpus.settings import SettingsError, load_settings
from webui import create_app

pytest_plugins = ["web_client"]

SHOP, OTHER = "https://shop.example", "https://other.example:8443"


def open_to(service: Runtime, origins: str) -> FlaskClient:
    settings = service.settings.model_copy(update={"api_origins": origins})
    return create_app(replace(service, settings=settings)).test_client()


@pytest.fixture
def opened(service: Runtime) -> FlaskClient:
    return open_to(service, f"{SHOP} {OTHER}")


def allowed(client: FlaskClient, path: str, origin: str | None, method: str = "GET") -> str | None:
    headers = {"Origin": origin} if origin else {}
    return client.open(path, method=method, headers=headers).headers.get("Access-Control-Allow-Origin")


def test_nobody_is_allowed_unless_named(client: FlaskClient) -> None:
    response = client.get("/api/v1/articles", headers={"Origin": SHOP})
    assert not [name for name, _ in response.headers if name.startswith("Access-Control")]
    assert "Origin" not in response.vary


def test_named_origins_are_allowed_and_others_are_not(opened: FlaskClient) -> None:
    for origin in (SHOP, OTHER):
        assert allowed(opened, "/api/v1/articles", origin) == origin
    for origin in ("https://evil.example", "http://shop.example", f"{SHOP}:444", "null", SHOP.upper(), None):
        response = opened.get("/api/v1/articles", headers={"Origin": origin} if origin else {})
        assert "Access-Control-Allow-Origin" not in response.headers
        assert response.status_code == 200
        assert "Origin" in response.vary


def test_pages_are_open_to_nobody(opened: FlaskClient) -> None:
    for path in ("/", "/contact", "/status", "/healthz", "/api/v2/x", "/readyz"):
        assert allowed(opened, path, SHOP) is None


def test_browser_is_told_what_it_may_send_and_read(opened: FlaskClient) -> None:
    asked = {
        "Origin": SHOP,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type, idempotency-key",
    }
    response = opened.options("/api/v1/cases", headers=asked)
    assert response.status_code == 200
    assert response.data == b""
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    permitted = response.headers["Access-Control-Allow-Headers"].lower()
    assert {"content-type", "idempotency-key"} <= set(permitted.split(", "))
    assert "Access-Control-Allow-Credentials" not in response.headers
    posted = opened.post("/api/v1/ask", json={"question": "Wo ist mein Paket?"}, headers={"Origin": SHOP})
    assert posted.status_code == 200
    assert "RateLimit" in posted.headers["Access-Control-Expose-Headers"].split(", ")
    assert "Access-Control-Allow-Methods" not in posted.headers


def test_errors_can_be_read_by_named_origins(opened: FlaskClient) -> None:
    for path, method in (("/api/v1/nowhere", "GET"), ("/api/v1/ask", "GET"), ("/api/v1/ask", "POST")):
        assert allowed(opened, path, SHOP, method) == SHOP


def test_star_allows_all(service: Runtime) -> None:
    response = open_to(service, "*").get("/api/v1/articles", headers={"Origin": "null"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize("origin", ["https://a.de/x", "a.de", "ftp://a.de", "https://*.de", "x,*"])
def test_what_is_no_origin_is_refused(monkeypatch: pytest.MonkeyPatch, origin: str) -> None:
    monkeypatch.setenv("LOTSE_API_ORIGINS", f"{SHOP} {origin}")
    with pytest.raises(SettingsError, match="LOTSE_API_ORIGINS"):
        load_settings()


@pytest.mark.parametrize("origins", ["*", f"{SHOP}  {OTHER}", "http://localhost:3000"])
def test_origins_stand_with_spaces_between(monkeypatch: pytest.MonkeyPatch, origins: str) -> None:
    monkeypatch.setenv("LOTSE_API_ORIGINS", origins)
    assert load_settings().origins == tuple(origins.split())


@pytest.mark.parametrize("url", ["http://:hush@localhost", "hush", "redis:hush"])
def test_refused_address_of_a_redis_is_not_shown(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("LOTSE_RATE_STORAGE", url)
    with pytest.raises(SettingsError, match="LOTSE_RATE_STORAGE: begins with none of redis://") as refused:
        load_settings()
    assert "hush" not in str(refused.value)
