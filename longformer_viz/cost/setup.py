"""A setup: the settings that cost formulas and measurements share."""

from dataclasses import dataclass
from typing import Any

from longformer_viz.checks import check_choice, check_flag, check_type
from longformer_viz.cost.checks import check_lengths, check_positive
from longformer_viz.cost.methods import LEVELS, SHAPES, Method, Shape
from longformer_viz.cost.sizes import Sizes
from longformer_viz.spec import InputError

OPTIMIZERS = ("adamw", "sgd")
DEVICES = ("cpu", "cuda")


@dataclass(frozen=True, slots=True)
class Setup:
    """One layer's attention or a whole encoder, in inference or training.

    Attributes:
        method: A method or its name, as `Method.named` reads it.
        length: Tokens per document.
        shape: A name in `SHAPES`.
        level: "layer" or "model".
        batch: Documents per pass.
        training: Whether a training step is run; only for whole models, with the dropout of their configuration.
        checkpointing: Whether layers are recomputed in the backward pass.
        accumulation: Passes before the optimizer steps.
        optimizer: "adamw" or "sgd".
        device: "cpu" or "cuda".
        own_shape: Sizes of a model that `SHAPES` does not name, used instead of `shape`.

    Raises:
        InputError: If a value is invalid.
    """

    method: Any = "longformer-512"
    length: int = 4096
    shape: str = "base"
    level: str = "model"
    batch: int = 1
    training: bool = False
    checkpointing: bool = False
    accumulation: int = 1
    optimizer: str = "adamw"
    device: str = "cpu"
    own_shape: Shape | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "method", Method.named(self.method))
        object.__setattr__(self, "length", check_lengths([self.length])[0])
        object.__setattr__(self, "batch", check_positive(self.batch, "Batch", whole=True))
        object.__setattr__(self, "accumulation", check_positive(self.accumulation, "Accumulation", whole=True))
        check_flag(self.training, "training")
        check_flag(self.checkpointing, "checkpointing")
        if self.own_shape is not None:
            check_type(self.own_shape, Shape, "own_shape", "Leave it out, or make a Shape.")
        check_choice(self.shape, tuple(SHAPES), "Shape")
        check_choice(self.level, LEVELS, "Level")
        check_choice(self.optimizer, OPTIMIZERS, "Optimizer")
        check_choice(self.device, DEVICES, "Device")
        if self.checkpointing and self.method.family == "reformer":
            raise InputError(
                "Reformer always recomputes its layers in the backward pass; got checkpointing=True. Use False."
            )
        if self.training and self.level == "layer":
            raise InputError("Training must use a whole model; got level='layer'. Try level='model'.")

    @property
    def sizes(self) -> Sizes:
        """The sizes that the formulas use."""
        shape = self.own_shape or SHAPES[self.shape]
        return Sizes(self.method, self.length, shape, self.batch, self.device)
