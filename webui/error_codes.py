"""The codes of the API's errors, which stay the same whatever the sentences say."""

from __future__ import annotations

from typing import Literal

ErrorCode = Literal[
    "bad_request",
    "not_found",
    "method_not_allowed",
    "not_acceptable",
    "too_large",
    "unsupported_media_type",
    "invalid",
    "empty",
    "too_long",
    "too_many_requests",
    "internal_error",
    "unavailable",
]
