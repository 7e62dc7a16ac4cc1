"""`classify`: a document's topic, sentiment, or the best of labels that a reader typed."""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from longformer_viz.attention.call import Call, entered
from longformer_viz.attention.meter import metered
from longformer_viz.attention.tokens import Tokens
from longformer_viz.models.loading import LoadedModel
from longformer_viz.spec import AttentionSpec, InputError, shown
from longformer_viz.tasks.answering import check_words, read_at_once
from longformer_viz.tasks.embedding import embedded_document, embedded_texts
from longformer_viz.tasks.pairs import inner
from longformer_viz.tasks.siblings import sibling
from longformer_viz.tasks.stretches import part_of, stretches

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

    zero_shot: found by likeness of embeddings, not by a trained head. tokens_read: in all forward passes; passes: how
    many.
    """

    labels: tuple[Label, ...]
    zero_shot: bool
    tokens_read: int
    passes: int
    elapsed_seconds: float
    peak_bytes: int | None

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

    labels: "topics" or "sentiment", the default's trained heads; a list of labels of any kind, compared with the
    document by embeddings (zero-shot), for which spec, max_tokens and overlap do not count; None: the model's own
    labels. max_tokens, overlap, progress: as for `answer`; the probabilities of several stretches are averaged.
    Raises InputError for labels that are fewer than two, doubled or too many, a document without words, a model
    without labels.
    """
    start = time.perf_counter()
    if labels is not None and not isinstance(labels, str):
        names = checked_labels(labels)
        model = sibling(model, None)
        tokens = model.tokenize(document) if isinstance(document, str) else document
        check_words(tokens)
        with metered(model.device) as reading:
            embedding, passes = embedded_document(model, tokens, progress)
            cosines = embedded_texts(model, names) @ embedding
        chances = torch.softmax(ZERO_SHOT_SCALE * cosines.double(), -1)
        read = len(tokens) + 2 * (passes - 1)
    else:
        model = with_labels(model, labels)
        names = model.labels
        tokens = model.tokenize(document) if isinstance(document, str) else document
        check_words(tokens)
        with metered(model.device) as reading:
            chances, read, passes = _voted(model, tokens, spec or AttentionSpec(), max_tokens, overlap, progress)
    order = chances.argsort(descending=True).tolist()
    return Classification(
        labels=tuple(Label(names[index], float(chances[index])) for index in order),
        zero_shot=labels is not None and not isinstance(labels, str),
        tokens_read=read,
        passes=passes,
        elapsed_seconds=time.perf_counter() - start,
        peak_bytes=reading.peak_bytes,
    )


def with_labels(model: LoadedModel, labels: str | None) -> LoadedModel:
    """The model whose head chooses among these labels. Raises InputError where there is none."""
    if labels is not None and labels not in TRAINED:
        raise InputError(
            f"labels must be {' or '.join(TRAINED)}, or a list of labels; got {shown(labels)}. "
            f"For one of your own, give it with another to choose from: [{shown(labels)}, 'something else']."
        )
    if labels is not None:
        model = sibling(model, labels)
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
    call = Call(AttentionSpec(spec.window, spec.dilation, spec.positions_in(len(ids))))
    with torch.no_grad(), entered(call):
        outputs = model.model(input_ids=tensor, attention_mask=torch.ones_like(tensor))
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
