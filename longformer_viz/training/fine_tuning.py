"""Fine-tuning: adapters (peft), a head and the global projections of any Longformer, with exact gradients.

A run can be stopped after any step and goes on from its folder to the same weights: `state.safetensors` holds the
trained weights and the optimizer's, `state.json` all else; each epoch's order and each step's dropout follow from the
seed.
"""

import json
import math
import os
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from peft.helpers import disable_input_dtype_casting
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from transformers import PreTrainedModel

from longformer_viz.attention.torch_ops import supports_bfloat16_products
from longformer_viz.hf.speed_up import speed_up
from longformer_viz.spec import InputError, shown
from longformer_viz.training.examples import Batch, Example, Examples

# Every linear layer of the encoder, the global projections among them.
ADAPTED = r".*\.layers?\.\d+\..*(query|key|value|query_global|key_global|value_global|dense)"
HEADS = ("qa_outputs", "classifier")
POOL = 50  # batches whose examples are sorted by length together, so that little is padded
STATE_FORMAT = 1
_POSITION = ("step", "epoch", "batch", "loss", "best", "history")


@dataclass(frozen=True, slots=True)
class Recipe:
    """The settings of a run.

    rank: of the adapters; warm_up: share of the steps; tokens_per_batch: padding included, at least one example;
    accumulation: batches a step; mixed_precision: bfloat16 products, None where the machine has them.
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
                raise InputError(f"{name} must be a whole number from 1 on; got {shown(value)}. Try 1.")
        if not isinstance(self.seed, int) or self.seed < 0:
            raise InputError(f"seed must be a whole number from 0 on; got {shown(self.seed)}. Try 0.")
        if not 0 < self.learning_rate < 1:
            raise InputError(f"learning_rate must lie between 0 and 1; got {shown(self.learning_rate)}. Try 0.001.")
        for name in ("warm_up", "dropout"):
            if not 0 <= getattr(self, name) < 1:
                raise InputError(f"{name} must be at least 0 and less than 1; got {shown(getattr(self, name))}.")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: the step just made, of how many, the smoothed loss, and seconds left by the pace so far."""

    step: int
    steps: int
    epoch: int
    loss: float
    learning_rate: float
    tokens_per_second: float
    seconds_left: float


@dataclass(slots=True)
class _Pace:
    """Tokens and steps since the run was started or went on."""

    started: float = field(default_factory=time.perf_counter)
    tokens: int = 0
    steps: int = 0

    def seconds_left(self, steps: int) -> float:
        return (time.perf_counter() - self.started) / max(1, self.steps) * steps


def adapted(
    model: PreTrainedModel, recipe: Recipe, start_from: Path | None = None, layers: int | None = None
) -> PeftModel:
    """The model, sped up, with adapters on every linear layer of its encoder and its head to be trained.

    start_from: a folder with an adapter to go on from, whose rank it keeps. layers: train those of the last layers
    alone, which spares the others' gradients. Raises InputError where the folder holds none, or for a wrong number.
    """
    count = model.config.num_hidden_layers
    if layers is not None and not 1 <= layers <= count:
        raise InputError(
            f"layers must be a whole number from 1 to {count}; got {shown(layers)}. Leave it out for all."
        )

    speed_up(model)
    config = model.config
    config.attention_probs_dropout_prob = 0.0  # costs a third of a step and gains nothing with so few weights trained
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = recipe.dropout
        elif hasattr(module, "one_sided_attn_window_size"):
            module.dropout = 0.0
    if start_from is not None:
        if not all((start_from / name).is_file() for name in ("adapter_config.json", "adapter_model.safetensors")):
            raise InputError(
                f"An adapter to go on from must be one that a run left; in {shown(str(start_from))} there is none. "
                "Take the folder best of a run."
            )
        trained = PeftModel.from_pretrained(model, start_from, is_trainable=True)
        return _last_layers(trained.float(), count - (layers or count))
    heads = [name for name, _ in model.named_children() if name in HEADS]
    torch.manual_seed(recipe.seed)
    fresh = LoraConfig(
        r=recipe.rank, lora_alpha=recipe.rank, target_modules=ADAPTED, modules_to_save=heads, lora_dropout=0.0
    )
    return _last_layers(get_peft_model(model, fresh), count - (layers or count))


