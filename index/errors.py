"""What can be wrong with a model or a built index."""

from __future__ import annotations

from corpus import LotseError


class IndexingError(LotseError):
    """Base of this layer's errors."""


class ModelError(IndexingError):
    """The encoder's files are missing, altered or do not fit together."""


class ArtifactError(IndexingError):
    """A built index is missing, altered or was built by something else; says what to run."""
