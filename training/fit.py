"""The training loop: seeded, resumable, on one processor or GPU.

Batches are drawn from pools sorted by length, so that padding costs little; word embeddings stay
as they were pre-trained, which spares a third of the weights and keeps rare words in place. The
result is a moving average of the weights over the last part of the run.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer, BertForSequenceClassification

from training.rows import NOT_AGREES, STANCES

#: A pair of texts, its label and its weight.
Item = tuple[str, str, int, float]
#: Batches that are sorted by length together.
POOL = 50
#: Products that are timed to compare two types: other work may delay any one of them.
PRODUCTS = 10
CHECKPOINT = "checkpoint.pt"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train."""

    #: Peak learning rate of AdamW.
    rate: float
    batch: int = 32
    #: Longest pair, in tokens.
    tokens: int = 128
    #: Share of the steps in which the rate rises.
    warmup: float = 0.06
    #: The rate falls in a straight line to this share of its peak.
    floor: float = 0.0
    decay: float = 0.01
    dropout: float = 0.0
    smoothing: float = 0.0
    #: Encoder layers, from below, that stay as they are.
    frozen: int = 0
    #: Share of the steps after which averaging begins, and how far back it reaches.
    average_from: float = 0.5
    average_over: float = 0.1
    #: Most steps to take; 0 for all that the epochs give.
    steps: int = 0
    seed: int = 7
    #: Seconds between checkpoints.
    checkpoint_every: float = 180.0


def open_model(folder: Path, recipe: Recipe, device: str) -> tuple[Any, Any]:
    """Return (model, tokenizer) of a Hugging Face folder, with a three-way head."""
    model: Any = BertForSequenceClassification.from_pretrained(
        folder,
        num_labels=len(STANCES),
        id2label=dict(enumerate(STANCES)),
        label2id={stance: i for i, stance in enumerate(STANCES)},
        attn_implementation="sdpa",
        hidden_dropout_prob=recipe.dropout,
        attention_probs_dropout_prob=0.0,
    )
    model.bert.embeddings.word_embeddings.weight.requires_grad_(False)
    if recipe.frozen:
        model.bert.embeddings.requires_grad_(False)
        model.bert.encoder.layer[: recipe.frozen].requires_grad_(False)
    tokenizers: Any = AutoTokenizer
    return model.to(device), tokenizers.from_pretrained(folder)


def batches(items: Sequence[Item], size: int, rng: random.Random) -> list[list[int]]:
    """Return batches of positions: shuffled, but alike in length within a batch."""
    order = list(range(len(items)))
    rng.shuffle(order)
    result: list[list[int]] = []
    for start in range(0, len(order), size * POOL):
        pool = sorted(
            order[start : start + size * POOL], key=lambda i: len(items[i][0]) + len(items[i][1])
        )
        cut = [pool[i : i + size] for i in range(0, len(pool), size)]
        rng.shuffle(cut)
        result += cut
    return result


def half_is_faster(device: str) -> bool:
    """Return whether products of bfloat16 are faster than those of float32.

    They are emulated, up to a hundred times slower, on a processor without instructions for them.
    """
    seconds = []
    for kind in (torch.float32, torch.bfloat16):
        square = torch.ones(256, 256, dtype=kind, device=device)
        square @ square  # the first product also chooses how
        seconds.append(min(_seconds_of_product(square) for _ in range(PRODUCTS)))
    return seconds[1] < seconds[0]


def _seconds_of_product(square: Any) -> float:
    began = time.perf_counter()
    float((square @ square).sum())
    return time.perf_counter() - began


def loss_of(logits: Any, labels: Any, weights: Any, smoothing: float) -> Any:
    """Return the weighted mean loss; two-way rows are content with either other stance."""
    logs = torch.log_softmax(logits.float(), -1)
    three_way = -logs.gather(1, labels.clamp(max=NOT_AGREES - 1)[:, None])[:, 0]
    three_way = (1 - smoothing) * three_way - smoothing * logs.mean(-1)
    two_way = -torch.logsumexp(logs[:, 1:], -1)
    losses = torch.where(labels == NOT_AGREES, two_way, three_way)
    return (losses * weights).sum() / weights.sum()


