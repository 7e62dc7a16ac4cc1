"""Fit a linear head to embeddings of documents, with sources left out to choose its settings.

Documents of one source look alike for reasons that have nothing to do with their kind. So every setting is judged on
sources that the fit has not seen, and every source of a kind counts the same.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

_DECAYS = (3e-5, 1e-4, 3e-4)
_STEPS = 200


@dataclass(frozen=True, slots=True)
class Embedded:
    """Embeddings of documents, with their kinds and sources.

    Attributes:
        embeddings: One of length one for each document and layer, `[documents, layers, hidden]`.
        labels: Index of each document's kind, int64 `[documents]`.
        sources: The source of each document.
    """

    embeddings: Tensor
    labels: Tensor
    sources: tuple[str, ...]

    def part(self, chosen: Tensor) -> "Embedded":
        """Return some of the documents.

        Args:
            chosen: Which ones, bool `[documents]`.
        """
        names = tuple(source for source, keep in zip(self.sources, chosen.tolist(), strict=True) if keep)
        return Embedded(self.embeddings[chosen], self.labels[chosen], names)


@dataclass(frozen=True, slots=True)
class Fitted:
    """A calibrated head, the settings that were chosen for it, and what heads without each source say.

    Attributes:
        weights: `[kinds, hidden]`.
        biases: `[kinds]`.
        layer: Index of the layer.
        decay: Weight decay.
        temperature: By which weights, biases and logits are divided already.
        left_out: Logits of every document by a head that has not seen its source, `[documents, kinds]`.
    """

    weights: Tensor
    biases: Tensor
    layer: int
    decay: float
    temperature: float
    left_out: Tensor


def fitted_head(data: Embedded, start: Tensor) -> Fitted:
    """Choose the settings with each source left out in turn, and fit the head to all documents.

    Args:
        data: The documents to train on.
        start: Weights to start from and to decay to, `[layers, kinds, hidden]`.

    Returns:
        The head.
    """
    weight = balance(data)
    found = []
    for layer in range(data.embeddings.shape[1]):
        for decay in _DECAYS:
            logits = _left_out(data, layer, decay, start[layer])
            temperature, loss = _temperature(logits, data.labels, weight)
            found.append((loss, layer, decay, temperature, logits))
    _, layer, decay, temperature, logits = min(found, key=lambda one: one[0])
    weights, biases = _fit(data, layer, decay, start[layer])
    return Fitted(weights / temperature, biases / temperature, layer, decay, temperature, logits / temperature)


def _left_out(data: Embedded, layer: int, decay: float, start: Tensor) -> Tensor:
    """Return the logits of every document by a head that has not seen its source `[documents, kinds]`."""
    logits = torch.zeros(len(data.labels), len(start))
    names = list(zip(data.labels.tolist(), data.sources, strict=True))
    for source in set(names):
        out = torch.tensor([name == source for name in names])
        weights, biases = _fit(data.part(~out), layer, decay, start)
        logits[out] = data.embeddings[out, layer] @ weights.T + biases
    return logits


def balance(data: Embedded) -> Tensor:
    """Return the weight of each document: kinds count the same, and so do the sources of a kind.

    Args:
        data: The documents.

    Returns:
        Weights with a sum of one, `[documents]`.
    """
    pairs = list(zip(data.labels.tolist(), data.sources, strict=True))
    counts = Counter(pairs)
    sources = Counter(label for label, _ in counts)
    weights = torch.tensor([1 / (counts[pair] * sources[pair[0]]) for pair in pairs])
    return weights / weights.sum()


def _fit(data: Embedded, layer: int, decay: float, start: Tensor) -> tuple[Tensor, Tensor]:
    """Fit multinomial logistic regression, with decay of the weights to those at the start."""
    inputs, weight = data.embeddings[:, layer], balance(data)
    change = torch.zeros_like(start, requires_grad=True)
    biases = torch.zeros(len(start), requires_grad=True)
    optimizer = torch.optim.LBFGS([change, biases], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        errors = cross_entropy(inputs @ (start + change).T + biases, data.labels, reduction="none")
        total = (errors * weight).sum() + decay * change.square().sum() / len(start)
        total.backward()
        return total

    optimizer.step(loss)  # pyright: ignore[reportArgumentType]
    return (start + change).detach(), biases.detach()


def _temperature(logits: Tensor, labels: Tensor, weight: Tensor) -> tuple[float, float]:
    """Return the temperature with the smallest loss, and that loss."""
    losses = []
    for tenth in range(1, 41):
        errors = cross_entropy(logits * 10 / tenth, labels, reduction="none")
        losses.append((float((errors * weight).sum()), tenth / 10))
    loss, temperature = min(losses)
    return temperature, loss


def sources_of(names: Sequence[str]) -> tuple[str, ...]:
    """Return the source of each document.

    Args:
        names: Ids of the form SOURCE/NUMBER.
    """
    return tuple(name.split("/")[0] for name in names)
