"""The plan of a measurement: methods, lengths, model and limits."""

from dataclasses import dataclass

from longformer_viz.checks import check_choice, check_values
from longformer_viz.cost.checks import check_lengths, check_positive
from longformer_viz.cost.methods import DEFAULT_LENGTHS, DEFAULT_METHODS, LEVELS, SHAPES, Method
from longformer_viz.cost.setup import DEVICES, OPTIMIZERS, Setup
from longformer_viz.spec import InputError

QUANTITIES = ("memory", "time")


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure.

    Attributes:
        methods: Names that `Method.named` reads.
        lengths: Document lengths in tokens, in any order.
        level: "layer" or "model", as in `Setup`.
        shape: The model size, as in `Setup`.
        quantities: "memory", "time" or both.
        device: "cpu" or "cuda".
        batch: Documents per pass.
        training: Measure training steps instead of forward passes.
        checkpointing: As in `Setup`.
        accumulation: As in `Setup`.
        optimizer: As in `Setup`.
        threads: CPU threads; None means PyTorch's default.
        point_seconds: The time limit per point.
        point_bytes: The memory limit per point; None means 80% of the free memory.

    Raises:
        InputError: A value is invalid.
    """

    methods: tuple[str, ...] = tuple(method.key for method in DEFAULT_METHODS)
    lengths: tuple[int, ...] = DEFAULT_LENGTHS
    level: str = "layer"
    shape: str = "base"
    quantities: tuple[str, ...] = QUANTITIES
    device: str = "cpu"
    batch: int = 1
    training: bool = False
    checkpointing: bool = False
    accumulation: int = 1
    optimizer: str = "adamw"
    threads: int | None = None
    point_seconds: float = 60.0
    point_bytes: int | None = None

    def __post_init__(self) -> None:
        methods = [self.methods] if isinstance(self.methods, str | Method) else self.methods
        check_values(methods, "methods", 'Try ["longformer-512", "full"].')
        keys = tuple(dict.fromkeys(Method.named(method).key for method in methods))
        if not keys:
            raise InputError("A plan must have at least one method. You entered none. Try longformer-512.")
        object.__setattr__(self, "methods", keys)
        object.__setattr__(self, "lengths", check_lengths(self.lengths))
        check_choice(self.level, LEVELS, "Level")
        check_choice(self.shape, tuple(SHAPES), "Shape")
        check_choice(self.device, DEVICES, "Device")
        check_choice(self.optimizer, OPTIMIZERS, "Optimizer")
        quantities = [self.quantities] if isinstance(self.quantities, str) else self.quantities
        check_values(quantities, "quantities", 'Try ["memory", "time"].')
        chosen = {check_choice(quantity, QUANTITIES, "A quantity") for quantity in quantities}
        if not chosen:
            raise InputError("A plan must measure memory, time or both. You entered none. Try time.")
        object.__setattr__(self, "quantities", tuple(quantity for quantity in QUANTITIES if quantity in chosen))
        check_positive(self.batch, "Batch", whole=True)
        if self.threads is not None:
            check_positive(self.threads, "Threads", whole=True)
        object.__setattr__(self, "point_seconds", check_positive(self.point_seconds, "Time limit per point"))
        if self.point_bytes is not None:
            check_positive(self.point_bytes, "Memory limit per point", whole=True)
        for key in keys:
            self.setup(key, self.lengths[0])

    def setup(self, method: str, length: int) -> Setup:
        """Return the setup of a point for the cost formulas.

        Args:
            method: A name that `Method.named` reads.
            length: Tokens.
        """
        names = ("shape", "level", "batch", "training", "checkpointing", "accumulation", "optimizer", "device")
        return Setup(method, length, **{name: getattr(self, name) for name in names})
