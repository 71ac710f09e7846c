"""Writes the judge as it ships: a sentence-transformers CrossEncoder folder with 8-bit weights.

python -m training.export training/work/stage2 corroborate/models/judge
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from transformers import AutoTokenizer, BertForSequenceClassification

from corroborate import models
from corroborate.judge.network import FolderNetwork, NamedNetwork
from corroborate.judge.pairs import pair_text
from training.quantise import export_int8
from training.rows import STANCES, share, stance_examples

if TYPE_CHECKING:
    from training.rounding import Feed

#: Longest pair, in tokens: a passage of 100 words with its title, and a long claim.
MAX_TOKENS = 256
#: Pairs that the graph is fitted to 8 bits for: of all kinds that are written here.
TYPICAL, TYPICAL_COUNT = Path(__file__).parent / "data", 900
#: Most accuracy that 8 bits may cost. Answers near a tie change more often than that.
MOST_LOST = 0.007


def export(start: Path, folder: Path) -> None:
    """Write the shipped folder of a Hugging Face one; a README and a calibration there stay."""
    model: Any = BertForSequenceClassification.from_pretrained(start, attn_implementation="eager")
    tokenizers: Any = AutoTokenizer
    tokenizer = tokenizers.from_pretrained(start, model_max_length=MAX_TOKENS)
    export_int8(model, folder / "onnx" / "model.onnx", "logits", _typical(tokenizer))
    model.config.id2label = dict(enumerate(STANCES))
    model.config.label2id = {stance: i for i, stance in enumerate(STANCES)}
    model.config.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    (folder / "vocab.txt").unlink(missing_ok=True)


def _typical(tokenizer: Any) -> list[Feed]:
    """Return pairs such as the judge will read as it reads them, always the same ones."""
    written = [e for file in sorted(TYPICAL.glob("*.jsonl")) for e in stance_examples(file)]
    examples = share(written, TYPICAL_COUNT, random.Random(7))
    pairs = [pair_text(example.pair) for example in examples]
    return [dict(tokenizer(*pair, truncation=True, return_tensors="np")) for pair in pairs]


def agreement(start: Path, folder: Path, gold: Path) -> tuple[float, float, float]:
    """Return accuracy in fp32, accuracy in 8 bits, and how often the two say the same."""
    examples = stance_examples(gold)
    pairs = [pair_text(example.pair) for example in examples]
    labels = np.array([example.label for example in examples])
    full = NamedNetwork(str(start)).logits(pairs).argmax(1)
    small = FolderNetwork(folder).logits(pairs).argmax(1)
    return (
        float((full == labels).mean()),
        float((small == labels).mean()),
        float((full == small).mean()),
    )


def main() -> None:
    """Export a judge, and check that quantisation left its answers as they were."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("start", type=Path, help="Hugging Face folder")
    parser.add_argument("folder", type=Path, nargs="?", default=models.JUDGE)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    arguments = parser.parse_args()
    export(arguments.start, arguments.folder)
    full, small, same = agreement(
        arguments.start, arguments.folder, arguments.data / "gold" / "dev.jsonl"
    )
    print(
        f"{arguments.folder}: accuracy {full:.4f} in fp32, {small:.4f} in 8 bits, same {same:.4f}"
    )
    if full - small > MOST_LOST:
        raise SystemExit(f"8 bits cost {full - small:.1%} of the answers")


if __name__ == "__main__":
    main()
