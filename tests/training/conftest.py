"""A model of two tiny layers to train."""

# ruff: noqa: SIM905 - a vocabulary reads better as text

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from tokenizers import BertWordPieceTokenizer

hf: Any = transformers
WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] the bridge is open shut not north south".split()


@pytest.fixture
def start(tmp_path: Path) -> Path:
    """Return the folder of an untrained model."""
    torch.manual_seed(0)
    made = BertWordPieceTokenizer(vocab={word: i for i, word in enumerate(WORDS)}, lowercase=True)
    tokenizer = hf.BertTokenizerFast(tokenizer_object=made._tokenizer, model_max_length=16)
    config = hf.BertConfig(
        vocab_size=len(WORDS),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        initializer_range=0.2,
    )
    folder = tmp_path / "start"
    hf.BertModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
