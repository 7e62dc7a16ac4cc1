"""`classify`: find a document's topic, sentiment or kind, or the best of your own labels."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeGuard

import torch
from torch import Tensor

from longformer_viz.checks import check_callable, check_spec
from longformer_viz.hf.context import RunContext, entered_context
from longformer_viz.models.devices import says_device_fault
from longformer_viz.models.loading import LoadedModel, check_loaded
from longformer_viz.models.store import model_for_task
from longformer_viz.models.warm_up import warmed_up
from longformer_viz.peak_memory import measured
from longformer_viz.spec import AttentionSpec, InputError, shown
from longformer_viz.tasks.input_checks import document_with_words, read_at_once
from longformer_viz.tasks.labels.embedding import PIECE_TOKENS, embedded_document, embedded_texts
from longformer_viz.tasks.labels.kind_head import DOCUMENT_KINDS, NONE, kind_head
from longformer_viz.tasks.labels.own_labels import checked_labels, label_name
from longformer_viz.tasks.labels.training_distance import TrainingDistance, training_distance
from longformer_viz.tasks.qa_input import own_tokens
from longformer_viz.tasks.splitting import overlapping_parts, shared_tokens, spec_of_part
from longformer_viz.trace.tokens import Tokens

KINDS = "kinds"
TRAINED = ("topics", "sentiment")
ZERO_SHOT_SCALE = 20.0  # Of cosines, as in the training of all-MiniLM-L6-v2.


@dataclass(frozen=True, slots=True)
class Label:
    """A label and its probability.

    Attributes:
        name: The label.
        probability: Its probability.
    """

    name: str
    probability: float


@dataclass(frozen=True, slots=True)
class Classification:
    """Labels by probability, highest first. It can be iterated and indexed like a tuple of `Label`.

    Attributes:
        labels: Each label and its probability.
        zero_shot: Whether they were found by similarity to the labels' texts, not by a trained head.
        tokens_read: Tokens in all forward passes.
        passes: Number of forward passes.
        elapsed_seconds: Time of the classification.
        peak_bytes: Memory added at the peak; None where it is unknown.
        training: Distance of the document from the head's training data; None without a trained head, or if it has no
            statistics of its training data.
        is_perhaps_none: Whether no kind of document fits; the first label is then "none of these".
    """

    labels: tuple[Label, ...]
    zero_shot: bool
    tokens_read: int
    passes: int
    elapsed_seconds: float
    peak_bytes: int | None
    training: TrainingDistance | None = None
    is_perhaps_none: bool = False

    @property
    def is_unlike_training_data(self) -> bool:
        """Whether the document is unlike the head's training data, as far as that is known."""
        return self.training is not None and self.training.is_unlike

    def __len__(self) -> int:
        return len(self.labels)

    def __iter__(self) -> Iterator[Label]:
        return iter(self.labels)

    def __getitem__(self, number: int) -> Label:
        return self.labels[number]


