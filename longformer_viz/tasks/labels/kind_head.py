"""The kinds of documents, and the shipped linear head that tells them apart."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from safetensors.torch import load_file
from torch import Tensor

# Training writes the head's rows in this order.
DOCUMENT_KINDS = (
    "contract",
    "court ruling",
    "law or regulation",
    "financial report",
    "research paper",
    "news article",
    "encyclopedia article",
    "story",
    "support conversation",
    "letter or e-mail",
    "manual",
    "meeting transcript",
    "speech",
    "forum post",
    "product review",
    "film review",
)
NONE = "none of these"
HEAD, FIGURES = "kinds.safetensors", "figures.json"


@dataclass(frozen=True, slots=True)
class KindHead:
    """A linear head over a document's embedding.

    Attributes:
        weights: A row for each kind, and the last for "none of these": `[kinds + 1, hidden]`.
        biases: `[kinds + 1]`.
        layer: Number of layers that embed the document.
    """

    weights: Tensor
    biases: Tensor
    layer: int


def kinds_folder() -> Path:
    """Return the folder of the shipped head."""
    return Path(str(files("longformer_viz.models") / "shipped" / "kinds"))


@cache
def kind_head() -> KindHead:
    """Return the shipped head."""
    tensors = load_file(kinds_folder() / HEAD)
    return KindHead(tensors["weights"].float(), tensors["biases"].float(), kind_figures()["layer"])


@cache
def kind_figures() -> dict[str, Any]:
    """Return what was measured of the shipped head."""
    return json.loads((kinds_folder() / FIGURES).read_text("utf-8"))
