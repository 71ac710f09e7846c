"""The training loop, on a model of two tiny layers."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from training.fit import CHECKPOINT, Item, Recipe, batches, fit, loss_of, open_model, wanted
from training.rows import NOT_AGREES, UNLABELLED

ITEMS: list[Item] = [
    Item("the bridge is open", "open", 0, 1.0),
    Item("the bridge is shut", "open", 0, 1.0),
    Item("the bridge is open", "shut", 1, 1.0),
    Item("the bridge is shut", "shut", 1, 1.0),
    Item("the bridge is open", "south", 2, 1.0),
    Item("the bridge is shut", "south", 2, 1.0),
] * 8
RECIPE = Recipe(rate=3e-3, batch=8, tokens=16)


def test_two_way_rows_are_content_with_either_other_stance() -> None:
    """The loss is that of not agreeing, however the rest is shared."""
    logits = torch.tensor([[0.0, 3.0, 1.0], [0.0, 1.0, 3.0]])
    either = torch.tensor([wanted(Item("", "", NOT_AGREES, 1.0), 0.1, 0.5)] * 2)
    two_way = loss_of(logits, either, torch.ones(2))
    expected = -torch.log(1 - torch.softmax(logits, -1)[0, 0])
    assert two_way.item() == pytest.approx(expected.item())


@pytest.mark.parametrize(
    ("label", "chances", "expected"),
    [
        (1, None, [0.05, 0.9, 0.05]),
        (1, (0.2, 0.6, 0.2), [0.125, 0.75, 0.125]),
        (UNLABELLED, (0.2, 0.6, 0.2), [0.2, 0.6, 0.2]),
        (NOT_AGREES, (0.5, 0.3, 0.2), [0.0, 0.6, 0.4]),
    ],
)
def test_teachers_count_beside_a_label(
    label: int, chances: tuple[float, ...] | None, expected: list[float]
) -> None:
    """Half and half; alone where nobody labelled; within the label where it leaves a choice."""
    row = Item("", "", label, 1.0, chances)
    assert wanted(row, smoothing=0.15, soft=0.5) == pytest.approx(expected)


def test_every_row_is_in_one_batch_beside_rows_of_its_length() -> None:
    """Shuffling and sorting lose nothing."""
    import random

    items: list[Item] = [Item("w " * (i % 40), "w", 0, 1.0) for i in range(500)]
    cut = batches(items, 10, random.Random(1))
    assert sorted(i for batch in cut for i in batch) == list(range(500))
    spread = [max(i % 40 for i in batch) - min(i % 40 for i in batch) for batch in cut]
    assert max(spread) <= 2


def test_training_teaches(start: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """After a few epochs the model knows its rows, and the word embeddings are as they were."""
    out = tmp_path / "out"
    fit(start, out, 60, lambda _: ITEMS, RECIPE, "cpu")
    model, tokenizer = open_model(out, RECIPE, "cpu")
    inputs = tokenizer(
        [i.premise for i in ITEMS], [i.claim for i in ITEMS], padding=True, return_tensors="pt"
    )
    said = model.eval()(**inputs).logits.argmax(1).tolist()
    assert said == [item.label for item in ITEMS]
    first, _ = open_model(start, RECIPE, "cpu")
    before, after = (m.bert.embeddings.word_embeddings.weight for m in (first, model))
    assert torch.equal(before, after)
    assert "wrote" in capsys.readouterr().out


def test_a_run_that_was_cut_off_goes_on(
    start: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The steps before the cut are not taken again, and the checkpoint goes at the end."""
    out = tmp_path / "out"

    def cut(epoch: int) -> list[Item]:
        return ITEMS if epoch == 0 else [*ITEMS, Item("the", "the", 0, "cut")]  # type: ignore[arg-type]

    always = Recipe(rate=1e-3, batch=8, tokens=16, checkpoint_every=0.0)
    with pytest.raises(ValueError, match="too many dimensions"):
        fit(start, out, 2, cut, always, "cpu")
    assert (out / CHECKPOINT).exists()
    fit(start, out, 2, lambda _: ITEMS, always, "cpu")
    assert "going on from step" in capsys.readouterr().out
    assert not (out / CHECKPOINT).exists()


def test_a_run_ends_when_its_minutes_are_over(
    start: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The rate has fallen by then, and what it learnt is written."""
    short = Recipe(rate=3e-3, batch=8, tokens=16, minutes=0.02)
    fit(start, tmp_path / "out", 5_000, lambda _: ITEMS, short, "cpu")
    assert "0 min left" in capsys.readouterr().out
    assert (tmp_path / "out" / "model.safetensors").exists()
