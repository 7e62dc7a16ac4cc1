"""Compute a label's log-odds for a document, and the contribution of each token by gradient times input.

A label is scored by a trained head, or by the similarity of embeddings.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.nn.functional import normalize

from longformer_viz.hf.context import RunContext, entered_context
from longformer_viz.models.loading import LoadedModel
from longformer_viz.models.store import model_for_task
from longformer_viz.spec import AttentionSpec, InputError, shown
from longformer_viz.tasks.classifying import (
    DescribedLabels,
    described_labels,
    label_logits,
    uses_embeddings,
    with_labels,
)
from longformer_viz.tasks.labels.embedding import (
    document_pieces,
    embedded_document,
    embedded_ids,
    states_after,
    with_special_tokens,
)
from longformer_viz.tasks.labels.own_labels import label_name
from longformer_viz.tasks.qa_input import own_tokens
from longformer_viz.tasks.splitting import own_indices, spec_of_part, tokens_at
from longformer_viz.trace.tokens import Tokens

Report = Callable[[float], None]


class LabelScore(Protocol):
    """The score of one label."""

    @property
    def model(self) -> LoadedModel:
        """The model that encodes the document."""
        ...

    @property
    def spec(self) -> AttentionSpec:
        """The attention pattern."""
        ...

    def first_part(self, tokens: Tokens) -> tuple["LabelScore", Tokens]:
        """Return the part of a document that one pass reads.

        Args:
            tokens: The tokenized document.

        Returns:
            The score with global positions in that part, and the part's tokens.
        """
        ...

    def log_odds(self, tokens: Tokens, kept: Sequence[int]) -> float:
        """Compute the label's log-odds without some of the tokens.

        Args:
            tokens: The tokenized document.
            kept: Indices of the tokens to read.

        Returns:
            The log-odds, in natural logarithms.
        """
        ...

    def gradient(self, tokens: Tokens, report: Report) -> tuple[float, Tensor]:
        """Compute the label's log-odds and the contribution of each token by gradient times input.

        Args:
            tokens: The tokenized document.
            report: Called with the share that is done, 0 to 1.

        Returns:
            The log-odds, and embedding times gradient of each token, `[n]`.
        """
        ...


def label_score(
    model: LoadedModel, label: str, labels: str | Sequence[str] | None, spec: AttentionSpec
) -> LabelScore:
    """Return the score of one label.

    Args:
        model: A model with a head for labels, or any built-in model.
        label: One of the labels.
        labels: The labels, as for `classify`.
        spec: The attention pattern.

    Raises:
        InputError: If the label is not one of them, or as `classify` does.
    """
    described = None
    if uses_embeddings(labels):
        model = model_for_task(model, None)
        described = described_labels(model, labels)
        names = list(described.names)
    else:
        assert labels is None or isinstance(labels, str)
        model = with_labels(model, labels)
        names = list(model.labels)
    cleaned = label_name(label) if described is not None and isinstance(label, str) else label
    if not isinstance(cleaned, str) or cleaned not in names:
        raise InputError(
            f"The label must be one of the {len(names)} labels to choose from. You entered {shown(label)}. Try "
            f"{shown(names[0])}."
        )
    if len(names) < 2:
        raise InputError(f"A model must have at least two labels; {shown(model.name)} has one. Use another model.")
    index = names.index(cleaned)
    return _Head(model, spec, index) if described is None else _Similarity(model, spec, described, index)


def _log_odds(logits: Tensor, index: int) -> Tensor:
    """Return log p / (1 - p) of one label from logits `[labels]`."""
    others = torch.cat([logits[:index], logits[index + 1 :]])
    return logits[index] - others.logsumexp(0)


@dataclass(frozen=True, slots=True)
class _Head:
    """The score of a trained head on the first token."""

    model: LoadedModel
    spec: AttentionSpec
    index: int

    def first_part(self, tokens: Tokens) -> tuple[LabelScore, Tokens]:
        if len(tokens) <= self.model.max_tokens:
            return self, tokens
        length = len(own_tokens(tokens))
        room = self.model.max_tokens - (len(tokens) - length)
        inside = replace(self, spec=spec_of_part(self.spec, 0, room, length))
        return inside, tokens_at(tokens, own_indices(tokens, [(0, room)]))

    def log_odds(self, tokens: Tokens, kept: Sequence[int]) -> float:
        logits = label_logits(self.model, [tokens.ids[place] for place in kept], self._spec(kept))
        return float(_log_odds(logits.double(), self.index))

    def gradient(self, tokens: Tokens, report: Report) -> tuple[float, Tensor]:
        spec = self._spec(range(len(tokens)))
        embedded = _embedded(self.model, tokens.ids)
        recorder = _ProgressRecorder(report, len(self.model.windows))
        context = RunContext(AttentionSpec(spec.window, spec.dilation, spec.positions_in(len(tokens))), recorder)
        ones = torch.ones(embedded.shape[:2], dtype=torch.long, device=embedded.device)
        with torch.enable_grad(), entered_context(context):
            outputs = self.model.model(
                inputs_embeds=embedded, attention_mask=ones, global_attention_mask=torch.zeros_like(ones)
            )
            score = _log_odds(outputs.logits[0].double(), self.index)
            (grad,) = torch.autograd.grad(score, embedded)
        report(1.0)
        return score.item(), _products(embedded, grad)

    def _spec(self, kept: Sequence[int]) -> AttentionSpec:
        """Return the spec with its positions among the kept tokens."""
        if self.spec.global_positions is None:
            return self.spec
        chosen = set(self.spec.global_positions)
        positions = tuple(number for number, place in enumerate(kept) if place in chosen)
        return AttentionSpec(self.spec.window, self.spec.dilation, positions)


@dataclass(frozen=True, slots=True)
class _Similarity:
    """The score by embeddings of pieces; it ignores the spec."""

    model: LoadedModel
    spec: AttentionSpec
    described: DescribedLabels
    index: int

    def first_part(self, tokens: Tokens) -> tuple[LabelScore, Tokens]:
        return self, tokens

    def log_odds(self, tokens: Tokens, kept: Sequence[int]) -> float:
        embedding, _ = embedded_document(self.model, tokens_at(tokens, kept), layer=self.described.layer)
        return float(self._score(embedding[None]))

    def gradient(self, tokens: Tokens, report: Report) -> tuple[float, Tensor]:
        """Compute the gradient at each piece's embedding first, then at its tokens."""
        pieces = document_pieces(self.model, tokens)
        layer = self.described.layer
        means = embedded_ids(self.model, [tokens.ids[start:stop] for start, stop in pieces], layer=layer)
        with torch.enable_grad():
            means.requires_grad_(True)
            score = self._score(means)
            (grads,) = torch.autograd.grad(score, means)
        by_token = torch.zeros(len(tokens))
        for number, (start, stop) in enumerate(pieces):
            embedded = _embedded(self.model, with_special_tokens(self.model, tokens.ids[start:stop]))
            with torch.enable_grad(), entered_context(RunContext(AttentionSpec(global_positions=()))):
                ones = torch.ones(embedded.shape[:2], dtype=torch.long, device=embedded.device)
                outputs = self.model.encoder(
                    inputs_embeds=embedded, attention_mask=ones, output_hidden_states=layer is not None
                )
                states = states_after(outputs, layer)[:, : embedded.shape[1]]
                mean = normalize(states[0].float().mean(0), dim=0)
                (grad,) = torch.autograd.grad(mean @ grads[number].to(mean.device), embedded)
            by_token[start:stop] = _products(embedded, grad)[1:-1]
            report((number + 1) / len(pieces))
        return score.item(), by_token

    def _score(self, means: Tensor) -> Tensor:
        """Return the label's log-odds from the pieces' embeddings `[pieces, hidden]`."""
        return _log_odds(self.described.logits(normalize(means.mean(0), dim=0)), self.index)


def _embedded(model: LoadedModel, ids: Sequence[int]) -> Tensor:
    """Return input embeddings `[1, n, hidden]` that require gradients."""
    with torch.no_grad():
        encoder: Any = model.encoder
        embedded = encoder.get_input_embeddings()(torch.tensor([list(ids)], device=model.device))
    return embedded.detach().requires_grad_(True)


def _products(embedded: Tensor, grad: Tensor) -> Tensor:
    return (embedded.detach().float() * grad.float()).sum(-1)[0].cpu()


@dataclass(frozen=True, slots=True)
class _ProgressRecorder:
    """Reports the progress of a forward pass: a third of the work; the backward pass is the rest."""

    report: Report
    depth: int

    def layer(self, index: int, *_: object, **__: object) -> None:
        self.report((index + 1) / self.depth / 3)
