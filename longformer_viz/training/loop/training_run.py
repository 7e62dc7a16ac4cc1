"""The state of a training run and its copy on disk. An interrupted run continues to the same weights.

`state.safetensors` has the trained weights, the optimizer's state and the position in the run. `state.json` repeats
the position for readers. The seed determines each epoch's order and each step's dropout.
"""

import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from peft import PeftModel
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn

from longformer_viz.spec import InputError, shown
from longformer_viz.training.batch import Example, Examples
from longformer_viz.training.loop.adapter_files import save_adapter, write_whole
from longformer_viz.training.loop.batches import epoch_batches
from longformer_viz.training.loop.recipe import Recipe

STATE_FORMAT = 1
_POSITION = ("step", "epoch", "batch", "loss", "best", "history")


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a run after a step.

    Attributes:
        step: Steps done.
        steps: Steps of the whole run.
        epoch: Index of the epoch, from 0.
        loss: Smoothed training loss.
        learning_rate: Learning rate of the step.
        tokens_per_second: Mean speed since the start or the continuation.
        seconds_left: Estimated time that remains, in seconds.
    """

    step: int
    steps: int
    epoch: int
    loss: float
    learning_rate: float
    tokens_per_second: float
    seconds_left: float


@dataclass(slots=True)
class Pace:
    """Tokens and steps since the run was started or continued.

    Attributes:
        started: Time of the start, in seconds of `time.perf_counter`.
        tokens: Tokens processed, padding included.
        steps: Steps done.
    """

    started: float = field(default_factory=time.perf_counter)
    tokens: int = 0
    steps: int = 0

    def seconds_left(self, steps: int) -> float:
        """Estimate the seconds that a number of further `steps` takes."""
        return (time.perf_counter() - self.started) / max(1, self.steps) * steps


class TrainingRun:
    """The state that changes from step to step, and its copy on disk.

    Args:
        model: A model with adapters.
        recipe: The run's settings.
        steps: Steps of the whole run.
        folder: Folder for the state and the best adapter.
    """

    def __init__(self, model: PeftModel, recipe: Recipe, steps: int, folder: Path) -> None:
        self.model, self.recipe, self.steps, self.folder = model, recipe, steps, folder
        self.trained = {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
        decayed = [weight for weight in self.trained.values() if weight.ndim > 1]
        others = [weight for weight in self.trained.values() if weight.ndim <= 1]
        groups = [{"params": decayed, "weight_decay": recipe.weight_decay}, {"params": others, "weight_decay": 0.0}]
        self.optimizer = torch.optim.AdamW(groups, lr=recipe.learning_rate)
        self.step = self.epoch = self.batch = 0
        self.loss: float | None = None
        self.best: float | None = None
        self.history: list[dict[str, float | None]] = []
        self.batches: list[list[Example]] | None = None

    def learning_rate(self) -> float:
        """Return the learning rate of the next step: linear warm-up, then linear decay to 0."""
        warm_up = max(1, round(self.recipe.warm_up * self.steps))
        rise = (self.step + 1) / warm_up
        fall = (self.steps - self.step) / max(1, self.steps - warm_up)
        return self.recipe.learning_rate * min(1.0, rise, fall)

    def begin_epoch(self, examples: Examples) -> None:
        """Draw the batches of the current epoch from `examples`."""
        self.batches = epoch_batches(examples, self.recipe, self.epoch)

    def next_batch(self) -> list[Example] | None:
        """Return the next batch of this epoch, or None at its end."""
        assert self.batches is not None  # an epoch has begun
        if self.batch >= len(self.batches):
            return None
        self.batch += 1
        return self.batches[self.batch - 1]

    def note(self, loss: float) -> None:
        """Include the loss of a batch in the smoothed loss.

        Args:
            loss: The batch's loss.

        Raises:
            InputError: If the loss is not finite.
        """
        if not math.isfinite(loss):
            raise InputError(
                f"The loss must be finite; at step {self.step + 1:,} it is {loss}. "
                f"Continue from the saved state with a lower learning rate than {self.recipe.learning_rate}."
            )
        self.loss = loss if self.loss is None else 0.98 * self.loss + 0.02 * loss

    def update(self) -> None:
        """Make one optimizer step with the gradients gathered so far."""
        nn.utils.clip_grad_norm_(self.trained.values(), self.recipe.gradient_norm)
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate()
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step += 1
        assert self.batches is not None  # an epoch has begun
        if self.batch >= len(self.batches):
            self.epoch, self.batch, self.batches = self.epoch + 1, 0, None

    def progress(self, pace: Pace) -> Progress:
        """Return the progress of the run, with a time estimate from `pace`."""
        elapsed = time.perf_counter() - pace.started
        return Progress(
            self.step,
            self.steps,
            self.epoch,
            self.loss or 0.0,
            self.optimizer.param_groups[0]["lr"],
            pace.tokens / elapsed,
            pace.seconds_left(self.steps - self.step),
        )

    def save(self, judge: Callable[[nn.Module], float] | None) -> None:
        """Save the state, and the adapter if its score is the best so far.

        Args:
            judge: Scores the model; None keeps the latest adapter.
        """
        score = None
        if judge is not None:
            self.model.eval()
            with torch.no_grad():
                score = judge(self.model)
            self.history.append({"step": self.step, "loss": self.loss, "score": score})
        if score is None or self.best is None or score > self.best:
            self.best = score
            save_adapter(self.model, self.folder / "best")
        tensors = {f"weight.{name}": weight.detach() for name, weight in self.trained.items()}
        for name, weight in self.trained.items():
            for key, value in self.optimizer.state[weight].items():
                tensors[f"{key}.{name}"] = value
        position = {name: getattr(self, name) for name in _POSITION}
        about = {"format": STATE_FORMAT, "recipe": asdict(self.recipe), "steps": self.steps, **position}
        # One file holds both, so that a process that is killed between two writes leaves no state that disagrees.
        metadata = {"state": json.dumps(about)}
        write_whole(self.folder / "state.safetensors", lambda path: save_file(tensors, path, metadata))
        write_whole(self.folder / "state.json", lambda path: path.write_text(json.dumps(about, indent=1) + "\n"))

    def restore(self) -> None:
        """Continue from the state in the folder, if there is one.

        Raises:
            InputError: If the state is damaged or belongs to another run.
        """
        file = self.folder / "state.safetensors"
        if not file.is_file():
            return
        try:
            with safe_open(file, "pt") as opened:
                about = json.loads(opened.metadata()["state"])
                tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118 (no dict)
            begun = about["format"], about["recipe"], about["steps"]
            position = {name: about[name] for name in _POSITION}
        except Exception as fault:  # The reader raises many types of error for a damaged file.
            raise InputError(
                f"A training state must be complete; {file.name} in {shown(str(self.folder))} is damaged. Use "
                "another folder, or delete it to start again."
            ) from fault
        kept = {name: tensor.shape for name, tensor in tensors.items() if name.startswith("weight.")}
        own = {f"weight.{name}": weight.shape for name, weight in self.trained.items()}
        if begun != (STATE_FORMAT, asdict(self.recipe), self.steps) or kept != own:
            raise InputError(
                "A run must continue with the settings, model and data that it started with; "
                f"{shown(str(self.folder))} has others. Use another folder, or the earlier settings."
            )
        for name, value in position.items():
            setattr(self, name, value)
        with torch.no_grad():
            for name, weight in self.trained.items():
                weight.copy_(tensors[f"weight.{name}"])
                self.optimizer.state[weight] = {
                    key: tensors[f"{key}.{name}"].to("cpu" if key == "step" else weight.device)
                    for key in ("step", "exp_avg", "exp_avg_sq")
                }
