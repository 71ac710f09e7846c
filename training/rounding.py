"""Fits a BERT's ONNX graph to 8-bit arithmetic, so that its outputs stay close.

onnxruntime scales a layer's input to 8 bits by its greatest value in the whole text, so that one
great value leaves few levels for all others. Two changes, which leave the function as it is, help:

- Behind a layer normalisation the great values stand in a few channels, the same in every text:
  each channel is divided by a constant, which the weights that read it take up (SmoothQuant, Xiao
  et al. 2022, https://arxiv.org/abs/2211.10438).
- Behind a GELU they stand in a few tokens: each token is divided by its own greatest value, and
  what the layer makes of it multiplied by that again.

Rounding each weight to the nearest level errs by chance, layer upon layer. Here the weights of a
column that are not rounded yet take up the error of those that are, as far as the layer's inputs
are alike: GPTQ (Frantar et al. 2022, https://arxiv.org/abs/2210.17323) on seven bits of range.
The rounded weights lie on the levels that ``onnxruntime.quantization`` finds for them, since each
output channel keeps its greatest weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    #: What the graph is run on: an array for each of its inputs.
    Feed = Mapping[str, NDArray[np.int64]]

#: Greatest level, of a signed 8-bit weight in reduced range.
LEVELS = 64
#: Weights of a channel that are rounded before the rest hears of their error.
BLOCK = 128
#: Added to the diagonal of a layer's second moments, as a share of its mean.
DAMPING = 0.01
#: How much of a channel's greatness the weights take up: at 0 none, at 1 all of it.
SMOOTHING = 0.6
#: GELU is nowhere less than minus this.
GELU_DIP = 0.17
#: Least greatness of a channel, so that one that is always 0 divides nothing by 0.
LEAST = 1e-4


@dataclass
class Inputs:
    """What a layer with ``K`` inputs was given: of each, and of each two, over all tokens."""

    #: Greatest absolute values, shape ``(K,)``.
    greatest: NDArray[np.float32]
    #: Sum of ``x xᵀ``, shape ``(K, K)``.
    moments: NDArray[np.float32]

    def add(self, tokens: NDArray[np.float32]) -> None:
        """Count more inputs in, shape ``(tokens, K)``."""
        np.maximum(self.greatest, np.abs(tokens).max(0), out=self.greatest)
        self.moments += tokens.T @ tokens


def linear_nodes(graph: onnx.GraphProto) -> list[onnx.NodeProto]:
    """Return the fused attentions, and the products with constant weights."""
    constants = {initializer.name for initializer in graph.initializer}
    kinds = ("Attention", "MatMul")
    return [n for n in graph.node if n.op_type in kinds and n.input[1] in constants]


def observe(model: onnx.ModelProto, feeds: Sequence[Feed]) -> dict[str, Inputs]:
    """Run a model, and return what each of its linear nodes was given, by the node's name.

    Args:
        model: A fused graph in fp32.
        feeds: A few hundred texts like those that it will read.
    """
    nodes = linear_nodes(model.graph)
    names = sorted({node.input[0] for node in nodes})
    shown = onnx.ModelProto()
    shown.CopyFrom(model)
    shown.graph.output.extend(
        helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in names
    )
    session = onnxruntime.InferenceSession(
        shown.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    seen: dict[str, Inputs] = {}
    for feed in feeds:
        for name, given in zip(names, session.run(names, dict(feed)), strict=True):
            tokens = given.reshape(-1, given.shape[-1])
            if name not in seen:
                width = tokens.shape[1]
                nothing = np.zeros(width, np.float32), np.zeros((width, width), np.float32)
                seen[name] = Inputs(*nothing)
            seen[name].add(tokens)
    return {node.name: seen[node.input[0]] for node in nodes}


def fit(graph: onnx.GraphProto, inputs: Mapping[str, Inputs]) -> None:
    """Even out what the linear nodes read, and round their weights, in place.

    Args:
        graph: A fused graph in fp32.
        inputs: What :func:`observe` saw of its nodes.
    """
    makers = {name: node.op_type for node in graph.node for name in node.output}
    arrays = {initializer.name: initializer for initializer in graph.initializer}
    for node in linear_nodes(graph):
        seen, weights = inputs[node.name], numpy_helper.to_array(arrays[node.input[1]])
        moments = seen.moments
        maker = makers.get(node.input[0], "")
        if maker.endswith("LayerNormalization"):
            factors = _factors(seen.greatest, weights)
            _divide_channels(graph, node, factors)
            weights = weights * factors[:, None]
            moments = moments / np.outer(factors, factors)
        elif maker.endswith("Gelu"):
            _divide_tokens(graph, node)
        rounded = _rounded(weights.T, moments).T
        arrays[node.input[1]].CopyFrom(numpy_helper.from_array(rounded, node.input[1]))


def _factors(greatest: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what each channel is divided by, about 1 in the mean, shape ``(K,)``."""
    reading = np.abs(weights).max(1).clip(LEAST)
    factors = greatest.clip(LEAST) ** SMOOTHING / reading ** (1 - SMOOTHING)
    even: NDArray[np.float32] = (factors / factors.mean()).astype(np.float32)
    return even


