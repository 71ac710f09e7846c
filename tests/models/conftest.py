"""Tiny models with random weights, in the folders that sentence-transformers writes."""

from __future__ import annotations

import random
import string
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WORDS = ("the", "council", "met", "on", "friday", "missiles", "struck", "base", "no", ".")
QUERY_PROMPT = "the base : "


@pytest.fixture(scope="session")
def bert_parts() -> Callable[..., dict[str, Any]]:
    """Return a maker of keyword arguments for a tiny ``BertConfig``."""

    def parts(**more: Any) -> dict[str, Any]:
        return {
            "vocab_size": len(_vocabulary()),
            "hidden_size": 32,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "intermediate_size": 64,
            "max_position_embeddings": 64,
            "initializer_range": 0.3,
            **more,
        }

    return parts


def _vocabulary() -> dict[str, int]:
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = [*string.ascii_lowercase, *(f"##{c}" for c in string.ascii_lowercase), ":"]
    return {token: i for i, token in enumerate(dict.fromkeys([*special, *letters, *WORDS]))}


@pytest.fixture(scope="session")
def tokenizer() -> Any:
    """Return a word-piece tokenizer over a few words and single letters."""
    import transformers
    from tokenizers import BertWordPieceTokenizer

    made = BertWordPieceTokenizer(vocab=_vocabulary(), lowercase=True)
    hf: Any = transformers
    return hf.BertTokenizerFast(tokenizer_object=made._tokenizer, model_max_length=64)


@pytest.fixture(scope="session")
def bi_encoder(
    tmp_path_factory: pytest.TempPathFactory,
    bert_parts: Callable[..., dict[str, Any]],
    tokenizer: Any,
) -> Callable[[str], Path]:
    """Return a maker of tiny embedders by their pooling, saved by sentence-transformers."""
    import torch
    import transformers
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    hf: Any = transformers

    def make(pooling: str) -> Path:
        torch.manual_seed(1)
        base = tmp_path_factory.mktemp("bert")
        hf.BertModel(hf.BertConfig(**bert_parts())).save_pretrained(base)
        tokenizer.save_pretrained(base)
        transformer = Transformer(str(base))
        pool = Pooling(transformer.get_embedding_dimension(), pooling_mode=pooling)
        model = SentenceTransformer(
            modules=[transformer, pool],
            device="cpu",
            prompts={"query": QUERY_PROMPT, "document": ""},
        )
        folder = tmp_path_factory.mktemp("bi-encoder")
        model.save(str(folder), create_model_card=False)
        return folder

    return make


@pytest.fixture(scope="session")
def cross_encoder(
    tmp_path_factory: pytest.TempPathFactory,
    bert_parts: Callable[..., dict[str, Any]],
    tokenizer: Any,
) -> Callable[[list[str]], Path]:
    """Return a maker of tiny cross-encoders by their labels, saved by sentence-transformers."""
    import torch
    import transformers
    from sentence_transformers import CrossEncoder

    hf: Any = transformers

    def make(labels: list[str]) -> Path:
        torch.manual_seed(2)
        base = tmp_path_factory.mktemp("bert")
        names = dict(enumerate(labels))
        config = hf.BertConfig(
            **bert_parts(id2label=names, label2id={n: i for i, n in names.items()})
        )
        hf.BertForSequenceClassification(config).save_pretrained(base)
        tokenizer.save_pretrained(base)
        folder = tmp_path_factory.mktemp("cross-encoder")
        CrossEncoder(str(base), device="cpu").save_pretrained(str(folder))
        return folder

    return make


@pytest.fixture(scope="session")
def as_onnx(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, str], Path]:
    """Return a maker of a copy of a folder with an fp32 ONNX file in place of its weights."""
    import shutil

    import transformers

    from training.quantise import export_fp32

    def make(folder: Path, output: str) -> Path:
        name = "AutoModelForSequenceClassification" if output == "logits" else "AutoModel"
        model = getattr(transformers, name).from_pretrained(folder, attn_implementation="eager")
        copy = tmp_path_factory.mktemp("onnx") / "copy"
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("*.safetensors"))
        export_fp32(model, copy / "onnx" / "model.onnx", output)
        return copy

    return make


@pytest.fixture(scope="session")
def texts() -> list[str]:
    """Return texts of many lengths, the longest past every limit, in no order."""
    rng = random.Random(3)
    return [" ".join(rng.choices(WORDS, k=length)) for length in (3, 90, 12, 1, 40, 7, 25)]
