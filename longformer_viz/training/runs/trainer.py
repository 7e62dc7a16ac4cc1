"""Train a run with transformers' Trainer, and write its progress into its folder."""

import math
import os
import time
from pathlib import Path
from typing import Any

import torch
from torch import distributed, nn
from transformers import Trainer, TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from transformers.integrations.integration_utils import is_tensorboard_available
from transformers.trainer_pt_utils import LengthGroupedSampler

from longformer_viz.hf.context import override
from longformer_viz.peak_memory import resident_bytes
from longformer_viz.spec import AttentionSpec, InputError
from longformer_viz.training.runs.evaluation import Evaluator
from longformer_viz.training.runs.run_examples import Item, RunExamples
from longformer_viz.training.runs.run_state import (
    CANCEL,
    CHECKPOINTS,
    EVALUATIONS,
    PAUSE,
    REQUEST,
    RUNNING,
    STEPS,
    append_line,
    write_status,
)
from longformer_viz.training.runs.settings import TrainingSettings

SAVE_SECONDS = 60.0
COMPLETE = "complete"
"""A file that marks a checkpoint whose other files are all written."""
_LOGGED = 400  # at most this many lines of a run


class RunTrainer(Trainer):
    """transformers' Trainer with the loss, the evaluation and the attention pattern of a run.

    Args:
        examples: Makes batches and computes the loss.
        evaluator: Evaluates after each epoch.
        folder: The run's folder.
        options: Further arguments of the Trainer.
    """

    def __init__(self, examples: RunExamples, evaluator: Evaluator, folder: Path, **options: Any) -> None:
        super().__init__(data_collator=examples.batch, **options)
        self.examples, self.evaluator, self.folder = examples, evaluator, folder
        self.model_accepts_loss_kwargs = False  # The loss is a mean over the batch.
        self.tokens = 0

    def compute_loss(
        self,
        model: nn.Module,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        """Compute the loss under the run's dilation; its window is the model's own.

        Args:
            model: The model.
            inputs: A batch.
            return_outputs: Whether the model's outputs are returned as well.
            num_items_in_batch: Not used.
        """
        self.tokens += inputs["input_ids"].numel()
        with override(AttentionSpec(dilation=self.examples.settings.dilation)):
            loss, outputs = self.examples.loss(model, inputs)
        return (loss, outputs) if return_outputs else loss

    def _get_train_sampler(self, train_dataset: Any = None) -> LengthGroupedSampler:
        """Group documents of similar length; the order does not depend on the number of processes."""
        items: Any = self.train_dataset if train_dataset is None else train_dataset
        together = self.args.train_batch_size * self.args.gradient_accumulation_steps * self.args.world_size
        return LengthGroupedSampler(together, items, [len(item["input_ids"]) for item in items])

    def evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
        """Evaluate on the held-out documents, and write the result."""
        model: Any = self.model
        found = self.evaluator.evaluate(model)
        epoch = round(self.state.epoch or 0)
        if self.is_world_process_zero():
            append_line(self.folder / EVALUATIONS, {"epoch": epoch, "step": self.state.global_step, **found})
        metrics = {f"eval_{name}": value for name, value in found.items() if isinstance(value, float)}
        self.log(metrics)
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        return metrics


class Reporter(TrainerCallback):
    """Writes the progress of a run, saves it every minute, and follows requests to pause or cancel.

    Args:
        folder: The run's folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.trainer: Any = None  # The trainer is made with its callbacks, so it is set afterwards.
        self.started = self.saved = time.monotonic()
        self.first_step: int | None = None
        self.first_tokens = 0
        self.request = ""

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        """Write the state, and save where a minute has passed or somebody asked to stop.

        Args:
            args: As the Trainer has them.
            state: As the Trainer has it.
            control: Changed to save, evaluate or stop.
        """
        now = time.monotonic()
        if self.first_step is None:  # The first step also sets up what the next ones use.
            self.first_step, self.started, self.first_tokens = state.global_step, now, self.trainer.tokens
        done = state.global_step - self.first_step
        left = (now - self.started) / done * (state.max_steps - state.global_step) if done else None
        self.request, is_due = self._decided(now)
        is_whole = self._is_whole(args, state)
        if self.request in (PAUSE, CANCEL):
            control.should_training_stop = True
        if not is_whole:  # The end of an epoch evaluates and saves by itself, and a step is saved once.
            control.should_save = self.request == PAUSE or (not self.request and is_due)
        if control.should_save:
            self.saved = now
        if state.is_world_process_zero:
            about = {"step": state.global_step, "steps": state.max_steps, "seconds_left": left, "pid": os.getpid()}
            write_status(self.folder, RUNNING, **about)

    def _decided(self, now: float) -> tuple[str, bool]:
        """Return what somebody asked for, and whether a minute has passed since the last save.

        The first process decides for all: one that saves or stops alone would wait for the others forever.
        """
        file = self.folder / REQUEST
        request = file.read_text(encoding="utf-8").strip() if file.exists() else self.request
        found = [request, now - self.saved > SAVE_SECONDS]
        if distributed.is_available() and distributed.is_initialized():
            distributed.broadcast_object_list(found, src=0)
        return str(found[0]), bool(found[1])

    def on_epoch_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        """Evaluate and save whole epochs only.

        Args:
            args: As the Trainer has them.
            state: As the Trainer has it.
            control: Changed to save, evaluate or stop.
        """
        if not self._is_whole(args, state):
            control.should_evaluate = control.should_save = False

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        """Mark a checkpoint as complete.

        Args:
            args: As the Trainer has them.
            state: As the Trainer has it.
            control: Not changed.
        """
        if state.is_world_process_zero:
            (self.folder / CHECKPOINTS / f"checkpoint-{state.global_step}" / COMPLETE).touch()

    @staticmethod
    def _is_whole(args: TrainingArguments, state: TrainerState) -> bool:
        """Return whether the last step was the last of an epoch."""
        return state.global_step % max(1, round(state.max_steps / args.num_train_epochs)) == 0

    def on_log(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, logs: Any = None, **_: Any
    ) -> None:
        """Write the figures of a step.

        Args:
            args: As the Trainer has them.
            state: As the Trainer has it.
            control: Not changed.
            logs: Loss and learning rate of the step.
        """
        if not logs or "loss" not in logs or not state.is_world_process_zero:
            return
        if not math.isfinite(logs["loss"]):
            raise InputError(
                f"The loss must be finite. At step {state.global_step:,} it is {logs['loss']}. Start a new run with "
                "a lower learning rate."
            )
        seconds = time.monotonic() - self.started
        tokens = self.trainer.tokens - self.first_tokens
        append_line(
            self.folder / STEPS,
            {
                "step": state.global_step,
                "epoch": round(state.epoch or 0.0, 3),
                "loss": logs["loss"],
                "learning_rate": logs.get("learning_rate"),
                "tokens_per_second": tokens / seconds if seconds and tokens else None,
                "memory_bytes": memory_bytes(self.trainer.args.device),
            },
        )


def memory_bytes(device: torch.device) -> int | None:
    """Return the memory in use: of the device, or of this process.

    Args:
        device: Where the model is.
    """
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    try:
        return resident_bytes()
    except (OSError, ValueError):
        return None


def make_trainer(
    model: nn.Module, items: list[Item], examples: RunExamples, evaluator: Evaluator, folder: Path
) -> RunTrainer:
    """Return the trainer of a run.

    Args:
        model: The model, from `trainable`.
        items: The examples to train on.
        examples: Makes batches and computes the loss.
        evaluator: Evaluates after each epoch.
        folder: The run's folder.
    """
    settings = examples.settings
    reporter = Reporter(folder)
    trainer = RunTrainer(
        examples,
        evaluator,
        folder,
        model=model,
        args=training_arguments(settings, len(items), folder),
        train_dataset=items,
        eval_dataset=items[:1],  # The evaluator has its own documents.
        callbacks=[reporter],
    )
    reporter.trainer = trainer
    return trainer


def training_arguments(settings: TrainingSettings, documents: int, folder: Path) -> TrainingArguments:
    """Return the settings as transformers' Trainer has them.

    Args:
        settings: The run's settings.
        documents: Number of training examples.
        folder: The run's folder.
    """
    processes = int(os.environ.get("WORLD_SIZE", "1"))
    steps = math.ceil(documents / (settings.batch * settings.accumulation * processes)) * settings.epochs
    return TrainingArguments(
        output_dir=str(folder / CHECKPOINTS),
        per_device_train_batch_size=settings.batch,
        gradient_accumulation_steps=settings.accumulation,
        num_train_epochs=settings.epochs,
        learning_rate=settings.rate,
        lr_scheduler_type="linear",
        warmup_steps=round(settings.warm_up * steps),
        weight_decay=0.01,
        max_grad_norm=1.0,
        activation_checkpointing=settings.checkpointing,
        activation_checkpointing_kwargs={"use_reentrant": False} if settings.checkpointing else None,
        logging_steps=max(1, steps // _LOGGED),
        logging_nan_inf_filter=False,
        eval_strategy="epoch",
        save_strategy="epoch",
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model=settings.score_name,
        greater_is_better=not settings.is_lower_better,
        remove_unused_columns=False,
        dataloader_pin_memory=False,
        report_to=["tensorboard"] if is_tensorboard_available() else [],  # Its writer is part of the extra "train".
        disable_tqdm=True,
        seed=settings.seed,
        use_cpu=settings.device == "cpu",
    )