def _divide_channels(
    graph: onnx.GraphProto, node: onnx.NodeProto, factors: NDArray[np.float32]
) -> None:
    """Divide the channels of a node's input, shape ``(…, K)``, by factors of shape ``(K,)``."""
    even = f"{node.name}_even"
    graph.initializer.append(numpy_helper.from_array(1 / factors, f"{even}_factors"))
    graph.node.append(helper.make_node("Mul", [node.input[0], f"{even}_factors"], [even], even))
    node.input[0] = even


def _divide_tokens(graph: onnx.GraphProto, node: onnx.NodeProto) -> None:
    """Divide each token of a node's input by its peak, and multiply what becomes of it."""
    given, made, even = node.input[0], node.output[0], f"{node.name}_even"
    peak, dip = f"{even}_peak", f"{even}_dip"
    graph.initializer.append(numpy_helper.from_array(np.array(GELU_DIP, np.float32), dip))
    graph.node.extend(
        [
            helper.make_node("ReduceMax", [given], [f"{peak}_any"], peak, axes=[-1], keepdims=1),
            helper.make_node("Max", [f"{peak}_any", dip], [peak], dip),
            helper.make_node("Div", [given, peak], [even], even),
            helper.make_node("Mul", [f"{made}_even", peak], [made], f"{node.name}_uneven"),
        ]
    )
    node.input[0], node.output[0] = even, f"{made}_even"


def _rounded(weights: NDArray[np.float32], moments: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return weights, shape ``(outputs, K)``, on the levels of their output channels."""
    count = weights.shape[1]
    scale = np.abs(weights).max(1).astype(np.float64) / LEVELS
    # The inputs that matter most are rounded first, while many can still make up for them.
    order = np.argsort(-np.diagonal(moments), kind="stable")
    left = weights[:, order].astype(np.float64)
    damped = moments[np.ix_(order, order)].astype(np.float64)
    damped = damped + DAMPING * np.diagonal(damped).mean() * np.eye(count)
    upper = np.linalg.cholesky(np.linalg.inv(damped)).T
    levels = np.zeros_like(left)
    for start in range(0, count, BLOCK):
        end = min(count, start + BLOCK)
        errors = np.zeros((len(left), end - start))
        for i in range(start, end):
            levels[:, i] = np.clip(np.round(left[:, i] / scale), -LEVELS, LEVELS)
            error = (left[:, i] - levels[:, i] * scale) / upper[i, i]
            left[:, i + 1 : end] -= np.outer(error, upper[i, i + 1 : end])
            errors[:, i - start] = error
        left[:, end:] -= errors @ upper[start:end, end:]
    levels = levels[:, np.argsort(order)]
    _keep_greatest(levels, weights)
    rounded: NDArray[np.float32] = (levels * scale[:, None]).astype(np.float32)
    return rounded


def _keep_greatest(levels: NDArray[np.float64], weights: NDArray[np.float32]) -> None:
    """Put each channel's greatest weight at the greatest level: the scale is read off it."""
    lost = np.flatnonzero(np.abs(levels).max(1) < LEVELS)
    greatest = np.abs(weights[lost]).argmax(1)
    levels[lost, greatest] = LEVELS * np.sign(weights[lost, greatest])
