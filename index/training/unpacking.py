"""From the files that ship back to weights that can be trained: the inverse of the export."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import numpy_helper

from index.errors import ModelError
from index.training.smoothing import SUFFIX
from index.training.student import Student

_MATRICES = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
"""The matrices of a layer, in the order in which the graph multiplies by them."""
_PREFIX = "layers."
_QUANTIZED = "_quantized"


def unpack(model: Path, teacher: Path, *, dtype: torch.dtype, device: str) -> Student:
    """Open an exported model as a student.

    :param model: a ``model.onnx`` of :func:`index.training.export.export`.
    :param teacher: folder of the teacher, for the shape of the layers.
    :param dtype: arithmetic of the layers.
    :param device: ``cpu`` or ``cuda``.
    :return: a student with the exported weights, as exact as 7 bits are.
    :raises ModelError: when the graph is not one of ours.
    """
    graph = onnx.load(str(model)).graph
    arrays = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    try:
        table = arrays["table_int8"].astype(np.float32) * arrays["table_scale"]
        layers = {**_plain(arrays), **_matrices(graph, arrays)}
        student = Student(torch.from_numpy(table), teacher, dtype=dtype, device=device)
        student.load_state(
            {
                "table": torch.from_numpy(table),
                "layers": {name: torch.from_numpy(layers[name].copy()) for name in student.names},
            }
        )
    except (KeyError, ValueError, RuntimeError) as error:
        raise ModelError(f"{model} is not a model that was exported here ({error})") from None
    return student


def _plain(arrays: dict[str, npt.NDArray[np.float32]]) -> dict[str, npt.NDArray[np.float32]]:
    return {
        name.removeprefix(_PREFIX): array
        for name, array in arrays.items()
        if name.startswith(_PREFIX) and array.dtype == np.float32
    }


def _matrices(
    graph: onnx.GraphProto, arrays: dict[str, npt.NDArray[np.float32]]
) -> dict[str, npt.NDArray[np.float32]]:
    levelled = {
        node.output[0]: arrays[node.input[1]] for node in graph.node if node.output[0].endswith(SUFFIX)
    }
    found = {}
    multiplied = [node.input[:2] for node in graph.node if node.op_type == "MatMulInteger"]
    for at, (activations, weights) in enumerate(multiplied):
        layer, place = divmod(at, len(_MATRICES))
        factors = levelled[activations.removesuffix(_QUANTIZED)]
        scales = arrays[weights.removesuffix(_QUANTIZED) + "_scale"]
        matrix = arrays[weights].astype(np.float32) * scales * factors[:, np.newaxis]
        found[f"encoder.layer.{layer}.{_MATRICES[place]}.weight"] = np.ascontiguousarray(matrix.T)
    return found
