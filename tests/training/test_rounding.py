"""A graph fitted to 8 bits: outputs stay close, weights lie on their levels and come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper

from tests.training.small import logits, network
from training.dequantise import Graph, bert_state
from training.quantise import INPUTS, export_int8
from training.rounding import LEVELS

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def texts(count: int, seed: int) -> list[dict[str, NDArray[np.int64]]]:
    """Return inputs of the network."""
    ids = np.random.default_rng(seed).integers(0, 50, (count, 1, 12))
    return [
        dict(zip(INPUTS, (one, np.ones_like(one), np.zeros_like(one)), strict=True)) for one in ids
    ]


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of the network in 8 bits, fitted to typical texts."""
    file = tmp_path_factory.mktemp("fitted") / "model.onnx"
    export_int8(network(), file, "logits", texts(200, seed=1))
    return file


def test_outputs_stay_closer_than_by_rounding_to_the_nearest(fitted: Path, tmp_path: Path) -> None:
    """Also on texts that it was not fitted to."""
    unseen = texts(100, seed=2)
    with torch.no_grad():
        wanted = np.concatenate(
            [
                network()(**{k: torch.from_numpy(v) for k, v in feed.items()}).logits
                for feed in unseen
            ]
        )
    export_int8(network(), tmp_path / "model.onnx", "logits")
    theirs = ((logits(tmp_path / "model.onnx", unseen) - wanted) ** 2).mean()
    assert ((logits(fitted, unseen) - wanted) ** 2).mean() < 0.25 * theirs


def test_weights_lie_on_the_levels_of_their_channels(fitted: Path) -> None:
    """Each output channel uses the range of levels that saturates on no processor."""
    graph = onnx.load(str(fitted)).graph
    arrays = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    read = [n.input[1] for n in graph.node if n.op_type in {"QAttention", "MatMulInteger"}]
    assert len(read) == 2 * 4
    for name in read:
        assert set(np.abs(arrays[name].astype(int)).max(0)) == {LEVELS}


def test_weights_come_back(fitted: Path) -> None:
    """What was taken from a layer's input is given back to its weights."""
    state = bert_state(Graph(fitted))
    for name, tensor in network().bert.state_dict().items():
        if "encoder" in name and name.endswith("weight") and tensor.ndim == 2:
            error = np.abs(state[name] - tensor.numpy()).mean()
            assert error < 0.1 * tensor.abs().mean().item(), name
