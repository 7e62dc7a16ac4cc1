"""Predict whether a setup fits into memory, and the largest batch and length that fit."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from longformer_viz.cache import available_memory_bytes
from longformer_viz.checks import check_type
from longformer_viz.cost.checks import check_positive
from longformer_viz.cost.methods import LEAST_LENGTH, MOST_LENGTH, Method
from longformer_viz.cost.prediction import Cost, predict
from longformer_viz.cost.setup import Setup

GIB = 2**30
MOST_BATCH = 65_536
# Libraries and the CUDA context before any model, rounded, with PyTorch 2.13.
RUNTIME_BYTES = {"cpu": 400 * 2**20, "cuda": 500 * 2**20}
CARDS = {  # Memory of each card.
    "NVIDIA T4, 16 GB": 15 * GIB,  # The driver reports this much as usable.
    "NVIDIA V100, 16 GB": 16 * GIB,
    "NVIDIA RTX 4090, 24 GB": 24 * GIB,
    "NVIDIA A100, 40 GB": 40 * GIB,
    "NVIDIA H100, 80 GB": 80 * GIB,
}
THIS_MACHINE = "this server"
ACCUMULATION_NOTE = (
    "Gradient accumulation splits a batch, not a document. A step still needs memory for one whole document of "
    "{length:,} tokens, and for the accumulated gradients."
)
RUNTIME = "PyTorch itself"
_PARTS = ("weights", "gradients", "optimizer", "activations", "attention")


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a setup fits into memory.

    Attributes:
        cost: The predicted cost.
        memory_bytes: The available memory.
        needed_bytes: The predicted peak and the runtime.
        parts: Bytes by purpose; they add up to `needed_bytes`.
        fits: Whether the needed bytes are available.
        largest_batch: The largest batch that fits with the other settings unchanged; 0 if none fits.
        largest_length: The longest document that fits with the other settings unchanged; 0 if none fits.
        notes: Sentences about the prediction.
    """

    cost: Cost
    memory_bytes: int
    needed_bytes: int
    parts: tuple[tuple[str, int], ...]
    fits: bool
    largest_batch: int
    largest_length: int
    notes: tuple[str, ...]


def memories() -> dict[str, tuple[str, int]]:
    """Return the device kind and the bytes of each known memory: free on this machine, and of cards."""
    free = available_memory_bytes()
    here = {} if free is None else {THIS_MACHINE: ("cpu", free)}
    return here | {name: ("cuda", size) for name, size in CARDS.items()}


def will_it_fit(setup: Setup, memory_bytes: int) -> Fit:
    """Compare the predicted peak of a setup with the available memory.

    Args:
        setup: The setup.
        memory_bytes: Free memory of the device.

    Raises:
        InputError: If the memory is not a positive whole number, or the setup is none.
    """
    check_type(setup, Setup, "A setup", "Make it with Setup(length=4096).")
    memory_bytes = check_positive(memory_bytes, "Memory in bytes", whole=True)
    cost = predict(setup)
    needed = needed_bytes(setup)
    runtime = RUNTIME_BYTES[setup.device]
    parts = tuple((name, getattr(cost.peak, name)) for name in _PARTS)
    return Fit(
        cost=cost,
        memory_bytes=memory_bytes,
        needed_bytes=needed,
        parts=(*((name, size) for name, size in parts if size), (RUNTIME, runtime)),
        fits=needed <= memory_bytes,
        largest_batch=_largest(lambda batch: replace(setup, batch=batch), 1, MOST_BATCH, memory_bytes),
        largest_length=largest_length(setup, memory_bytes),
        notes=tuple(_notes(setup)),
    )


def largest_length(setup: Setup, memory_bytes: int) -> int:
    """Return the longest document that is predicted to fit, in tokens; 0 if none fits.

    Args:
        setup: The setup; its length is ignored.
        memory_bytes: Free memory of the device.
    """
    return _largest(lambda length: replace(setup, length=length), LEAST_LENGTH, MOST_LENGTH, memory_bytes)


def needed_bytes(setup: Setup) -> int:
    """Return the bytes of the predicted peak and the runtime.

    Args:
        setup: The setup.
    """
    return predict(setup).peak_bytes + RUNTIME_BYTES[setup.device]


def _largest(changed: Callable[[int], Setup], least: int, most: int, memory_bytes: int) -> int:
    """Return the largest number whose setup fits, 0 if the smallest does not; memory grows with the number."""
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
    """Predict whether changes make a setup fit: each change alone, then all of them.

    Args:
        setup: The setup.
        memory_bytes: Free memory of the device.

    Returns:
        The name of each change and its prediction; the current settings come first.

    Raises:
        InputError: If the memory is not a positive whole number, or the setup is none.
    """
    check_type(setup, Setup, "A setup", "Make it with Setup(length=4096).")
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
