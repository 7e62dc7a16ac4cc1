"""The settings of a training run."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from longformer_viz.checks import check_text
from longformer_viz.models.converting.conversion import MAX_TOKENS
from longformer_viz.spec import InputError, check_window, shown
from longformer_viz.training.own_data.reading import LABELS, LANGUAGE, QUESTIONS, SEVERAL_LABELS, TASKS

ADAPTERS, ALL_WEIGHTS = "adapters", "all weights"
METHODS = (ADAPTERS, ALL_WEIGHTS)
DEFAULT_RATES = {ADAPTERS: 1e-3, ALL_WEIGHTS: 2e-5}
"""Adapters are new and small, so they need larger steps than weights that were trained before: 1e-5 to 3e-5."""


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """The settings of a training run.

    Attributes:
        task: "labels", "several labels" or "questions"; "language" converts the base to a Longformer and goes on
            training it on masked tokens.
        base: The model to start from: a name for `load`, "run:NAME" for an earlier run, or "" for the built-in model.
        method: "adapters" trains low-rank adapters (Hu et al. 2021) and the head; "all weights" trains everything.
        rank: Rank of the adapters.
        learning_rate: Highest learning rate; None uses 1e-3 for adapters and 2e-5 for all weights.
        warm_up: Share of the steps in which the learning rate rises.
        epochs: Number of passes over the training documents.
        batch: Documents in a batch.
        accumulation: Batches for each optimizer step.
        max_tokens: Longer documents are cut to this many tokens; for "language" they are split.
        positions: For "language": length of the longest document that the converted model can read, in tokens.
        window: Full width of the sliding window in tokens; None keeps the model's own.
        dilation: Step between the keys of the window. The base was not trained with more than 1.
        global_every: Besides the first token, every such token is global; 0 for none.
        checkpointing: Recompute activations in the backward pass, which needs less memory and more time.
        dropout: Dropout outside the attention.
        held_out: Share of the documents that is held out for the evaluation.
        seed: Determines the split, the order of the documents, the dropout and the new weights.
        device: "cpu", "cuda" or "mps".

    Raises:
        InputError: If a value is out of range.
    """

    task: str = LABELS
    base: str = ""
    method: str = ADAPTERS
    rank: int = 16
    learning_rate: float | None = None
    warm_up: float = 0.1
    epochs: int = 3
    batch: int = 4
    accumulation: int = 1
    max_tokens: int = 4096
    positions: int = 4096
    window: int | None = None
    dilation: int = 1
    global_every: int = 0
    checkpointing: bool = False
    dropout: float = 0.1
    held_out: float = 0.2
    seed: int = 0
    device: str = "cpu"

    def __post_init__(self) -> None:
        check_text(self.base, "base", 'Try "", the built-in model.')
        check_text(self.device, "device", 'Try "cpu".')
        _check_one_of("Task", self.task, TASKS)
        _check_one_of("Method", self.method, METHODS)
        for name, least, most in (
            ("rank", 1, 512),
            ("epochs", 0 if self.task == LANGUAGE else 1, 1000),
            ("batch", 1, 1024),
            ("accumulation", 1, 1024),
            ("max_tokens", 16, MAX_TOKENS),
            ("positions", 64, MAX_TOKENS),
            ("dilation", 1, MAX_TOKENS),
            ("global_every", 0, MAX_TOKENS),
            ("seed", 0, 2**31 - 1),
        ):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
                raise InputError(
                    f"{name} must be a whole number from {least} to {most:,}. You entered {shown(value)}. Try "
                    f"{_default(name)}."
                )
        if not isinstance(self.checkpointing, bool):
            raise InputError(
                f"checkpointing must be true or false. You entered {shown(self.checkpointing)}. Try false."
            )
        if self.task == LANGUAGE and not self.base:
            raise InputError(
                "Training on masked tokens needs a base model with a language-modelling head. You entered no name or "
                "folder. Try bert-base-uncased."
            )
        if self.window is not None:
            check_window(self.window)
        if self.learning_rate is not None and not (is_number(self.learning_rate) and 0 < self.learning_rate < 1):
            raise InputError(
                f"The learning rate must be between 0 and 1. You entered {shown(self.learning_rate)}. Try "
                f"{DEFAULT_RATES[self.method]:g}."
            )
        for name in ("warm_up", "dropout"):
            if not (is_number(getattr(self, name)) and 0 <= getattr(self, name) < 1):
                raise InputError(
                    f"{name} must be at least 0 and less than 1. You entered {shown(getattr(self, name))}. Try 0.1."
                )
        if not (is_number(self.held_out) and 0 < self.held_out < 1):
            raise InputError(f"held_out must be between 0 and 1. You entered {shown(self.held_out)}. Try 0.2.")

    @property
    def rate(self) -> float:
        """The highest learning rate."""
        return DEFAULT_RATES[self.method] if self.learning_rate is None else self.learning_rate

    @property
    def score_name(self) -> str:
        """The figure by which the best epoch is chosen."""
        names = {QUESTIONS: "f1", SEVERAL_LABELS: "macro_f1", LANGUAGE: "bits_per_token"}
        return names.get(self.task, "accuracy")

    @property
    def score_words(self) -> str:
        """The score's name for readers."""
        words = {"f1": "F1", "macro_f1": "macro F1", "bits_per_token": "bits per masked token"}
        return words.get(self.score_name, self.score_name)

    @property
    def is_lower_better(self) -> bool:
        """Whether a smaller score is better."""
        return self.task == LANGUAGE

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> "TrainingSettings":
        """Return settings from their values by name, as `asdict` writes them.

        Args:
            values: The values. Missing ones have their defaults.

        Raises:
            InputError: If a name is unknown or a value out of range.
        """
        if not isinstance(values, Mapping):
            raise InputError(f"Settings must be values by name. You entered {shown(values)}. Try {{}}.")
        known = {field.name for field in fields(cls)}
        if unknown := sorted(map(str, set(values) - known)):
            raise InputError(f"Settings must be among {', '.join(sorted(known))}. The file has {shown(unknown[0])}.")
        try:
            return cls(**values)
        except TypeError as fault:
            raise InputError(f"Settings must be numbers and names. The file has other values ({fault}).") from fault

    def values(self) -> dict[str, Any]:
        """Return the values by name."""
        return asdict(self)


def is_number(value: Any) -> bool:
    """Return whether a `value` is a number, and not true or false."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _default(name: str) -> Any:
    return next(field.default for field in fields(TrainingSettings) if field.name == name)


def _check_one_of(title: str, value: Any, allowed: tuple[str, ...]) -> None:
    if not isinstance(value, str) or value not in allowed:
        raise InputError(
            f"{title} must be one of {', '.join(allowed)}. You entered {shown(value)}. Try {allowed[0]}."
        )
