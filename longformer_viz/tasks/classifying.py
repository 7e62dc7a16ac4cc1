"""`classify`: a document's topic, sentiment, or the best of labels that a reader typed."""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeGuard

import torch
from torch import Tensor
from torch.nn.functional import normalize

from longformer_viz.hf.context import RunContext, entered_context
from longformer_viz.models.loading import LoadedModel
from longformer_viz.models.store import model_for_task
from longformer_viz.models.warm_up import warmed_up
from longformer_viz.peak_memory import measured
from longformer_viz.spec import AttentionSpec, InputError, shown
from longformer_viz.tasks.answering import check_words, read_at_once
from longformer_viz.tasks.document_kinds import DOCUMENT_KINDS, KIND_LAYER, KIND_SCALE, LEAST_KIND_LIKENESS
from longformer_viz.tasks.embedding import embedded_document, embedded_texts
from longformer_viz.tasks.qa_input import inner
from longformer_viz.tasks.splitting import part_of, stretches
from longformer_viz.tasks.training_distance import TrainingDistance, training_distance
from longformer_viz.trace.tokens import Tokens

KINDS = "kinds"
MAX_LABELS = 100
MAX_LABEL_CHARACTERS = 100
TRAINED = ("topics", "sentiment")
ZERO_SHOT_SCALE = 20.0  # of cosines, as all-MiniLM-L6-v2 was trained with


@dataclass(frozen=True, slots=True)
class Label:
    """A label and its probability."""

    name: str
    probability: float