def _last_layers(model: PeftModel, first: int) -> PeftModel:
    """The model with the adapters before layer `first` as they are."""
    for name, weight in model.named_parameters():
        layer = re.search(r"\.layers?\.(\d+)\.", name)
        if layer and int(layer[1]) < first:
            weight.requires_grad = False
    return model


def fine_tune(
    model: PeftModel,
    examples: Examples,
    recipe: Recipe,
    folder: Path,
    on_progress: Callable[[Progress], None] | None = None,
    judge: Callable[[nn.Module], float] | None = None,
    save_every: int = 500,
) -> float | None:
    """Train to the end of the recipe, or go on from where the state in `folder` stopped; the best judged score.

    judge: called with the evaluating model every `save_every` steps and at the end; the adapter of its highest score
    is kept in `folder/best`, else the last. on_progress may raise to stop: what was saved last stays.
    Raises InputError where `folder` holds the state of another recipe.
    """
    device = next(model.parameters()).device
    run = _Run(model, recipe, _planned_steps(examples, recipe), folder)
    run.restore()
    if recipe.gradient_checkpointing:
        model.get_base_model().gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
        model.enable_input_require_grads()
    pace = _Pace()
    padding = model.config.pad_token_id
    while run.step < run.steps:
        if run.batches is None:
            run.begin_epoch(examples)
        model.train()
        torch.manual_seed(recipe.seed * 1_000_003 + run.step)
        for _ in range(recipe.accumulation):
            if (chosen := run.next_batch()) is None:
                break
            batch = Batch.of(chosen, padding, device)
            mixed = mixed_precision(recipe, device)
            # Autocast chooses the types; peft would turn every input to float32 first.
            with (
                torch.autocast(device.type, torch.bfloat16, enabled=mixed),
                disable_input_dtype_casting(model, mixed),
            ):
                loss = examples.loss(model, batch)
            (loss / recipe.accumulation).backward()
            run.note(float(loss.detach()))
            pace.tokens += batch.inputs["input_ids"].numel()
        run.update()
        pace.steps += 1
        at_end = run.step == run.steps
        if on_progress is not None:
            on_progress(run.progress(pace))
        if at_end or run.step % save_every == 0:
            run.save(judge)
    return run.best


def mixed_precision(recipe: Recipe, device: torch.device) -> bool:
    """Whether products run in bfloat16: as the recipe says, or where the machine is fast at them."""
    if recipe.mixed_precision is not None:
        return recipe.mixed_precision
    return device.type != "cpu" or supports_bfloat16_products()


