"""From the sentence-transformers folder to the files that ship: one ONNX graph that multiplies integers.

Weights have 7 bits and a scale a column, so that no processor's 8-bit product overflows and all give the same
vectors; activations have 8 bits and a scale a text, after :mod:`index.training.smoothing` has levelled them.
The table has 8 bits and a scale a row.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertModel

from index.encoder import OnnxEncoder, Vectors
from index.errors import ModelError
from index.training.families import SHIPPED, load_families
from index.training.folder import open_bert
from index.training.smoothing import smooth

LEAST_COSINE = 0.985
_OPSET = 20


class _Embedding(nn.Module):
    """Pieces to unit rows, without mask: texts are run in groups of equal length."""

    def __init__(self, layers: BertModel) -> None:
        super().__init__()
        self.layers = layers

    def forward(self, input_ids: Tensor) -> Tensor:
        hidden = self.layers(input_ids=input_ids).last_hidden_state
        return nn.functional.normalize(hidden.mean(1), dim=-1)


def export(
    trained: Path, folder: Path, *, name: str, reads: int, probes: Sequence[str]
) -> tuple[float, float]:
    """Write ``model.onnx``, ``tokenizer.json``, ``config.json`` and ``parity.json``.

    :param trained: a sentence-transformers folder.
    :param folder: is created where it is missing.
    :param name: the model's name, for people.
    :param reads: pieces that the model reads of a text.
    :param probes: texts whose float32 vectors are kept in ``parity.json``, to check the files against.
    :return: mean and smallest cosine between the exported and the float32 vectors of the probes.
    :raises ModelError: when the exported vectors are not those of the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.from_file(str(trained / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    with TemporaryDirectory() as aside:
        graph = smooth(_graph(open_bert(trained), Path(aside)), _pieces(tokenizer))
        onnx.save(_integer(graph, Path(aside)), str(folder / "model.onnx"))
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    hashes = {
        file: hashlib.sha256((folder / file).read_bytes()).hexdigest()
        for file in ("model.onnx", "tokenizer.json")
    }
    _write(folder / "config.json", {"name": name, "max_tokens": reads, "sha256": hashes})
    encoder = OnnxEncoder.load(folder)
    # Loading does not try the longest text that the model reads.
    encoder.encode(["a " * reads])
    exact = _exact(trained, probes)
    _write(
        folder / "parity.json",
        {"texts": list(probes), "vectors": [[round(float(x), 5) for x in row] for row in exact]},
    )
    cosines = (encoder.encode(list(probes)) * exact).sum(1)
    if cosines.min() < LEAST_COSINE:
        raise ModelError(
            f"{folder}: the exported model departs from {trained}: smallest cosine {cosines.min():.4f}, "
            f"at least {LEAST_COSINE} is wanted"
        )
    return float(cosines.mean()), float(cosines.min())


def _graph(layers: BertModel, aside: Path) -> onnx.ModelProto:
    """Trace the model and let ONNX Runtime fold constants, so that all weights are plain initializers."""
    example = torch.tensor([[101, 2003, 2023, 102], [101, 2003, 2024, 102]])
    raw, folded = aside / "raw.onnx", aside / "folded.onnx"
    torch.onnx.export(
        _Embedding(layers).eval(),
        (example,),
        str(raw),
        input_names=["input_ids"],
        output_names=["vectors"],
        dynamic_shapes=({0: torch.export.Dim("texts"), 1: torch.export.Dim("pieces", max=512)},),
        opset_version=_OPSET,
        dynamo=True,
        external_data=False,
        verbose=False,
    )
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(folded)
    onnxruntime.InferenceSession(str(raw), options, providers=["CPUExecutionProvider"])
    return onnx.load(str(folded))


def _pieces(tokenizer: Tokenizer) -> list[list[int]]:
    """Everyday questions: one phrasing a language of each family of :mod:`index.training.families`."""
    intents = [family[0] for family in load_families(SHIPPED)]
    texts = [text for intent in intents for text in (intent.de[-1], intent.en[-1])]
    return [encoding.ids for encoding in tokenizer.encode_batch_fast(texts)]


def _integer(model: onnx.ModelProto, aside: Path) -> onnx.ModelProto:
    smaller = aside / "integer.onnx"
    quantize_dynamic(
        model,
        smaller,
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
    )
    found = onnx.load(str(smaller))
    _shrink_table(found.graph)
    del found.graph.value_info[:]
    return found


def _shrink_table(graph: onnx.GraphProto) -> None:
    """Replace the lookup in the largest float table by one in int8 and one of the row's scale."""
    table = max(graph.initializer, key=lambda one: int(np.prod(one.dims)) if one.data_type == 1 else 0)
    rows = numpy_helper.to_array(table)
    scales = np.maximum(np.abs(rows).max(1, keepdims=True) / 127, 1e-12).astype(np.float32)
    small = np.clip(np.round(rows / scales), -127, 127).astype(np.int8)
    at, lookup = next((at, node) for at, node in enumerate(graph.node) if node.input[0:1] == [table.name])
    ids, found = lookup.input[1], lookup.output[0]
    graph.initializer.remove(table)
    graph.initializer.extend(
        [numpy_helper.from_array(small, "table_int8"), numpy_helper.from_array(scales, "table_scale")]
    )
    graph.node.remove(lookup)
    instead = [
        helper.make_node("Gather", ["table_int8", ids], ["row_int8"], axis=0),
        helper.make_node("Cast", ["row_int8"], ["row_float"], to=TensorProto.FLOAT),
        helper.make_node("Gather", ["table_scale", ids], ["row_scale"], axis=0),
        helper.make_node("Mul", ["row_float", "row_scale"], [found]),
    ]
    for offset, node in enumerate(instead):
        graph.node.insert(at + offset, node)


def _exact(trained: Path, texts: Sequence[str]) -> Vectors:
    model = SentenceTransformer(str(trained), device="cpu")
    # One text at a time: padding would change the last bits.
    rows = [model.encode([text], show_progress_bar=False)[0] for text in texts]
    return np.asarray(rows, dtype=np.float32)


def _write(path: Path, content: dict[str, object]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
