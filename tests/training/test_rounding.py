"""Weights on their 8-bit levels, with outputs that stay close."""

from __future__ import annotations

from typing import Any

import torch
import transformers

from training.rounding import LEVELS, round_weights

#: Its classes are not typed.
hub: Any = transformers


def network() -> Any:
    """Return a small BERT, always with the same random weights."""
    torch.manual_seed(5)
    config = hub.BertConfig(
        vocab_size=50,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        initializer_range=0.3,
    )
    return hub.BertForSequenceClassification(config).eval()


def linear_weights(model: Any) -> list[torch.Tensor]:
    """Return the weights that are rounded."""
    layers = model.bert.encoder.modules()
    return [layer.weight.data for layer in layers if isinstance(layer, torch.nn.Linear)]


def nearest(model: Any) -> Any:
    """Round each weight to the nearest level of its channel."""
    for weight in linear_weights(model):
        scale = weight.abs().amax(1, keepdim=True) / LEVELS
        weight.copy_((weight / scale).round() * scale)
    return model


def test_weights_lie_on_the_levels_of_their_channels() -> None:
    """The scale that the quantiser reads off a channel's greatest weight stays as it was."""
    before, model = network(), network()
    ids = torch.randint(0, 50, (40, 12))
    round_weights(model, [{"input_ids": row[None]} for row in ids])
    for old, new in zip(linear_weights(before), linear_weights(model), strict=True):
        torch.testing.assert_close(new.abs().amax(1), old.abs().amax(1))
        levels = new / (old.abs().amax(1, keepdim=True) / LEVELS)
        torch.testing.assert_close(levels, levels.round(), atol=1e-3, rtol=0)


def test_outputs_stay_closer_than_by_rounding_to_the_nearest() -> None:
    """Also on texts that the rounding has not seen."""
    ids = torch.randint(0, 50, (400, 12), generator=torch.Generator().manual_seed(1))
    seen, unseen = ids[:200], ids[200:]
    model = network()
    round_weights(model, [{"input_ids": row[None]} for row in seen])
    with torch.no_grad():
        wanted = network()(input_ids=unseen, output_hidden_states=True).hidden_states[-1]
        ours = model(input_ids=unseen, output_hidden_states=True).hidden_states[-1]
        theirs = nearest(network())(input_ids=unseen, output_hidden_states=True).hidden_states[-1]
    assert (ours - wanted).pow(2).mean() < 0.8 * (theirs - wanted).pow(2).mean()
