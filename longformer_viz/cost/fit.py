"""Will it fit? A setup's predicted peak in a given memory, and the largest batch and length that do."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from longformer_viz.cache import available_memory_bytes
from longformer_viz.cost.methods import LEAST_LENGTH, MOST_LENGTH, Method, check_positive
from longformer_viz.cost.prediction import Cost, predict
from longformer_viz.cost.setup import Setup

GIB = 2**30
MOST_BATCH = 65_536
# Libraries and the CUDA context, before any model; round figures of PyTorch 2.13.
RUNTIME_BYTES = {"cpu": 400 * 2**20, "cuda": 500 * 2**20}
CARDS = {  # memory of the card
    "NVIDIA T4, 16 GB": 15 * GIB,  # of which the driver shows 15
    "NVIDIA V100, 16 GB": 16 * GIB,
    "NVIDIA RTX 4090, 24 GB": 24 * GIB,
    "NVIDIA A100, 40 GB": 40 * GIB,
    "NVIDIA H100, 80 GB": 80 * GIB,
}
THIS_MACHINE = "this machine"
ACCUMULATION_NOTE = (
    "Gradient accumulation splits a batch, not a document. A step still needs memory for one whole document of "
    "{length:,} tokens, and for the accumulated gradients."
)
_PARTS = ("weights", "gradients", "optimizer", "activations", "attention")


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a setup fits, what its memory is for, and how far one can go.

    parts: bytes by name, the runtime among them, together needed_bytes; largest_batch and largest_length: the most
    that fits with all else as it is, 0 where nothing does; one_document_bytes: needed with batch 1, the least that
    accumulation can come down to; notes: sentences to show beside it.
    """

    cost: Cost
    memory_bytes: int
    needed_bytes: int
    parts: tuple[tuple[str, int], ...]
    fits: bool
    largest_batch: int
    largest_length: int
    one_document_bytes: int
    notes: tuple[str, ...]


def memories() -> dict[str, tuple[str, int]]:
    """Device kind ("cpu" or "cuda") and bytes by name: what is free on this machine, and cards."""
    free = available_memory_bytes()
    here = {} if free is None else {THIS_MACHINE: ("cpu", free)}
    return here | {name: ("cuda", size) for name, size in CARDS.items()}


def will_it_fit(setup: Setup, memory_bytes: int) -> Fit:
    """The predicted peak of a setup against a memory.

    memory_bytes: all that the device has free. Raises InputError where that is no positive whole number.
    """
    memory_bytes = check_positive(memory_bytes, "Memory in bytes", whole=True)
    cost = predict(setup)
    needed = needed_bytes(setup)
    runtime = RUNTIME_BYTES[setup.device]
    parts = tuple((name, getattr(cost.peak, name)) for name in _PARTS)
    return Fit(
        cost=cost,
        memory_bytes=memory_bytes,
        needed_bytes=needed,
        parts=(*((name, size) for name, size in parts if size), ("runtime", runtime)),
        fits=needed <= memory_bytes,
        largest_batch=_largest(lambda batch: replace(setup, batch=batch), 1, MOST_BATCH, memory_bytes),
        largest_length=largest_length(setup, memory_bytes),
        one_document_bytes=needed_bytes(replace(setup, batch=1)),
        notes=tuple(_notes(setup)),
    )


def largest_length(setup: Setup, memory_bytes: int) -> int:
    """The longest document that is predicted to fit with all else as it is, 0 where none does."""
    return _largest(lambda length: replace(setup, length=length), LEAST_LENGTH, MOST_LENGTH, memory_bytes)


def needed_bytes(setup: Setup) -> int:
    """Predicted peak and runtime together."""
    return predict(setup).peak_bytes + RUNTIME_BYTES[setup.device]


def _largest(changed: Callable[[int], Setup], least: int, most: int, memory_bytes: int) -> int:
    """The largest number whose setup fits, 0 where the least does not; needs grow with it."""
    if needed_bytes(changed(least)) > memory_bytes:
        return 0
    low, high = least, most + 1
    while high - low > 1:
        middle = (low + high) // 2
        if needed_bytes(changed(middle)) <= memory_bytes:
            low = middle
        else:
            high = middle
    return low


def _notes(setup: Setup) -> list[str]:
    notes = []
    if setup.training and setup.accumulation > 1:
        notes.append(ACCUMULATION_NOTE.format(length=setup.length))
    if setup.training and setup.device == "cpu" and setup.method.family in ("fused", "chunks"):
        notes.append("PyTorch has no fused CPU kernel with dropout. Training stores the whole attention matrices.")
    if refusal := setup.method.refusal(setup.length):
        notes.append(refusal)
    if notes_ := setup.method.notes(setup.length):
        notes.append(notes_)
    notes.append("The estimate counts tensors in the data type of the weights, without automatic mixed precision.")
    return notes


def what_helps(setup: Setup, memory_bytes: int) -> tuple[tuple[str, Fit], ...]:
    """The setup as it is, and each change that makes it smaller, by name: one at a time, then all of them."""
    changes = {}
    if setup.method.family == "huggingface":
        changes["this project's attention"] = {
            "method": Method("longformer", setup.method.window, setup.method.dtype)
        }
    if setup.method.dtype == "float32" and setup.method.family != "reformer":
        changes["bfloat16"] = {"method": replace(setup.method, dtype="bfloat16")}
    if setup.training and not setup.checkpointing and setup.method.family != "reformer":
        changes["gradient checkpointing"] = {"checkpointing": True}
    if setup.batch > 1:
        changes["batch size 1"] = {"batch": 1}
    tried = {"current settings": setup} | {name: replace(setup, **change) for name, change in changes.items()}
    if len(changes) > 1:
        together = {key: value for change in changes.values() for key, value in change.items()}
        if "this project's attention" in changes and "bfloat16" in changes:
            together["method"] = Method("longformer", setup.method.window, "bfloat16")
        tried["all changes together"] = replace(setup, **together)
    return tuple((name, will_it_fit(each, memory_bytes)) for name, each in tried.items())
