"""The distance of a document from the training data of a built-in adapter, relative to documents of other kinds.

It is a relative Mahalanobis distance (Ren et al. 2021, arXiv:2106.09022) with one covariance, of the hidden states
after the second layer: the squared distance to the nearest class of the training documents minus that to the nearest
other kind.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from longformer_viz.models.adapters import adapter_folder
from longformer_viz.models.loading import LoadedModel
from longformer_viz.models.store import model_for_task
from longformer_viz.tasks.labels.embedding import document_pieces, embedded_ids
from longformer_viz.trace.tokens import Tokens

LAYER = 2
MOST_PIECES = 4  # evenly spaced over the document
STATISTICS, FIGURES = "distance.safetensors", "distance.json"


@dataclass(frozen=True, slots=True)
class TrainingStatistics:
    """Statistics of embeddings; no text.

    Attributes:
        classes: Means `[classes, hidden]` of the training documents.
        others: Means `[kinds, hidden]` of other kinds of documents.
        factor: `[hidden, hidden]`; its product with its transpose is the inverse of the shared covariance.
        limits: For documents of 1, 2, 3 and 4 pieces: the distance that 5% of held-out documents of the training's
            kind exceed.
    """

    classes: Tensor
    others: Tensor
    factor: Tensor
    limits: tuple[float, ...]

    def distance(self, embeddings: Tensor) -> float:
        """Return the mean relative distance of the `embeddings` `[pieces, hidden]` of a document's pieces."""
        to_classes = torch.cdist(embeddings @ self.factor, self.classes @ self.factor).square().amin(1)
        to_others = torch.cdist(embeddings @ self.factor, self.others @ self.factor).square().amin(1)
        return float((to_classes - to_others).mean())

    def limit(self, pieces: int) -> float:
        """Return the limit for documents of this number of `pieces`."""
        return self.limits[min(pieces, len(self.limits)) - 1]


@dataclass(frozen=True, slots=True)
class TrainingDistance:
    """A document's distance from the training documents.

    Attributes:
        distance: Above 0, the document is nearer to another kind than to every class of the training documents.
        limit: The distance from which a document counts as unlike the training data.
    """

    distance: float
    limit: float

    @property
    def is_unlike(self) -> bool:
        """Whether the document is unlike the training data."""
        return self.distance > self.limit


def training_distance(model: LoadedModel, tokens: Tokens) -> TrainingDistance | None:
    """Measure the distance of a document from the training data of a built-in adapter.

    Args:
        model: The model whose head chooses the label.
        tokens: The tokenized document.

    Returns:
        The distance, or None if the model has no training statistics.
    """
    statistics = None if model.task is None else _statistics(adapter_folder(model.task))
    if statistics is None:
        return None
    embeddings = spread_embeddings(model_for_task(model, None), tokens)
    return TrainingDistance(statistics.distance(embeddings), statistics.limit(len(embeddings)))


def spread_embeddings(model: LoadedModel, tokens: Tokens) -> Tensor:
    """Embed at most four evenly spaced pieces of a document.

    Args:
        model: The model.
        tokens: The tokenized document.

    Returns:
        Hidden states after layer 2, averaged over each piece and normalized, `[pieces, hidden]`.
    """
    pieces = document_pieces(model, tokens)
    if len(pieces) > MOST_PIECES:
        last = len(pieces) - 1
        pieces = [pieces[round(number * last / (MOST_PIECES - 1))] for number in range(MOST_PIECES)]
    return embedded_ids(model, [tokens.ids[start:stop] for start, stop in pieces], layer=LAYER)


@lru_cache(maxsize=8)
def _statistics(folder: Path) -> TrainingStatistics | None:
    if not (folder / STATISTICS).is_file():
        return None
    tensors = {name: tensor.float() for name, tensor in load_file(folder / STATISTICS).items()}
    limits = json.loads((folder / FIGURES).read_text(encoding="utf-8"))["limits"]
    return TrainingStatistics(tensors["classes"], tensors["others"], tensors["factor"], tuple(limits))