@says_device_fault
def classify(
    model: LoadedModel,
    document: str | Tokens,
    labels: str | Sequence[str] | None = None,
    spec: AttentionSpec | None = None,
    *,
    max_tokens: int | None = None,
    overlap: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> Classification:
    """Give the probability of each label for a document.

    Args:
        model: A model with a head for labels, or any built-in model.
        document: A text, or Tokens made by `model.tokenize`.
        labels: "topics", "sentiment" or "kinds" (trained heads), or a list of labels, which are compared with the
            document by embeddings (zero-shot). A label of your own may have a description: "contract:
            an agreement between parties". By default the model's own labels.
        spec: The attention pattern for topics, sentiment and a model's own labels. Kinds and a list of labels are
            judged by embeddings of short pieces, and ignore it, max_tokens and overlap.
        max_tokens: As for `answer`; the probabilities of several parts are averaged.
        overlap: As for `answer`.
        progress: Called with the share that is done, 0 to 1. It may raise to cancel.

    Raises:
        InputError: If the labels are invalid, the document has no words, or the model has no labels.
    """
    spec = check_spec(spec)
    check_callable(progress)
    training = None
    if uses_embeddings(labels):
        model = warmed_up(model_for_task(model, None))
        start = time.perf_counter()
        described = described_labels(model, labels)
        names = described.names
        tokens = document_with_words(model, document)
        with measured(model.device) as reading:
            embedding, passes = embedded_document(model, tokens, progress, described.layer)
            chances = torch.softmax(described.logits(embedding), -1)
        read = len(tokens) + 2 * (passes - 1)
    else:
        assert labels is None or isinstance(labels, str)
        model = warmed_up(with_labels(model, labels))
        start = time.perf_counter()
        names = model.labels
        tokens = document_with_words(model, document)
        with measured(model.device) as reading:
            chances, read, passes = _mean_probabilities(model, tokens, spec, max_tokens, overlap, progress)
            training = training_distance(model, tokens)
    ranked = _ranked(names, chances)
    return Classification(
        labels=ranked,
        zero_shot=uses_embeddings(labels) and labels != KINDS,
        tokens_read=read,
        passes=passes,
        elapsed_seconds=time.perf_counter() - start,
        peak_bytes=reading.peak_bytes,
        training=training,
        is_perhaps_none=labels == KINDS and ranked[0].name == NONE,
    )


def _ranked(names: tuple[str, ...], chances: Tensor) -> tuple[Label, ...]:
    """Return labels with their probabilities, the highest first."""
    order = chances.argsort(descending=True).tolist()
    return tuple(Label(names[index], float(chances[index])) for index in order)


@dataclass(frozen=True, slots=True)
class DescribedLabels:
    """Labels with a linear score of a document's embedding.

    Attributes:
        names: Their names.
        weights: Of labels that someone typed, their scaled embeddings; of kinds, those of the trained head:
            `[labels, hidden]`.
        biases: `[labels]`.
        layer: Number of layers that embed the document; None for all.
    """

    names: tuple[str, ...]
    weights: Tensor
    biases: Tensor
    layer: int | None

    def logits(self, embedding: Tensor) -> Tensor:
        """Return the labels' logits `[labels]` in float64.

        Args:
            embedding: Of a document, of length one, `[hidden]`.
        """
        return (self.weights @ embedding + self.biases).double()


def uses_embeddings(labels: str | Sequence[str] | None) -> TypeGuard[str | Sequence[str]]:
    """Return whether labels are judged by embeddings of pieces, instead of one pass over the document.

    Args:
        labels: As for `classify`.
    """
    return labels == KINDS if isinstance(labels, str) else labels is not None


def described_labels(model: LoadedModel, labels: str | Sequence[str]) -> DescribedLabels:
    """Embed labels, or take those of the kinds of documents.

    Args:
        model: The model that embeds them.
        labels: "kinds", or a list of labels.

    Raises:
        InputError: If the labels are invalid, or kinds are requested of a model that is not built in.
    """
    if not isinstance(labels, str) or labels != KINDS:
        checked = checked_labels(labels)
        _check_descriptions(model, checked)
        names = tuple(label_name(label) for label in checked)
        weights = ZERO_SHOT_SCALE * embedded_texts(model, checked)
        return DescribedLabels(names, weights, torch.zeros(len(names)), None)
    if not model.is_built_in:
        raise InputError(f"Kinds of documents need the built-in model, not {shown(model.name)}. Use load().")
    head = kind_head()
    return DescribedLabels((*DOCUMENT_KINDS, NONE), head.weights, head.biases, head.layer)


def _check_descriptions(model: LoadedModel, labels: Sequence[str]) -> None:
    """Refuse a description of which the model would read only the beginning."""
    for label in labels:
        length = len(own_tokens(model.tokenize(label)))
        if length > PIECE_TOKENS:
            raise InputError(
                f"A label and its description may have at most {PIECE_TOKENS} tokens; {shown(label_name(label))} has "
                f"{length:,}. Shorten the description."
            )


def with_labels(model: LoadedModel, labels: str | None) -> LoadedModel:
    """Return the model whose head chooses among these labels.

    Args:
        model: The model, or any built-in model.
        labels: "topics" or "sentiment"; None for the model's own labels.

    Raises:
        InputError: If no head has these labels.
    """
    check_loaded(model)
    if labels is not None and not (isinstance(labels, str) and labels in TRAINED):
        raise InputError(
            f"labels must be {', '.join((KINDS, *TRAINED))}, or a list of labels. You entered {shown(labels)}. "
            f"For your own labels, give two or more: [{shown(labels)}, 'something else']."
        )
    if labels is not None:
        model = model_for_task(model, labels)
    if not model.labels or (labels is not None and model.task != labels):
        raise InputError(
            f"A model must have a head for {labels or 'labels'}; {shown(model.name)} has none. "
            'Use load(task="topics"), or give a list of labels.'
        )
    return model


def label_logits(model: LoadedModel, ids: Sequence[int], spec: AttentionSpec) -> Tensor:
    """Return the logits `[labels]` of one encoded sequence, on the CPU.

    Args:
        model: A model with a head for labels.
        ids: Token ids, special tokens included.
        spec: The pattern; by default the first token is global.
    """
    tensor = torch.tensor([list(ids)], device=model.device)
    context = RunContext(AttentionSpec(spec.window, spec.dilation, spec.positions_in(len(ids))))
    with torch.no_grad(), entered_context(context):
        # The context sets the global tokens. Without this mask, transformers would print its own choice.
        outputs = model.model(
            input_ids=tensor, attention_mask=torch.ones_like(tensor), global_attention_mask=torch.zeros_like(tensor)
        )
    return outputs.logits[0].float().cpu()


def _mean_probabilities(
    model: LoadedModel,
    tokens: Tokens,
    spec: AttentionSpec,
    max_tokens: int | None,
    overlap: int | None,
    progress: Callable[[float], None] | None,
) -> tuple[Tensor, int, int]:
    """Return the mean probabilities `[labels]` over the parts of a document, the tokens read, and the passes."""
    spec.positions_in(len(tokens))
    own = own_tokens(tokens)
    before, after = tokens.ids[: own.start], tokens.ids[own.stop :]
    room = read_at_once(model, max_tokens) - len(before) - len(after)
    parts = overlapping_parts(len(own), room, shared_tokens(overlap, room))
    total, read = torch.zeros(len(model.labels), dtype=torch.float64), 0
    for number, (first, stop) in enumerate(parts):
        ids = [*before, *tokens.ids[own.start + first : own.start + stop], *after]
        total += torch.softmax(label_logits(model, ids, spec_of_part(spec, first, stop, len(own))).double(), -1)
        read += len(ids)
        if progress is not None:
            progress((number + 1) / len(parts))
    return total / len(parts), read, len(parts)
