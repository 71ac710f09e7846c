"""Fine-tunes the embedder on claims and the passages of other outlets that speak to them.

    python -m training.retriever sentence-transformers/all-MiniLM-L6-v2 training/work/retriever
    python -m training.embedder training/work/retriever

A claim's passage shall be nearer than another passage of the same article and than everything
else in the batch (multiple negatives ranking loss, Henderson et al. 2017, arXiv:1705.00652).
The result is averaged with the weights it started from, so that it stays a general embedder
(Wortsman et al. 2022, arXiv:2109.01903). Claims of ``gold/dev.jsonl`` are never trained on.
The shipped embedder is the base as it is: what this brings has not been measured yet.
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from rich.progress import track
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
from transformers import get_cosine_schedule_with_warmup

from corroborate import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = ("contrast_train.jsonl", "natural_train.jsonl", "wave_train.jsonl")
ARTICLES = ("fakes.jsonl", "allsides-2017.jsonl")
#: Sentences of a negative passage, as in those of the gold sets.
NEGATIVE_SENTENCES = 2


@dataclass(frozen=True, slots=True)
class Triple:
    """What one step pulls together and pushes apart."""

    claim: str
    passage: str
    #: Another passage of the passage's article.
    negative: str


def read(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a JSON Lines file."""
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def triples(data: Path, rng: random.Random) -> list[Triple]:
    """Return a triple for each gold training claim that its passage agrees or conflicts with."""
    texts = {
        (row["outlet"], row["published"], row["title"]): row["text"]
        for name in ARTICLES
        for row in read(data / "articles" / name)
    }
    found = []
    for row in (r for name in FILES for r in read(data / "gold" / name)):
        text = texts.get((row["outlet"], row["date"], row["title"]))
        if row["stance"] == "unrelated" or text is None:
            continue
        spans = [s for s in sentences.split(text) if text[slice(*s)] not in row["passage"]]
        if not spans:
            continue
        first = rng.randrange(len(spans))
        last = min(first + NEGATIVE_SENTENCES, len(spans)) - 1
        negative = text[spans[first][0] : spans[last][1]]
        found.append(Triple(row["claim"], row["passage"], negative))
    return found


def batches(rows: list[Triple], size: int, rng: random.Random) -> list[list[Triple]]:
    """Return shuffled batches in which no passage occurs twice: it would be its own negative."""
    left = rng.sample(rows, len(rows))
    made = []
    while len(left) >= size:
        batch: list[Triple] = []
        later: list[Triple] = []
        for row in left:
            fits = len(batch) < size and all(row.passage != other.passage for other in batch)
            (batch if fits else later).append(row)
        made.append(batch)
        left = later
    return made


def train(
    base: str, rows: list[Triple], *, epochs: int, size: int, rate: float, share: float, seed: int
) -> SentenceTransformer:
    """Return the base fine-tuned on the rows.

    Args:
        base: Hub name or folder of a sentence-transformers model.
        rows: What to train on.
        epochs: Passes over the rows.
        size: Rows in a batch.
        rate: Peak learning rate.
        share: Weight of the fine-tuned weights in the average with the base's, in [0, 1].
        seed: Of the order and the dropout.
    """
    torch.manual_seed(seed)
    rng = random.Random(seed)
    model: SentenceTransformer = SentenceTransformer(base, device="cpu")
    model.max_seq_length = 128
    start = {name: weight.clone() for name, weight in model.state_dict().items()}
    plan = [batch for _ in range(epochs) for batch in batches(rows, size, rng)]
    loss_of = MultipleNegativesRankingLoss(model)
    optimiser = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.01)
    schedule = get_cosine_schedule_with_warmup(optimiser, len(plan) // 10, len(plan))
    model.train()
    for batch in track(plan, "training"):
        columns = zip(*((row.claim, row.passage, row.negative) for row in batch), strict=True)
        features = [dict(model.preprocess(list(column))) for column in columns]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = loss_of(features, torch.empty(0))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
    tuned = model.state_dict()
    model.load_state_dict(
        {
            n: torch.lerp(w, tuned[n], share) if w.is_floating_point() else w
            for n, w in start.items()
        }
    )
    model.eval()
    return model


def main() -> None:
    """Fine-tune a bi-encoder and save it."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("base", help="hub name or folder of a sentence-transformers model")
    parser.add_argument("folder", type=Path, help="where to save the result")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--rate", type=float, default=3e-5)
    parser.add_argument("--share", type=float, default=0.6, help="of the fine-tuned weights")
    parser.add_argument("--seed", type=int, default=17)
    arguments = parser.parse_args()
    rows = triples(arguments.data, random.Random(arguments.seed))
    print(f"{len(rows)} claims with a passage and a negative")
    model = train(
        arguments.base,
        rows,
        epochs=arguments.epochs,
        size=arguments.batch,
        rate=arguments.rate,
        share=arguments.share,
        seed=arguments.seed,
    )
    model.save(str(arguments.folder), create_model_card=False)


if __name__ == "__main__":
    main()