def fit(
    start: Path,
    out: Path,
    epochs: int,
    items_of: Callable[[int], Sequence[Item]],
    recipe: Recipe,
    device: str = "auto",
) -> None:
    """Train from the folder ``start`` and write the averaged weights to ``out``.

    A run that was cut off goes on from its last checkpoint when it is started again.

    Args:
        start: Hugging Face folder of a BERT, with or without a head.
        out: Folder for the result; holds the checkpoint while the run lasts.
        epochs: How often ``items_of`` is asked for data.
        items_of: Returns the data of an epoch; must give the same each time it is asked.
        recipe: Settings.
        device: "auto", "cpu" or "cuda".
    """
    torch.manual_seed(recipe.seed)
    device = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
    model, tokenizer = open_model(start, recipe, device)
    plan = _plan(epochs, items_of, recipe)
    run = _Run(model, recipe, len(plan), half=half_is_faster(device))
    run.resume(out / CHECKPOINT)
    model.train()
    began, saved, first = time.monotonic(), time.monotonic(), run.step
    for step in range(first, len(plan)):
        rows = plan[step]
        run.advance(_inputs(tokenizer, rows, recipe.tokens, device), _targets(rows, device))
        if run.step % 50 == 0 or run.step == len(plan):
            elapsed = time.monotonic() - began
            left = elapsed / (step + 1 - first) * (len(plan) - run.step) / 60
            rate = (step + 1 - first) * recipe.batch / elapsed
            print(f"{run.step}/{len(plan)} loss {run.recent_loss():.3f}, {rate:.0f} rows/s, "
                  f"{left:.0f} min left", flush=True)  # fmt: skip
        if time.monotonic() - saved > recipe.checkpoint_every:
            run.save(out / CHECKPOINT)
            saved = time.monotonic()
    run.take_average()
    out.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)
    (out / CHECKPOINT).unlink(missing_ok=True)
    print(f"wrote {out}", flush=True)


def _plan(
    epochs: int, items_of: Callable[[int], Sequence[Item]], recipe: Recipe
) -> list[list[Item]]:
    plan = []
    for epoch in range(epochs):
        items = items_of(epoch)
        rng = random.Random(recipe.seed * 1000 + epoch)
        plan += [[items[i] for i in batch] for batch in batches(items, recipe.batch, rng)]
    return plan[: recipe.steps or None]


def _inputs(tokenizer: Any, rows: Sequence[Item], tokens: int, device: str) -> Any:
    return tokenizer(
        [row[0] for row in rows],
        [row[1] for row in rows],
        truncation="longest_first",
        max_length=tokens,
        padding=True,
        return_tensors="pt",
    ).to(device)


def _targets(rows: Sequence[Item], device: str) -> tuple[Any, Any]:
    labels = torch.tensor([row[2] for row in rows], device=device)
    return labels, torch.tensor([row[3] for row in rows], device=device)


class _Run:
    """A model on its way: optimiser, schedule, moving average, and where it stands."""

    def __init__(self, model: Any, recipe: Recipe, steps: int, *, half: bool) -> None:
        self.step = 0
        self._half = half
        self._model, self._recipe, self._steps = model, recipe, steps
        self._weights = [p for p in model.parameters() if p.requires_grad]
        groups = [
            {"params": [p for p in self._weights if p.ndim > 1], "weight_decay": recipe.decay},
            {"params": [p for p in self._weights if p.ndim <= 1], "weight_decay": 0.0},
        ]
        self._optimiser = torch.optim.AdamW(groups, lr=recipe.rate, fused=True)
        self._average: list[Any] | None = None
        self._losses: list[float] = []

    def advance(self, inputs: Any, targets: tuple[Any, Any]) -> None:
        """Take one step."""
        for group in self._optimiser.param_groups:
            group["lr"] = self._recipe.rate * self._slope()
        kind = self._model.device.type
        with torch.autocast(kind, dtype=torch.bfloat16, enabled=self._half):
            logits = self._model(**inputs).logits
        loss = loss_of(logits, *targets, self._recipe.smoothing)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._weights, 1.0)
        self._optimiser.step()
        self._optimiser.zero_grad()
        self._losses.append(float(loss.detach()))
        self.step += 1
        if self.step >= self._steps * self._recipe.average_from and self.step % 5 == 0:
            self._follow()

    def recent_loss(self) -> float:
        """Return the mean loss since it was last asked for."""
        recent, self._losses = self._losses, []
        return sum(recent) / max(1, len(recent))

    def _slope(self) -> float:
        rising = max(1, int(self._steps * self._recipe.warmup))
        if self.step < rising:
            return (self.step + 1) / rising
        left = (self._steps - self.step) / (self._steps - rising)
        return self._recipe.floor + (1 - self._recipe.floor) * left

    def _follow(self) -> None:
        if self._average is None:
            self._average = [p.detach().clone() for p in self._weights]
            return
        pace = min(1.0, 5 / (self._steps * self._recipe.average_over))
        for mean, weight in zip(self._average, self._weights, strict=True):
            mean.lerp_(weight.detach(), pace)

    def take_average(self) -> None:
        """Put the averaged weights in the model."""
        for mean, weight in zip(self._average or [], self._weights, strict=False):
            weight.data.copy_(mean)

    def save(self, file: Path) -> None:
        """Write everything that going on needs; replaces the last checkpoint in one move."""
        file.parent.mkdir(parents=True, exist_ok=True)
        state = {
            "step": self.step,
            "model": self._model.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "average": self._average,
        }
        torch.save(state, file.with_suffix(".new"))
        file.with_suffix(".new").replace(file)

    def resume(self, file: Path) -> None:
        """Go on from a checkpoint, if there is one."""
        if not file.exists():
            return
        state = torch.load(file, weights_only=True)
        self.step, self._average = state["step"], state["average"]
        self._model.load_state_dict(state["model"])
        self._optimiser.load_state_dict(state["optimiser"])
        print(f"going on from step {self.step}", flush=True)
