"""Levels a graph's activations before they are quantised: what one text's scale has to cover shrinks.

A few channels of a transformer are an order of magnitude larger than the others, and eight bits for all leave
the others little. Each channel is divided by a factor that the rows of the matrix behind it are multiplied
by, so the product stays what it was.

G. Xiao et al., "SmoothQuant", ICML 2023, arXiv 2211.10438.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

STRENGTH = 0.75
"""How far the difference between channels moves from activations to weights; 1: wholly."""
SUFFIX = "_levelled"
_LEAST = 1e-3

Largest = dict[str, npt.NDArray[np.float32]]


def smooth(model: onnx.ModelProto, texts: Sequence[Sequence[int]]) -> onnx.ModelProto:
    """Put a multiplication before every product with a constant matrix, and its inverse into the matrix.

    :param model: a float graph with the input ``input_ids``.
    :param texts: pieces of texts that show how large the activations are.
    :return: the same function.
    """
    graph = model.graph
    constants = {one.name: one for one in graph.initializer}
    products: dict[str, list[onnx.NodeProto]] = {}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in constants:
            products.setdefault(node.input[0], []).append(node)
    largest = _largest(model, list(products), texts)
    for name, nodes in products.items():
        matrices = [numpy_helper.to_array(constants[node.input[1]]) for node in nodes]
        factors = _factors(largest[name], np.concatenate(matrices, axis=1))
        for node, matrix in zip(nodes, matrices, strict=True):
            levelled = numpy_helper.from_array(matrix * factors[:, np.newaxis], node.input[1])
            constants[node.input[1]].CopyFrom(levelled)
            node.input[0] = name + SUFFIX
        graph.initializer.append(numpy_helper.from_array(1 / factors, name + "_factors"))
        at = next(at for at, node in enumerate(graph.node) if node.output[0:1] == [name]) + 1
        graph.node.insert(at, helper.make_node("Mul", [name, name + "_factors"], [name + SUFFIX]))
    return model


def _largest(model: onnx.ModelProto, names: Sequence[str], texts: Sequence[Sequence[int]]) -> Largest:
    """The largest absolute value of each channel of some activations, each of shape ``(channels,)``."""
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    watched.graph.output.extend(
        helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names
    )
    session = onnxruntime.InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    found: Largest = {}
    for text in texts:
        for name, values in zip(
            names, session.run(list(names), {"input_ids": np.array([text], dtype=np.int64)}), strict=True
        ):
            most = np.abs(values).reshape(-1, values.shape[-1]).max(axis=0)
            found[name] = np.maximum(found[name], most) if name in found else most
    return found


def _factors(largest: npt.NDArray[np.float32], matrix: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """What each row of a matrix is multiplied by, shape ``(rows,)``, 1 on the geometric mean."""
    weights = np.maximum(np.abs(matrix).max(axis=1), _LEAST)
    raw = np.maximum(largest, _LEAST) ** STRENGTH / weights ** (1 - STRENGTH)
    return np.asarray(raw / np.exp(np.log(raw).mean()), dtype=np.float32)
