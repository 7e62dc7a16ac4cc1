"""What is run, in words that the cost formulas and the plan of a measurement share."""

from dataclasses import dataclass
from typing import Any

from longformer_viz.cost.methods import LEVELS, SHAPES, Method, check_choice, check_lengths, check_positive
from longformer_viz.cost.sizes import Sizes
from longformer_viz.spec import InputError

OPTIMIZERS = ("adamw", "sgd")
DEVICES = ("cpu", "cuda")


@dataclass(frozen=True, slots=True)
class Setup:
    """What is run: a method at a length, one layer's attention or a whole encoder, inference or a training step.

    method: as `Method.named` reads it, its type that of weights and activations; batch: documents at once;
    checkpointing: layers keep their input only and are computed again in the backward pass; accumulation: passes
    before the optimizer steps; optimizer: "adamw" or "sgd"; device: "cpu" or "cuda", where dropout and fused
    attention keep different things. Training is of whole models, with their configs' own dropout.
    Raises InputError for a value that is none of these.
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

    def __post_init__(self) -> None:
        object.__setattr__(self, "method", Method.named(self.method))
        object.__setattr__(self, "length", check_lengths([self.length])[0])
        object.__setattr__(self, "batch", check_positive(self.batch, "Batch", whole=True))
        object.__setattr__(self, "accumulation", check_positive(self.accumulation, "Accumulation", whole=True))
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
        return Sizes(self.method, self.length, SHAPES[self.shape], self.batch, self.device)
