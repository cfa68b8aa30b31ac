"""What can be found: encoder, lexical n-grams, FAISS, passages ranked into articles."""

from typing import TYPE_CHECKING

from corpus.lazy import lazily

if TYPE_CHECKING:
    from index.artifact import (
        Artifact,
        artifact_folder,
        build_artifact,
        building,
        current_artifact,
        current_corpus,
        example_texts,
        open_artifact,
        publish,
    )
    from index.classifier import Classifier
    from index.documents import Filter
    from index.encoder import Encoder, OnnxEncoder, Vectors, load_encoder
    from index.errors import ArtifactError, IndexingError, ModelError
    from index.evidence import EVIDENCE, LEARNED, Evidence, Values, Weights
    from index.lexical import Lexical, char_ngrams
    from index.passages import passages_of
    from index.ranking import Passage, PassageKind, RankedArticle, Ranking
    from index.search import Index, Query, build_index
    from index.spelling import split_words
else:
    __getattr__, __dir__ = lazily(__name__, __file__)

__all__ = [
    "EVIDENCE",
    "LEARNED",
    "Artifact",
    "ArtifactError",
    "Classifier",
    "Encoder",
    "Evidence",
    "Filter",
    "Index",
    "IndexingError",
    "Lexical",
    "ModelError",
    "OnnxEncoder",
    "Passage",
    "PassageKind",
    "Query",
    "RankedArticle",
    "Ranking",
    "Values",
    "Vectors",
    "Weights",
    "artifact_folder",
    "build_artifact",
    "build_index",
    "building",
    "char_ngrams",
    "current_artifact",
    "current_corpus",
    "example_texts",
    "load_encoder",
    "open_artifact",
    "passages_of",
    "publish",
    "split_words",
]