def batches_of(examples: Sequence[Example], recipe: Recipe, random: np.random.Generator) -> list[list[Example]]:
    """Examples of like length together, at most `tokens_per_batch` with padding, in random order."""
    if not examples:
        raise InputError("An epoch must have an example; of so small a share of the files there was none. Read more.")
    order = random.permutation(len(examples))
    typical = max(1, recipe.tokens_per_batch // max(1, int(np.mean([len(example) for example in examples]))))
    batches: list[list[Example]] = []
    for start in range(0, len(order), POOL * typical):
        pool = sorted((examples[index] for index in order[start : start + POOL * typical]), key=len)
        batch: list[Example] = []
        for example in pool:
            if batch and (len(batch) + 1) * len(example) > recipe.tokens_per_batch:
                batches.append(batch)
                batch = []
            batch.append(example)
        batches.append(batch)
    return [batches[index] for index in random.permutation(len(batches))]


def _planned_steps(examples: Examples, recipe: Recipe) -> int:
    return sum(
        math.ceil(len(_epoch_batches(examples, recipe, epoch)) / recipe.accumulation)
        for epoch in range(recipe.epochs)
    )


def _epoch_batches(examples: Examples, recipe: Recipe, epoch: int) -> list[list[Example]]:
    random = np.random.default_rng((recipe.seed, epoch))
    return batches_of(examples.of_epoch(random), recipe, random)


class _Run:
    """What changes from step to step, and its copy on disk."""

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
        self.history: list[dict[str, float]] = []
        self.batches: list[list[Example]] | None = None

    def learning_rate(self) -> float:
        """Linear warm-up, then linear decay to nothing."""
        warm_up = max(1, round(self.recipe.warm_up * self.steps))
        rise = (self.step + 1) / warm_up
        fall = (self.steps - self.step) / max(1, self.steps - warm_up)
        return self.recipe.learning_rate * min(1.0, rise, fall)

    def begin_epoch(self, examples: Examples) -> None:
        self.batches = _epoch_batches(examples, self.recipe, self.epoch)

    def next_batch(self) -> list[Example] | None:
        """The next batch of this epoch, None at its end."""
        if self.batch >= len(self.batches):
            return None
        self.batch += 1
        return self.batches[self.batch - 1]

    def note(self, loss: float) -> None:
        if not math.isfinite(loss):
            raise InputError(
                f"The loss must stay a number; at step {self.step + 1:,} it is {loss}. "
                f"Go on from the saved state with a lower learning rate than {self.recipe.learning_rate}."
            )
        self.loss = loss if self.loss is None else 0.98 * self.loss + 0.02 * loss

    def update(self) -> None:
        nn.utils.clip_grad_norm_(self.trained.values(), self.recipe.gradient_norm)
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate()
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step += 1
        if self.batch >= len(self.batches):
            self.epoch, self.batch, self.batches = self.epoch + 1, 0, None

    def progress(self, pace: _Pace) -> Progress:
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
        """The state, and the adapter where it is the best yet."""
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
        _write_whole(self.folder / "state.safetensors", lambda path: save_file(tensors, path, metadata))
        _write_whole(self.folder / "state.json", lambda path: path.write_text(json.dumps(about, indent=1) + "\n"))

    def restore(self) -> None:
        """Go on from the folder's state, where it has one."""
        file = self.folder / "state.safetensors"
        if not file.is_file():
            return
        try:
            with safe_open(file, "pt") as opened:
                about = json.loads(opened.metadata()["state"])
                tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118 (no dict)
            begun = about["format"], about["recipe"], about["steps"]
            position = {name: about[name] for name in _POSITION}
        except Exception as fault:  # a damaged file breaks the reader in many ways
            raise InputError(
                f"A training state must be whole; {file.name} in {shown(str(self.folder))} is damaged. "
                "Take another folder, or remove it to start anew."
            ) from fault
        kept = {name: tensor.shape for name, tensor in tensors.items() if name.startswith("weight.")}
        own = {f"weight.{name}": weight.shape for name, weight in self.trained.items()}
        if begun != (STATE_FORMAT, asdict(self.recipe), self.steps) or kept != own:
            raise InputError(
                "A run goes on with the recipe, the model and the data it began with; "
                f"those of {shown(str(self.folder))} differ. Take another folder, or the old settings."
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


def save_adapter(model: PeftModel, folder: Path) -> None:
    """The adapter and head in half precision, in peft's own files; no path of this machine in them."""
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    file = folder / "adapter_model.safetensors"
    with safe_open(file, "pt") as opened:
        tensors: dict[str, Tensor] = {name: opened.get_tensor(name).half() for name in opened.keys()}  # noqa: SIM118
    _write_whole(file, lambda path: save_file(tensors, path, {"format": "pt"}))
    settings = json.loads((folder / "adapter_config.json").read_text())
    settings["base_model_name_or_path"] = None
    (folder / "adapter_config.json").write_text(json.dumps(settings, indent=1, sort_keys=True) + "\n")
    (folder / "README.md").unlink(missing_ok=True)  # peft's empty form


def _write_whole(file: Path, write: Callable[[Path], None]) -> None:
    """Write a file under another name and move it into place: it is there whole, or as it was."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        write(fresh)
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
