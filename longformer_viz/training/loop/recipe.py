"""The settings of a training run."""

from dataclasses import dataclass

import torch

from longformer_viz.attention.torch_ops import supports_bfloat16_products
from longformer_viz.spec import InputError, shown


@dataclass(frozen=True, slots=True)
class Recipe:
    """The settings of a training run.

    Attributes:
        rank: Rank of the adapters.
        learning_rate: Highest learning rate.
        warm_up: Share of the steps with a rising learning rate.
        epochs: Number of passes over the data.
        tokens_per_batch: Most tokens in a batch, padding included. A batch has at least one example.
        accumulation: Batches for each optimizer step.
        weight_decay: Weight decay of matrices; vectors have none.
        gradient_norm: The norm to which gradients are clipped.
        dropout: Dropout outside the attention.
        gradient_checkpointing: Recompute activations in the backward pass to use less memory.
        mixed_precision: Compute matrix products in bfloat16. None does so where the hardware supports it.
        seed: Random seed.

    Raises:
        InputError: If a value is out of range.
    """

    rank: int = 64
    learning_rate: float = 1e-3
    warm_up: float = 0.06
    epochs: int = 1
    tokens_per_batch: int = 4096
    accumulation: int = 1
    weight_decay: float = 0.01
    gradient_norm: float = 1.0
    dropout: float = 0.1
    gradient_checkpointing: bool = False
    mixed_precision: bool | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("rank", "epochs", "tokens_per_batch", "accumulation"):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise InputError(f"{name} must be a whole number of 1 or more. You entered {shown(value)}. Try 1.")
        if not isinstance(self.seed, int) or self.seed < 0:
            raise InputError(f"seed must be a whole number of 0 or more. You entered {shown(self.seed)}. Try 0.")
        if not 0 < self.learning_rate < 1:
            raise InputError(
                f"learning_rate must be between 0 and 1. You entered {shown(self.learning_rate)}. Try 0.001."
            )
        for name in ("warm_up", "dropout"):
            if not 0 <= getattr(self, name) < 1:
                raise InputError(
                    f"{name} must be at least 0 and less than 1. You entered {shown(getattr(self, name))}. Try 0."
                )


def mixed_precision(recipe: Recipe, device: torch.device) -> bool:
    """Decide whether matrix products run in bfloat16.

    Args:
        recipe: The run's settings; its own choice comes first.
        device: Where the model is trained.

    Returns:
        The recipe's choice. If it makes none: whether the device multiplies bfloat16 fast.
    """
    if recipe.mixed_precision is not None:
        return recipe.mixed_precision
    return device.type != "cpu" or supports_bfloat16_products()
