"""A larger corpus than the one at hand, to see what size costs."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np

from corpus import Corpus
from index import Artifact, Index, Lexical, Passage
from index.documents import documents_of

SEED = 7
SCATTER = 0.4
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def enlarged(artifact: Artifact, articles: int) -> Artifact:
    """Copy an artifact's articles until there are enough of them.

    A copy speaks other words (its letters are moved along the alphabet) and lies beside the original: its
    vectors are scattered. So vocabulary, postings and neighbourhoods grow as with real articles, and the
    questions still find the originals.

    :param artifact: an opened index.
    :param articles: how many articles there must be at least.
    :return: the artifact itself where it is large enough, else one in memory alone.
    """
    own = artifact.index
    times = -(-articles // len(own.articles))
    if times <= 1:
        return artifact
    kept = [row for row, passage in enumerate(own.passages) if passage.article]
    known = dict(artifact.corpus.articles)
    passages, vectors = list(own.passages), [own.vectors]
    rng = np.random.default_rng(SEED)
    for copy in range(1, times):
        passages += [_copied(own.passages[row], copy) for row in kept]
        near = own.vectors[kept]
        scattered = near + rng.normal(0, SCATTER / np.sqrt(near.shape[1]), near.shape)
        vectors.append((scattered / np.linalg.norm(scattered, axis=1, keepdims=True)).astype(np.float32))
        known |= {
            _name(key, copy): article.model_copy(update={"id": _name(key, copy)})
            for key, article in artifact.corpus.articles.items()
        }
    rows = sorted(range(len(passages)), key=lambda row: (passages[row].article, passages[row].language))
    ordered = [passages[row] for row in rows]
    stacked = np.concatenate(vectors)[rows]
    lexical = Lexical.build([passage.text for passage in ordered], documents_of(ordered))
    index = Index(ordered, stacked, lexical, own.encoder, own.synonyms)
    corpus: Corpus = replace(artifact.corpus, articles=MappingProxyType(known))
    return replace(artifact, corpus=corpus, index=index)


def _name(article: str, copy: int) -> str:
    return f"{article}-{copy}"


def _copied(passage: Passage, copy: int) -> Passage:
    moved = str.maketrans(_ALPHABET, _ALPHABET[copy:] + _ALPHABET[:copy])
    return replace(passage, article=_name(passage.article, copy), text=passage.text.lower().translate(moved))
