"""How people reach us: the help page, the contact form, the status page and the API."""

from webui.app import create_app

__all__ = ["create_app"]
