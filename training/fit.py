"""The training loop: seeded, resumable, on one processor or GPU.

Batches are drawn from pools sorted by length, so that padding costs little; word embeddings stay
as they were pre-trained, which spares a third of the weights and keeps rare words in place. The
result is a moving average of the weights over the last part of the run.
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import track
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from training.rows import NOT_AGREES, STANCES, UNLABELLED


class Item(NamedTuple):
    """What the network reads of a pair, and what it should say."""

    premise: str
    claim: str
    #: A position in the output, ``NOT_AGREES`` or ``UNLABELLED``.
    label: int
    weight: float
    #: What teachers say, by position in the output.
    chances: Sequence[float] | None = None


#: Batches that are sorted by length together.
POOL = 50
#: Batches that are made ready while the network learns from the one before.
AHEAD = 8
#: Rows that are read at once when nothing is learnt.
READ = {"cpu": 32, "cuda": 256}
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
    #: What the teachers' chances count beside a label.
    soft: float = 0.5
    #: Encoder layers, from below, that stay as they are.
    frozen: int = 0
    #: Share of the steps after which averaging begins, and how far back it reaches.
    average_from: float = 0.5
    average_over: float = 0.1
    #: Most steps to take; 0 for all that the epochs give.
    steps: int = 0
    #: Most minutes to take, whatever the steps: the rate has fallen by then. 0 for no limit.
    minutes: float = 0.0
    seed: int = 7
    #: Seconds between checkpoints.
    checkpoint_every: float = 180.0


def open_model(folder: Path, recipe: Recipe, device: str) -> tuple[Any, Any]:
    """Return (model, tokenizer) of a Hugging Face folder of a BERT or its like, three-way."""
    models: Any = AutoModelForSequenceClassification
    model: Any = models.from_pretrained(
        folder,
        num_labels=len(STANCES),
        id2label=dict(enumerate(STANCES)),
        label2id={stance: i for i, stance in enumerate(STANCES)},
        hidden_dropout_prob=recipe.dropout,
        attention_probs_dropout_prob=0.0,
    )
    model.base_model.embeddings.word_embeddings.weight.requires_grad_(False)
    if recipe.frozen:
        model.base_model.embeddings.requires_grad_(False)
        model.base_model.encoder.layer[: recipe.frozen].requires_grad_(False)
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


def wanted(row: Item, smoothing: float, soft: float) -> list[float]:
    """Return the chance of each stance that the network should give a row.

    A two-way row leaves it to the teachers which of the other stances it is; without any it is
    all zeros, and :func:`loss_of` is content with either.
    """
    if row.label == NOT_AGREES:
        others = (row.chances or [0.0] * len(STANCES))[1:]
        return [0.0, *(chance / (sum(others) or 1.0) for chance in others)]
    if row.label == UNLABELLED:
        return list(row.chances or [0.0] * len(STANCES))
    hard = [smoothing / len(STANCES)] * len(STANCES)
    hard[row.label] += 1 - smoothing
    if row.chances is None:
        return hard
    return [(1 - soft) * h + soft * c for h, c in zip(hard, row.chances, strict=True)]


def loss_of(logits: Any, chances: Any, weights: Any) -> Any:
    """Return the weighted mean cross-entropy; a row without chances must only not agree."""
    logs = torch.log_softmax(logits.float(), -1)
    two_way = -torch.logsumexp(logs[:, 1:], -1)
    losses = torch.where(chances.sum(-1) > 0, -(chances * logs).sum(-1), two_way)
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
    device = device_of(device)
    model, tokenizer = open_model(start, recipe, device)
    plan = _plan(epochs, items_of, recipe)
    run = _Run(model, recipe, len(plan), half=half_is_faster(device))
    run.resume(out / CHECKPOINT)
    model.train()
    began, saved, first = time.monotonic(), time.monotonic(), run.step
    for inputs, targets in _ready(plan[first:], tokenizer, recipe):
        run.advance(inputs.to(device), [target.to(device) for target in targets])
        if run.step % 50 == 0 or run.step == len(plan) or run.done >= 1:
            elapsed = time.monotonic() - began
            rate = (run.step - first) * recipe.batch / elapsed
            left = elapsed / max(1e-9, run.done - run.began_at) * (1 - run.done) / 60
            print(f"{run.step}/{len(plan)} loss {run.recent_loss():.3f}, {rate:.0f} rows/s, "
                  f"{left:.0f} min left", flush=True)  # fmt: skip
        if run.done >= 1:
            break
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


def encoded(tokenizer: Any, rows: Sequence[Item], tokens: int) -> Any:
    """Return the tensors that a network reads of some rows."""
    return tokenizer(
        [row.premise for row in rows],
        [row.claim for row in rows],
        truncation="longest_first",
        max_length=tokens,
        padding=True,
        return_tensors="pt",
    )


def chances(folder: Path, rows: Sequence[Item], tokens: int, device: str) -> NDArray[np.float32]:
    """Return what a network says of each row, shape (rows, 3), in the order of ``STANCES``."""
    model, tokenizer = open_model(folder, Recipe(rate=0), device)
    model.eval()
    half = half_is_faster(device)
    result = np.zeros((len(rows), len(STANCES)), np.float32)
    order = sorted(range(len(rows)), key=lambda i: len(rows[i].premise) + len(rows[i].claim))
    for start in track(range(0, len(order), READ[device]), folder.name):
        batch = order[start : start + READ[device]]
        inputs = encoded(tokenizer, [rows[i] for i in batch], tokens).to(device)
        with torch.inference_mode(), torch.autocast(device, dtype=torch.bfloat16, enabled=half):
            logits = model(**inputs).logits
        result[batch] = torch.softmax(logits.float(), -1).cpu().numpy()
    return result


def device_of(name: str) -> str:
    """Return "cpu" or "cuda" for one of them or "auto", which takes a GPU where there is one."""
    return ("cuda" if torch.cuda.is_available() else "cpu") if name == "auto" else name


def _ready(plan: Sequence[Sequence[Item]], tokenizer: Any, recipe: Recipe) -> Iterator[Any]:
    """Yield (inputs, targets) of each batch, made ready beside the training."""

    def prepare(rows: Sequence[Item]) -> Any:
        chances = torch.tensor([wanted(row, recipe.smoothing, recipe.soft) for row in rows])
        weights = torch.tensor([row.weight for row in rows])
        return encoded(tokenizer, rows, recipe.tokens), (chances, weights)

    waiting: deque[Future[Any]] = deque()
    with ThreadPoolExecutor(1) as beside:
        for rows in plan:
            waiting.append(beside.submit(prepare, rows))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


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
        self._losses: list[Any] = []
        self._spent, self._since = 0.0, time.monotonic()
        self.began_at = 0.0

    @property
    def done(self) -> float:
        """Share of the run that is behind it, by steps or by minutes, whichever is further."""
        limit = self._recipe.minutes * 60
        by_time = (self._spent + time.monotonic() - self._since) / limit if limit else 0.0
        return min(1.0, max(self.step / self._steps, by_time))

    def advance(self, inputs: Any, targets: Sequence[Any]) -> None:
        """Take one step."""
        for group in self._optimiser.param_groups:
            group["lr"] = self._recipe.rate * self._slope()
        kind = self._model.device.type
        with torch.autocast(kind, dtype=torch.bfloat16, enabled=self._half):
            logits = self._model(**inputs).logits
        loss = loss_of(logits, *targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._weights, 1.0)
        self._optimiser.step()
        self._optimiser.zero_grad()
        self._losses.append(loss.detach())
        self.step += 1
        if self.done >= self._recipe.average_from and self.step % 5 == 0:
            self._follow()

    def recent_loss(self) -> float:
        """Return the mean loss since it was last asked for."""
        recent, self._losses = self._losses, []
        return float(sum(recent)) / max(1, len(recent))

    def _slope(self) -> float:
        done, warmup = self.done, self._recipe.warmup
        if done < warmup:
            return max(done, 1 / self._steps) / warmup
        left = (1 - done) / (1 - warmup)
        return self._recipe.floor + (1 - self._recipe.floor) * left

    def _follow(self) -> None:
        if self._average is None:
            self._average = [p.detach().clone() for p in self._weights]
            return
        expected = self.step / self.done
        pace = min(1.0, 5 / (expected * self._recipe.average_over))
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
            "spent": self._spent + time.monotonic() - self._since,
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
        self._spent = state["spent"]
        self._model.load_state_dict(state["model"])
        self._optimiser.load_state_dict(state["optimiser"])
        self.began_at = self.done
        print(f"going on from step {self.step}", flush=True)