@dataclass(frozen=True, slots=True)
class Classification:
    """Labels by probability, highest first; to be gone through like a tuple of them.

    Attributes:
        labels: Each label and its probability.
        zero_shot: Whether they were found by likeness of embeddings, not by a trained head.
        tokens_read: Tokens in all forward passes.
        passes: How many forward passes.
        elapsed_seconds: Time that it took.
        peak_bytes: Memory at its peak, None where it is not known.
        training: How far the document is from what the head was trained on; None where no head chose, or where the
            head came with no statistics of its training documents.
        is_perhaps_none: Whether the document is so little like the nearest description that perhaps no kind fits.
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
        """Whether the document is unlike the data that the head was trained on, as far as that is known."""
        return self.training is not None and self.training.is_unlike

    def __len__(self) -> int:
        return len(self.labels)

    def __iter__(self) -> Iterator[Label]:
        return iter(self.labels)

    def __getitem__(self, number: int) -> Label:
        return self.labels[number]


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
    """The probabilities of labels for a document.

    labels: "topics" or "sentiment", the default's trained heads; "kinds", the kinds of documents in
    `DOCUMENT_KINDS`, compared with the document by embeddings of their descriptions; a list of labels of any kind,
    compared with the document by embeddings (zero-shot); None: the model's own labels. Where embeddings are compared,
    spec, max_tokens and overlap do not count. max_tokens, overlap, progress: as for `answer`; the probabilities of
    several stretches are averaged.
    Raises InputError for labels that are fewer than two, doubled or too many, a document without words, a model
    without labels.
    """
    training, is_perhaps_none = None, False
    if is_zero_shot(labels):
        model = warmed_up(model_for_task(model, None))
        start = time.perf_counter()
        described = described_labels(model, labels)
        names = described.names
        tokens = model.tokenize(document) if isinstance(document, str) else document
        check_words(tokens)
        with measured(model.device) as reading:
            embedding, passes = embedded_document(model, tokens, progress, described.layer)
            cosines = described.embeddings @ embedding
        is_perhaps_none = described.least_likeness is not None and float(cosines.max()) < described.least_likeness
        chances = torch.softmax(described.scale * cosines.double(), -1)
        read = len(tokens) + 2 * (passes - 1)
    else:
        assert labels is None or isinstance(labels, str)
        model = warmed_up(with_labels(model, labels))
        start = time.perf_counter()
        names = model.labels
        tokens = model.tokenize(document) if isinstance(document, str) else document
        check_words(tokens)
        with measured(model.device) as reading:
            chances, read, passes = _voted(model, tokens, spec or AttentionSpec(), max_tokens, overlap, progress)
            training = training_distance(model, tokens)
    order = chances.argsort(descending=True).tolist()
    return Classification(
        labels=tuple(Label(names[index], float(chances[index])) for index in order),
        zero_shot=is_zero_shot(labels),
        tokens_read=read,
        passes=passes,
        elapsed_seconds=time.perf_counter() - start,
        peak_bytes=reading.peak_bytes,
        training=training,
        is_perhaps_none=is_perhaps_none,
    )


@dataclass(frozen=True, slots=True)
class DescribedLabels:
    """Labels that a document is compared with.

    Attributes:
        names: Their names.
        embeddings: `[labels, hidden]` of length one.
        layer: After which layer the embeddings are taken, None for the last.
        scale: What a cosine is multiplied by before the softmax.
        least_likeness: The cosine below which perhaps no label fits, None where none was found.
    """

    names: tuple[str, ...]
    embeddings: Tensor
    layer: int | None
    scale: float
    least_likeness: float | None = None


def is_zero_shot(labels: str | Sequence[str] | None) -> TypeGuard[str | Sequence[str]]:
    """Whether these labels are compared with the document, instead of chosen by a trained head."""
    return labels == KINDS or (labels is not None and not isinstance(labels, str))


def described_labels(model: LoadedModel, labels: str | Sequence[str]) -> DescribedLabels:
    """The embeddings of typed labels, or of the descriptions of the kinds of documents.

    Raises:
        InputError: Typed labels that cannot be chosen from, or kinds with a model that they were not judged with.
    """
    if labels != KINDS:
        names = tuple(checked_labels(labels))
        return DescribedLabels(names, embedded_texts(model, names), None, ZERO_SHOT_SCALE)
    if not model.is_built_in:
        raise InputError(
            f"Kinds of documents need the built-in model; {shown(model.name)} is another. "
            "Take load(), or give a list of labels."
        )
    means = [embedded_texts(model, texts, KIND_LAYER).mean(0) for texts in DOCUMENT_KINDS.values()]
    embeddings = normalize(torch.stack(means))
    return DescribedLabels(tuple(DOCUMENT_KINDS), embeddings, KIND_LAYER, KIND_SCALE, LEAST_KIND_LIKENESS)


def with_labels(model: LoadedModel, labels: str | None) -> LoadedModel:
    """The model whose head chooses among these labels. Raises InputError where there is none."""
    if labels is not None and labels not in TRAINED:
        raise InputError(
            f"labels must be {', '.join((KINDS, *TRAINED))}, or a list of labels; got {shown(labels)}. "
            f"For one of your own, give it with another to choose from: [{shown(labels)}, 'something else']."
        )
    if labels is not None:
        model = model_for_task(model, labels)
    if not model.labels or (labels is not None and model.task != labels):
        raise InputError(
            f"A model must have a head for {labels or 'labels'}; {shown(model.name)} has none. "
            'Take load(task="topics"), or give a list of labels.'
        )
    return model


def checked_labels(labels: Sequence[str]) -> list[str]:
    """Typed labels without surrounding space. Raises InputError for what cannot be chosen from."""
    if not isinstance(labels, Collection) or any(not isinstance(label, str) for label in labels):
        raise InputError("Labels must be texts in a list; got something else. Write each in quotes.")
    names = [" ".join(label.split()) for label in labels]
    names = [name for name in names if name]
    stands = Counter(map(str.casefold, names))
    doubled = sorted(name for name in names if stands[name.casefold()] > 1)
    if doubled:
        raise InputError(f"Each label may stand once; {shown(doubled[0])} is there more often. Remove the others.")
    if not 2 <= len(names) <= MAX_LABELS:
        raise InputError(
            f"There must be 2 to {MAX_LABELS} labels to choose from; got {len(names)}. "
            f"{'Add another' if len(names) < 2 else 'Remove some'}."
        )
    long = [name for name in names if len(name) > MAX_LABEL_CHARACTERS]
    if long:
        raise InputError(
            f"A label may have {MAX_LABEL_CHARACTERS} characters; {shown(long[0])} has {len(long[0]):,}. Shorten it."
        )
    return names


def label_logits(model: LoadedModel, ids: Sequence[int], spec: AttentionSpec) -> Tensor:
    """Logits [labels] of one encoded sequence, the first token global where the spec leaves that open."""
    tensor = torch.tensor([list(ids)], device=model.device)
    context = RunContext(AttentionSpec(spec.window, spec.dilation, spec.positions_in(len(ids))))
    with torch.no_grad(), entered_context(context):
        # The context says which tokens are global. Without a mask of its own transformers would report its choice.
        outputs = model.model(
            input_ids=tensor, attention_mask=torch.ones_like(tensor), global_attention_mask=torch.zeros_like(tensor)
        )
    return outputs.logits[0].float().cpu()


def _voted(
    model: LoadedModel,
    tokens: Tokens,
    spec: AttentionSpec,
    max_tokens: int | None,
    overlap: int | None,
    progress: Callable[[float], None] | None,
) -> tuple[Tensor, int, int]:
    """The mean probabilities [labels] over the document's stretches, tokens read, passes."""
    spec.positions_in(len(tokens))
    own = inner(tokens)
    before, after = tokens.ids[: own.start], tokens.ids[own.stop :]
    room = read_at_once(model, max_tokens) - len(before) - len(after)
    parts = stretches(len(own), room, min(room - 1, room // 4 if overlap is None else overlap))
    total, read = torch.zeros(len(model.labels), dtype=torch.float64), 0
    for number, (first, stop) in enumerate(parts):
        ids = [*before, *tokens.ids[own.start + first : own.start + stop], *after]
        total += torch.softmax(label_logits(model, ids, part_of(spec, first, stop, len(own))).double(), -1)
        read += len(ids)
        if progress is not None:
            progress((number + 1) / len(parts))
    return total / len(parts), read, len(parts)
