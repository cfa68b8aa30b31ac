"""``python -m index build``."""

from index.commands import index

index()
