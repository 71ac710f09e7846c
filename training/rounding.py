"""Rounds a BERT's weights to the 8-bit levels they ship in, so that its outputs stay close.

Rounding each weight to the nearest level errs by chance, layer upon layer. Here the weights of a
column that are not rounded yet take up the error of those that are, as far as the layer's inputs
are alike: GPTQ (Frantar et al. 2022, https://arxiv.org/abs/2210.17323) on seven bits of range.
The rounded weights lie on the levels that ``onnxruntime.quantization`` finds for them, since each
output channel keeps its greatest weight.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

#: Greatest level, of a signed 8-bit weight in reduced range.
LEVELS = 64
#: Weights of a channel that are rounded before the rest hears of their error.
BLOCK = 128
#: Added to the diagonal of a layer's second moments, as a share of its mean.
DAMPING = 0.01


@torch.no_grad()
def round_weights(model: Any, inputs: Sequence[Any]) -> None:
    """Round the encoder's linear layers of a Transformers BERT in place.

    Args:
        model: The model.
        inputs: What it is called with, a few hundred texts like those it will read.
    """
    for layer, moments in _second_moments(model, inputs).items():
        layer.weight.data = _rounded(layer.weight.data, moments)


def _second_moments(model: Any, inputs: Sequence[Any]) -> dict[nn.Linear, torch.Tensor]:
    """Return the sum of ``x xᵀ`` over the inputs of each linear layer."""
    sums: dict[nn.Linear, torch.Tensor] = {}

    def add(layer: nn.Module, given: tuple[torch.Tensor, ...]) -> None:
        assert isinstance(layer, nn.Linear)
        rows = given[0].reshape(-1, layer.in_features)
        sums[layer] = sums.get(layer, 0) + rows.T @ rows

    layers = [layer for layer in model.bert.encoder.modules() if isinstance(layer, nn.Linear)]
    hooks = [layer.register_forward_pre_hook(add) for layer in layers]
    for one in inputs:
        model(**one)
    for hook in hooks:
        hook.remove()
    return sums


def _rounded(weights: torch.Tensor, moments: torch.Tensor) -> torch.Tensor:
    """Return weights, shape ``(outputs, inputs)``, on the levels of their output channels."""
    count = weights.shape[1]
    scale = weights.abs().amax(1).double() / LEVELS
    # The inputs that matter most are rounded first, while many can still make up for them.
    order = moments.diagonal().argsort(descending=True)
    left = weights[:, order].double()
    damped = moments[order][:, order].double()
    damped += DAMPING * damped.diagonal().mean() * torch.eye(count, dtype=torch.float64)
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(damped))
    upper = torch.linalg.cholesky(inverse, upper=True)
    levels = torch.zeros_like(left)
    for start in range(0, count, BLOCK):
        end = min(count, start + BLOCK)
        errors = torch.zeros(len(left), end - start, dtype=torch.float64)
        for i in range(start, end):
            levels[:, i] = (left[:, i] / scale).round().clamp(-LEVELS, LEVELS)
            error = (left[:, i] - levels[:, i] * scale) / upper[i, i]
            left[:, i + 1 : end] -= error[:, None] * upper[i, i + 1 : end]
            errors[:, i - start] = error
        left[:, end:] -= errors @ upper[start:end, end:]
    levels = levels[:, order.argsort()]
    _keep_greatest(levels, weights)
    return (levels * scale[:, None]).to(weights.dtype)


def _keep_greatest(levels: torch.Tensor, weights: torch.Tensor) -> None:
    """Put each channel's greatest weight at the greatest level: the scale is read off it."""
    lost = (levels.abs().amax(1) < LEVELS).nonzero()[:, 0]
    greatest = weights[lost].abs().argmax(1)
    levels[lost, greatest] = LEVELS * weights[lost, greatest].sign().double()
