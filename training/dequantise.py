"""Turns a shipped 8-bit folder back into a PyTorch one in fp32, with the weights it really has.

    python -m training.dequantise corroborate/models/judge training/work/judge-fp32

To compare with sentence-transformers on the same weights, or to train on from what was shipped.
Reads graphs that :mod:`training.quantise` wrote, with an early exit or without: their weights are
anonymous, but a BERT's layers come in one order.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
import torch
import transformers
from onnx import numpy_helper

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

hf: Any = transformers

EMBEDDINGS = (
    "word_embeddings.weight",
    "position_embeddings.weight",
    "token_type_embeddings.weight",
    "LayerNorm.weight",
    "LayerNorm.bias",
)
#: What kept its name in each layer.
LAYER = (
    "attention.output.dense.bias",
    "attention.output.LayerNorm.weight",
    "attention.output.LayerNorm.bias",
    "intermediate.dense.bias",
    "output.dense.bias",
    "output.LayerNorm.weight",
    "output.LayerNorm.bias",
)


class Graph:
    """The weights of an ONNX graph, as float32, and its nodes by type."""

    def __init__(self, file: Path) -> None:
        graph = onnx.load(str(file)).graph
        self._nodes = list(_flat(graph))
        self._arrays = {i.name: numpy_helper.to_array(i) for i in graph.initializer}

    def nodes(self, kind: str) -> Iterator[list[str]]:
        """Yield the input names of each node of one type, in order."""
        return (list(node.input) for node in self._nodes if node.op_type == kind)

    def array(self, name: str) -> NDArray[np.float32]:
        """Return a weight by its name, with or without the ending of its 8-bit form."""
        name = name.removesuffix("_quantized")
        if name in self._arrays:
            return np.array(self._arrays[name], np.float32)
        integers = self._arrays[f"{name}_quantized"].astype(np.int32)
        zero = self._arrays[f"{name}_zero_point"].astype(np.int32)
        return np.array((integers - zero) * self._arrays[f"{name}_scale"], np.float32)

    def weight(self, inputs: list[str]) -> NDArray[np.float32]:
        """Return the weights of an 8-bit linear node, shape ``(K, outputs)``, by its inputs.

        What its input is multiplied by for the sake of 8 bits (:mod:`training.rounding`) they
        take back.
        """
        weights = self.array(inputs[1])
        given = inputs[0].removesuffix("_quantized")
        if f"{given}_factors" in self._arrays:
            weights = weights * self.array(f"{given}_factors")[:, None]
        return weights

    def linear(self, path: str) -> dict[str, NDArray[np.float32]]:
        """Return weight and bias of a linear layer that kept its name, by that name."""
        return {
            f"{path}.weight": self.array(f"model.{path}.weight_Transposed").T,
            f"{path}.bias": self.array(f"model.{path}.bias"),
        }


def _flat(graph: onnx.GraphProto) -> Iterator[onnx.NodeProto]:
    """Yield a graph's nodes, those behind an early exit too (:mod:`training.early_exit`)."""
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            yield from _flat(attribute.g)


def bert_state(graph: Graph) -> dict[str, NDArray[np.float32]]:
    """Return the weights of the BERT in a graph under their PyTorch names."""
    state: dict[str, NDArray[np.float32]] = {}
    (embedding,) = graph.nodes("QEmbedLayerNormalization")
    prefix = embedding[2].partition("embeddings.")[0]
    for part, name in zip(EMBEDDINGS, embedding[2:7], strict=True):
        state[f"embeddings.{part}"] = graph.array(name)
    for i, inputs in enumerate(graph.nodes("QAttention")):
        weights = np.split(graph.weight(inputs), 3, axis=1)
        biases = np.split(graph.array(inputs[2]), 3)
        for part, weight, bias in zip(("query", "key", "value"), weights, biases, strict=True):
            state[f"encoder.layer.{i}.attention.self.{part}.weight"] = weight.T
            state[f"encoder.layer.{i}.attention.self.{part}.bias"] = bias
    # Not strict: an 8-bit pooler and classifier would come last, and keep their names.
    for i, parts in enumerate(zip(*[graph.nodes("MatMulInteger")] * 3, strict=False)):
        names = ("attention.output.dense", "intermediate.dense", "output.dense")
        for name, inputs in zip(names, parts, strict=True):
            state[f"encoder.layer.{i}.{name}.weight"] = graph.weight(inputs).T
    for i in range(len(list(graph.nodes("QAttention")))):
        for part in LAYER:
            name = f"encoder.layer.{i}.{part}"
            state[name] = graph.array(f"{prefix}{name}")
    return state


def dequantise(source: Path, folder: Path) -> None:
    """Write ``source``, a folder with ``onnx/model.onnx``, as a PyTorch folder in fp32."""
    graph = Graph(source / "onnx" / "model.onnx")
    config = hf.AutoConfig.from_pretrained(str(source))
    state = bert_state(graph)
    if "BertForSequenceClassification" in (config.architectures or ()):
        model = hf.AutoModelForSequenceClassification.from_config(config)
        state = {f"bert.{name}": array for name, array in state.items()}
        state |= graph.linear("bert.pooler.dense") | graph.linear("classifier")
    else:
        model = hf.BertModel(config, add_pooling_layer=False)
    model.load_state_dict({n: torch.from_numpy(a.copy()) for n, a in state.items()})
    shutil.copytree(
        source, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("onnx", "*.md")
    )
    model.save_pretrained(folder)


def main() -> None:
    """Write a shipped folder as a PyTorch one."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("source", type=Path, help="folder with onnx/model.onnx")
    parser.add_argument("folder", type=Path, help="where to write")
    arguments = parser.parse_args()
    dequantise(arguments.source, arguments.folder)


if __name__ == "__main__":
    main()
