"""Exports a BERT to one 8-bit ONNX file that onnxruntime, and so sentence-transformers, can run.

Weights are signed 8-bit per output channel in seven bits of range, so that the products of two
of them do not saturate on processors without VNNI; word embeddings are 8-bit as well; activations
are scaled to 8 bits as they come. Embedding, attention and GELU are fused first. A classifier's
last layer computes only the token that the classifier reads. Given texts like those that it will
read, the graph is fitted to 8 bits before (:mod:`training.rounding`).
https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html
"""

from __future__ import annotations

import logging
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer
from onnxruntime.transformers.fusion_options import FusionOptions
from torch import nn

from training.rounding import fit, observe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.rounding import Feed

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
#: What becomes 8-bit.
QUANTISED = ("MatMul", "Attention", "EmbedLayerNormalization")
#: ``onnx.TensorProto.FLOAT``: the type of tensors whose type cannot be inferred.
FLOAT = 1


class _Named(nn.Module):
    """A Transformers model that takes its inputs by position and returns one output."""

    def __init__(self, model: nn.Module, output: str) -> None:
        super().__init__()
        self.model = model
        self.output = output

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        outputs = self.model(**dict(zip(INPUTS, inputs, strict=True)))
        tensor: torch.Tensor = outputs[self.output]
        return tensor


def export_fp32(model: Any, file: Path, output: str) -> None:
    """Write a Transformers BERT as it is.

    Args:
        model: The model, loaded with ``attn_implementation="eager"`` (what the fusion knows).
        file: Where to write.
        output: The output to keep: "last_hidden_state" or "logits".
    """
    ids = torch.ones((2, 16), dtype=torch.long)
    axes = {name: {0: "batch", 1: "tokens"} for name in INPUTS}
    axes[output] = {0: "batch", 1: "tokens"} if output == "last_hidden_state" else {0: "batch"}
    file.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Named(model.eval(), output),
            (ids, ids, ids * 0),
            str(file),
            input_names=list(INPUTS),
            output_names=[output],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )


def export_int8(model: Any, file: Path, output: str, typical: Sequence[Feed] = ()) -> None:
    """Write a Transformers BERT fused and quantised.

    Args:
        model: As for :func:`export_fp32`.
        file: Where to write.
        output: As for :func:`export_fp32`.
        typical: A few hundred texts like those that it will read; without any, weights are
            rounded to the nearest level.

    Raises:
        ValueError: Not every layer's attention was recognised.
    """
    logging.getLogger().setLevel(logging.ERROR)
    config = model.config
    fusion = FusionOptions("bert")
    fusion.enable_skip_layer_norm = fusion.enable_bias_skip_layer_norm = False
    with tempfile.TemporaryDirectory() as scratch:
        plain, fused = Path(scratch, "plain.onnx"), Path(scratch, "fused.onnx")
        export_fp32(model, plain, output)
        graph = optimizer.optimize_model(
            str(plain),
            "bert",
            num_heads=config.num_attention_heads,
            hidden_size=config.hidden_size,
            optimization_options=fusion,
            opt_level=0,
        )
        attentions = graph.get_fused_operator_statistics()["Attention"]
        if attentions != config.num_hidden_layers:
            raise ValueError(f"{attentions} of {config.num_hidden_layers} attentions were fused")
        _keep_normalisation_apart(graph.model.graph)
        inputs = observe(graph.model, typical) if typical else None
        if output == "logits":
            _keep_first_token(graph.model.graph)
        if inputs:
            fit(graph.model.graph, inputs)
        graph.save_model_to_file(str(fused))
        # The pooler and the classifier stay: they cost nothing and decide much. onnxruntime
        # takes a Gemm apart, into a node of this name, before it looks at the exclusions.
        kept = [f"{node.name}_MatMul" for node in graph.get_nodes_by_op_type("Gemm")]
        file.parent.mkdir(parents=True, exist_ok=True)
        quantize_dynamic(
            fused,
            file,
            op_types_to_quantize=list(QUANTISED),
            nodes_to_exclude=kept,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            extra_options={"MatMulConstBOnly": True, "DefaultTensorType": FLOAT},
        )


def _keep_normalisation_apart(graph: onnx.GraphProto) -> None:
    """Keep onnxruntime from fusing residuals with what normalises them.

    The fused kernel is four times as slow as the two that it replaces (onnxruntime 1.32): of
    an "Add" it would be made when the model is loaded, of a "Sum" it is not.
    """
    normalised = {n.input[0] for n in graph.node if n.op_type == "LayerNormalization"}
    for node in graph.node:
        if node.op_type == "Add" and node.output[0] in normalised:
            node.op_type = "Sum"


def _keep_first_token(graph: onnx.GraphProto) -> None:
    """Drop all tokens but the first behind the last attention: a classifier reads no other."""
    attention = [node for node in graph.node if node.op_type == "Attention"][-1]
    residual = attention.input[0]
    after = list(graph.node)[list(graph.node).index(attention) + 1 :]
    graph.initializer.extend(
        onnx.numpy_helper.from_array(np.array([value], np.int64), name)
        for name, value in (("first", 0), ("second", 1), ("tokens", 1))
    )
    for name in (attention.output[0], residual):
        for node in after:
            for i, wanted in enumerate(node.input):
                if wanted == name:
                    node.input[i] = f"{name}_first"
        graph.node.append(
            onnx.helper.make_node(
                "Slice", [name, "first", "second", "tokens"], [f"{name}_first"], f"{name}_slice"
            )
        )
