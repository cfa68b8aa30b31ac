"""The bilingual tokenizer: the teacher's pieces, and German ones after them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers, processors, trainers
from tokenizers.models import WordPiece

from index.training.recipe import WordPieces

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")

_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})

Pieces = npt.NDArray[np.int32]
"""The pieces of a text with [CLS] and [SEP], shape ``(length,)``, int32."""


def build_tokenizer(german: Sequence[str], teacher: Path, settings: WordPieces) -> Tokenizer:
    """Append German pieces to the teacher's vocabulary.

    Umlauts are written out before accents are taken off, so "Rueckgabe" equals "Rückgabe".

    :param german: the texts that the German pieces are trained on.
    :param teacher: folder of the teacher; its pieces keep their numbers.
    :param settings: how many pieces.
    :return: the tokenizer; it neither pads nor cuts.
    """
    trained = _plain(WordPiece(unk_token="[UNK]"))  # noqa: S106
    letters = _alphabet(german, settings.alphabet)
    # Letters that are named beforehand have the same numbers in every run, and so the pieces made of them.
    trained.train_from_iterator(
        german,
        trainers.WordPieceTrainer(
            vocab_size=settings.trained,
            min_frequency=settings.least_count,
            initial_alphabet=letters,
            limit_alphabet=len(letters),
            special_tokens=[*SPECIAL, *(f"##{letter}" for letter in letters)],
            show_progress=False,
        ),
    )
    known = json.loads((teacher / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    vocabulary = dict(known)
    for piece in sorted(trained.get_vocab()):
        vocabulary.setdefault(piece, len(vocabulary))
    tokenizer = _plain(WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))  # noqa: S106
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(token, vocabulary[token]) for token in ("[CLS]", "[SEP]")],
    )
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.add_special_tokens(list(SPECIAL))
    return tokenizer


def pieces_of(tokenizer: Tokenizer, texts: Sequence[str], *, longest: int) -> list[Pieces]:
    """Cut texts into pieces; what exceeds ``longest`` goes, the closing [SEP] stays."""
    last = int(tokenizer.token_to_id("[SEP]") or 0)
    return [_shortened(encoding.ids, longest, last) for encoding in tokenizer.encode_batch_fast(list(texts))]


def _alphabet(texts: Sequence[str], size: int) -> list[str]:
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(text.lower().translate(_SPELLED))
    ordered = sorted(counts, key=lambda letter: (-counts[letter], letter))
    return sorted([letter for letter in ordered if not letter.isspace()][:size])


def _plain(model: WordPiece) -> Tokenizer:
    tokenizer = Tokenizer(model)
    spelled = [normalizers.Replace(chr(letter), digraph) for letter, digraph in _SPELLED.items()]
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Lowercase(), *spelled, normalizers.BertNormalizer(strip_accents=True)]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


def _shortened(ids: list[int], longest: int, last: int) -> Pieces:
    return np.array(ids if len(ids) <= longest else [*ids[: longest - 1], last], dtype=np.int32)
