"""Train and ship the head for kinds: `python -m longformer_viz.training.kinds --data FILE`.

The file has one JSON object a line with `id` (SOURCE/NUMBER), `label` (a kind or "none of these") and `text`. Writes
the head, its figures and its model card into the package.
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import transformers
from safetensors.torch import save_file
from torch import Tensor
from torch.nn.functional import normalize

from longformer_viz import InputError, load
from longformer_viz.models.loading import LoadedModel
from longformer_viz.spec import shown
from longformer_viz.tasks.labels.embedding import embedded_document, embedded_texts
from longformer_viz.tasks.labels.kind_head import DOCUMENT_KINDS, FIGURES, HEAD, NONE, kinds_folder
from longformer_viz.tasks.scoring import calibration_error
from longformer_viz.training.datasets import LabelledText, read_labelled
from longformer_viz.training.kinds.card import kinds_card
from longformer_viz.training.kinds.fitting import Embedded, fitted_head, sources_of
from longformer_viz.training.kinds.texts import KIND_TEXTS

NAMES = (*DOCUMENT_KINDS, NONE)
LAYERS = (3,)  # On sources that were left out, layer 4 was as accurate and slower, and the others less accurate.
_SCALE = 40.0  # of cosines with the texts; of 0, 20, 40 and 60 the most likely on sources that were left out
_MOST_CHARACTERS = 8_000  # of a document
_TELL_EVERY = 100


def main() -> None:
    """Train on the files that the command line names."""
    parser = ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", required=True, metavar="FILE", help="documents with their kinds")
    parser.add_argument("--folder", type=Path, default=kinds_folder(), help="folder for the result")
    chosen = parser.parse_args()
    transformers.logging.set_verbosity_error()
    try:
        print(json.dumps(ship(chosen.data, chosen.folder), indent=1))
    except InputError as fault:
        raise SystemExit(str(fault)) from None


def ship(file: str, folder: Path) -> dict[str, Any]:
    """Train the head, judge it with each source left out in turn, and write it.

    Args:
        file: The documents.
        folder: Folder for the result.

    Returns:
        The figures.

    Raises:
        InputError: The file cannot be read, or has an unknown label.
    """
    model = load()
    texts = read_labelled(file).items
    if unknown := sorted({text.label for text in texts} - set(NAMES)):
        raise InputError(f"A label must be one of {', '.join(NAMES)}. You entered {shown(unknown[0])}. Rename it.")
    data = _embedded(model, texts)
    head = fitted_head(data, _start(model))
    figures = {
        "layer": LAYERS[head.layer],
        "decay": head.decay,
        "temperature": head.temperature,
        "left_out": _judged(data, head.left_out),
    }
    folder.mkdir(parents=True, exist_ok=True)
    save_file({"weights": head.weights, "biases": head.biases}, folder / HEAD, {"format": "pt"})
    (folder / FIGURES).write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    (folder / "README.md").write_text(kinds_card(figures), "utf-8")
    return figures


def _embedded(model: LoadedModel, texts: Sequence[LabelledText]) -> Embedded:
    found = []
    for number, text in enumerate(texts, start=1):
        tokens = model.tokenize(text.text[:_MOST_CHARACTERS], limit=model.max_tokens)
        found.append(torch.stack([embedded_document(model, tokens, layer=layer)[0] for layer in LAYERS]))
        if number % _TELL_EVERY == 0:
            print(f"{number:,} of {len(texts):,} documents", file=sys.stderr, flush=True)
    labels = torch.tensor([NAMES.index(text.label) for text in texts])
    return Embedded(torch.stack(found), labels, sources_of([text.id for text in texts]))


def _start(model: LoadedModel) -> Tensor:
    """Return weights that compare a document with the mean text of each kind, `[layers, kinds, hidden]`."""
    found = []
    for layer in LAYERS:
        means = normalize(
            torch.stack([embedded_texts(model, KIND_TEXTS[name], layer).mean(0) for name in NAMES]), dim=-1
        )
        found.append(_SCALE * (means - means.mean(0)))
    return torch.stack(found)


def _judged(data: Embedded, logits: Tensor) -> dict[str, Any]:
    """Return the figures of heads that have not seen a document's source, by kind and source."""
    probabilities, best = logits.softmax(-1).max(-1)
    right = best == data.labels
    kinds = {}
    for index, name in enumerate(NAMES):
        own = data.labels == index
        sources = {source for source, is_own in zip(data.sources, own.tolist(), strict=True) if is_own}
        if own.any():
            kinds[name] = {
                **_share(right[own]),
                "sources": {source: _share(right[own & _is_from(data, source)]) for source in sorted(sources)},
            }
    return {
        **_share(right),
        "mean_of_kinds": round(sum(one["accuracy"] for one in kinds.values()) / len(kinds), 4),
        "calibration_error": round(calibration_error(probabilities.tolist(), right.tolist()), 4),
        "kinds": kinds,
    }


def _is_from(data: Embedded, source: str) -> Tensor:
    return torch.tensor([each == source for each in data.sources])


def _share(right: Tensor) -> dict[str, Any]:
    return {"documents": len(right), "accuracy": round(float(right.float().mean()), 4)}


if __name__ == "__main__":
    main()
