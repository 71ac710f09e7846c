"""An early exit: pairs that are plainly unrelated leave, all others get the answer they got."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import onnx
import onnxruntime
import pytest
from scipy.special import softmax

from tests.training.small import logits, network
from training.dequantise import Graph, bert_state
from training.early_exit import (
    GRID,
    UNRELATED,
    Head,
    Seen,
    choose_threshold,
    fit_head,
    insert,
    see,
)
from training.quantise import INPUTS, export_int8

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

COUNT, LENGTH, CLAIM = 40, 12, 5


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of a small judge in 8 bits."""
    file = tmp_path_factory.mktemp("judge") / "model.onnx"
    export_int8(network(), file, "logits")
    return file


@pytest.fixture(scope="module")
def feeds() -> list[dict[str, NDArray[np.int64]]]:
    """Return pairs: passages, and claims behind them."""
    ids = np.random.default_rng(3).integers(5, 50, (COUNT, 1, LENGTH))
    types = (np.arange(LENGTH)[None] >= LENGTH - CLAIM).astype(np.int64)
    return [dict(zip(INPUTS, (one, np.ones_like(one), types), strict=True)) for one in ids]


@pytest.fixture(scope="module")
def head(whole: Path, feeds: list[dict[str, NDArray[np.int64]]]) -> Head:
    """Return a head that learnt from the small judge."""
    return fit_head(see(onnx.load(str(whole)), 1, feeds))


def with_exit(whole: Path, file: Path, head: Head, threshold: float) -> Path:
    """Write a graph that got an early exit after its first layer."""
    model = onnx.load(str(whole))
    insert(model, 1, head, threshold)
    onnx.checker.check_model(model)
    onnx.save(model, str(file))
    return file


def test_what_leaves_gets_the_heads_answer_and_nothing_else_changes(
    whole: Path, feeds: list[dict[str, NDArray[np.int64]]], head: Head, tmp_path: Path
) -> None:
    """Half of the pairs leave; the others' logits are the same to the last bit."""
    said = head.chances(see(onnx.load(str(whole)), 1, feeds).features)
    threshold = float(np.median(said[:, UNRELATED]))
    leaves = said[:, UNRELATED] > threshold
    assert 0 < leaves.sum() < COUNT
    before = logits(whole, feeds)
    after = logits(with_exit(whole, tmp_path / "exit.onnx", head, threshold), feeds)
    np.testing.assert_array_equal(after[~leaves], before[~leaves])
    np.testing.assert_allclose(softmax(after[leaves], -1), said[leaves], atol=1e-4)


def test_pairs_side_by_side(
    whole: Path, feeds: list[dict[str, NDArray[np.int64]]], head: Head, tmp_path: Path
) -> None:
    """In a padded batch what leaves gets the same answer, whether all leave or not.

    But for what 8 bits make of it: they are scaled to all that is in a batch.
    """
    few = feeds[:6]
    said = head.chances(see(onnx.load(str(whole)), 1, few).features)[:, UNRELATED]
    together = {name: np.concatenate([feed[name] for feed in few]) for name in INPUTS}
    padded = {name: np.pad(some, ((0, 0), (0, 4))) for name, some in together.items()}
    order = np.sort(said)
    gap = int(np.diff(order).argmax())
    for threshold in (float(order[gap : gap + 2].mean()), 0.0):
        file = with_exit(whole, tmp_path / f"{threshold}.onnx", head, threshold)
        session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
        side_by_side = session.run(None, padded)[0]
        leaves = said > threshold
        assert leaves.any()
        alone = softmax(logits(file, few)[leaves], -1)
        np.testing.assert_allclose(softmax(side_by_side[leaves], -1), alone, atol=0.06)


def test_weights_come_back(whole: Path, head: Head, tmp_path: Path) -> None:
    """The layers behind the exit are found when the graph is turned back into a network."""
    file = with_exit(whole, tmp_path / "exit.onnx", head, 0.9)
    before, after = bert_state(Graph(whole)), bert_state(Graph(file))
    assert before.keys() == after.keys()
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_one_exit_is_enough(whole: Path, head: Head) -> None:
    """A graph that has one is refused."""
    model = onnx.load(str(whole))
    insert(model, 1, head, 0.9)
    with pytest.raises(ValueError, match="early exit already"):
        insert(model, 1, head, 0.9)


def test_head_learns_what_the_network_says() -> None:
    """Where the features tell, it says so."""
    rng = np.random.default_rng(1)
    features = rng.normal(3, 2, (600, 12)).astype(np.float32)
    chances = np.where(features[:, :1] > 3, [[0.05, 0.05, 0.9]], [[0.6, 0.3, 0.1]])
    head = fit_head(Seen(features[:400], chances[:400].astype(np.float32)))
    told = head.chances(features[400:])[:, UNRELATED] > 0.5
    assert (told == (features[400:, 0] > 3)).mean() > 0.9


def test_threshold_spares_each_kind() -> None:
    """The kind of pair that loses most decides; where nothing helps, that is said."""
    said = np.array([[0.0, 0.0, 0.85], [0.0, 0.0, 0.9]] * 50, np.float32)
    whole = np.array([[0.1, 0.0, 0.9], [0.0, 0.9, 0.1]] * 50, np.float32)
    kinds = np.array(["checks"] * 100)
    assert choose_threshold(said, whole, kinds) == pytest.approx(0.9)
    whole[1::2] = [0.0, 0.0, 1.0]
    assert choose_threshold(said, whole, kinds) == GRID[0]
    assert choose_threshold(
        np.concatenate([said, said]), np.concatenate([whole, 1 - whole]),
        np.array(["checks"] * 100 + ["gold"] * 100),
    ) == pytest.approx(0.9)  # fmt: skip
    said[:] = [0, 0, 1]
    whole[:] = [1, 0, 0]
    with pytest.raises(ValueError, match="no threshold"):
        choose_threshold(said, whole, kinds)
