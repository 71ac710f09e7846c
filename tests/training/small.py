"""A judge of two small layers, and what its graph makes of texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime
import torch
import transformers

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

#: Its classes are not typed.
hub: Any = transformers


def network() -> Any:
    """Return a small BERT, always the same one, with some channels far greater than the rest."""
    torch.manual_seed(5)
    config = hub.BertConfig(
        vocab_size=50,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        initializer_range=0.3,
        num_labels=3,
        attn_implementation="eager",
    )
    model = hub.BertForSequenceClassification(config).eval()
    for name, parameter in model.named_parameters():
        if name.endswith("LayerNorm.weight"):
            parameter.data.normal_(1, 0.1)[3:5] *= 12
        elif name.endswith("bias"):
            parameter.data.normal_(std=0.1)
    return model


def logits(file: Path, feeds: list[dict[str, NDArray[np.int64]]]) -> NDArray[np.float32]:
    """Return what a graph makes of texts, each for itself, shape ``(texts, 3)``."""
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    return np.concatenate([session.run(None, feed)[0] for feed in feeds])
