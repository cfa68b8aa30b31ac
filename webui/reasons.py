"""Why an article did not help: the answers that customers pick from."""

from __future__ import annotations

from webui.i18n import gettext as _

REASONS = ("not-my-case", "unclear", "did-not-work", "wrong")


def reasons() -> dict[str, str]:
    """Return the words of each reason in the page's language."""
    words = (
        _("Does not fit my situation"),
        _("Hard to understand"),
        _("Tried it, did not work"),
        _("Wrong or outdated"),
    )
    return dict(zip(REASONS, words, strict=True))
