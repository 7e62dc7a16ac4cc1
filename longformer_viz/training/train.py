"""Train an adapter of the built-in model.

One document in ten is held out. The adapter with the best score on these is kept in `FOLDER/best`. The same call
continues after an interruption. A number after a file's name, as in `papers.json.gz:2.5`, says how often each of its
questions or texts is read in an epoch; a fraction is drawn anew in each epoch.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import transformers
from torch import nn
from transformers import (
    AutoTokenizer,
    LongformerForQuestionAnswering,
    LongformerForSequenceClassification,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from longformer_viz.memory import keep_freed_memory
from longformer_viz.models.adapters import TASKS
from longformer_viz.models.converting.conversion import MAX_TOKENS
from longformer_viz.models.devices import check_device
from longformer_viz.models.embedded import embedded_folder
from longformer_viz.spec import InputError, shown
from longformer_viz.training.batch import CombinedExamples, Examples
from longformer_viz.training.datasets import Article, LabelledText, read_labelled, read_questions
from longformer_viz.training.examples import MAX_QUESTION_TOKENS, QuestionExamples
from longformer_viz.training.held_out import held_out_articles, held_out_texts
from longformer_viz.training.judging import label_judge, question_judge
from longformer_viz.training.label_examples import LabelExamples
from longformer_viz.training.loop.fine_tuning import adapted, fine_tune
from longformer_viz.training.loop.recipe import Recipe
from longformer_viz.training.loop.training_run import Progress

REPORT_EVERY = 20


@dataclass(frozen=True, slots=True)
class Plan:
    """The task, files and data settings of a training run; `Recipe` has the rest.

    Attributes:
        task: "qa", "topics" or "sentiment".
        data: Files of questions or labelled texts, each optionally followed by `:TIMES`.
        whole: Files of questions whose articles are read with joined paragraphs; for "qa" only.
        folder: Folder for the training state and the best adapter.
        max_tokens: Length of a sequence, in tokens.
        whole_tokens: Length of a sequence from `whole`, in tokens.
        unanswered: Number of unanswerable examples for each answerable one.
        hard: Number of edited, unanswerable questions for each answerable one.
        shift: Half of the sequences start at a random position below this.
        layers: Train only the adapters of this many last layers, and the head; None trains all.
        judged: Number of held-out questions or texts for the evaluation.
        save_every: Steps between two saved states.
        start_from: Folder of an adapter to continue from.
        device: Device to train on.

    Raises:
        InputError: If no file is named, or a value is out of range.
    """

    task: str
    data: tuple[str, ...]
    whole: tuple[str, ...]
    folder: Path
    max_tokens: int = 512
    whole_tokens: int = 4096
    unanswered: float = 0.25
    hard: float = 0.0
    shift: int = 512
    layers: int | None = None
    judged: int = 500
    save_every: int = 500
    start_from: Path | None = None
    device: str = "cpu"

    def __post_init__(self) -> None:
        if self.task not in TASKS:
            raise InputError(f"A task must be one of {', '.join(TASKS)}. You entered {shown(self.task)}. Try qa.")
        if not self.data + self.whole:
            raise InputError("Training needs at least one file. You entered none. Add one with --data or --whole.")
        for option in ("max_tokens", "whole_tokens"):
            if not MAX_QUESTION_TOKENS * 2 <= (tokens := getattr(self, option)) <= MAX_TOKENS:
                name = option.replace("_", "-")
                rule = f"--{name} must be from {MAX_QUESTION_TOKENS * 2} to {MAX_TOKENS:,}"
                raise InputError(f"{rule}. You entered {tokens:,}. Try 512.")
        if self.judged < 0 or self.save_every < 1:
            raise InputError(
                "--judged must be 0 or more and --save-every 1 or more. "
                f"You entered {self.judged:,} and {self.save_every:,}. Try 500."
            )
        if self.whole and self.task != "qa":
            raise InputError(f"--whole is for questions only; {self.task} has texts. Add them with --data.")


def train(plan: Plan, recipe: Recipe) -> None:
    """Train an adapter of the built-in model, and print progress.

    Args:
        plan: The task and its files.
        recipe: The settings of the run.

    Raises:
        InputError: If a file cannot be read, or the device is absent.
    """
    keep_freed_memory()
    torch.set_float32_matmul_precision("highest")
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    device = check_device(plan.device)
    tokenizer = AutoTokenizer.from_pretrained(embedded_folder())
    prepare = questions if plan.task == "qa" else labels
    model, examples, judge = prepare(plan, tokenizer)
    model = adapted(model, recipe, plan.start_from, plan.layers).to(device)
    best = fine_tune(model, examples, recipe, plan.folder, report, judge, plan.save_every)
    judged = (
        "no held-out documents to evaluate on" if best is None else f"best score on held-out documents: {best:.4f}"
    )
    print(f"{judged}; adapter in {plan.folder / 'best'}", flush=True)


def file_and_times(named: str) -> tuple[str, float]:
    """Split FILE:TIMES into the path and how often its items are read in an epoch.

    Args:
        named: The file, optionally with `:TIMES`.

    Returns:
        The path, and TIMES or 1.

    Raises:
        InputError: If TIMES is 0.
    """
    path, _, times = named.rpartition(":")
    if not path or not re.fullmatch(r"\d+\.?\d*|\.\d+", times):
        return named, 1.0
    if not float(times):
        raise InputError(
            f"The number after a file's name must be more than 0. You entered {shown(named)}. Leave the file out."
        )
    return path, float(times)


Prepared = tuple[PreTrainedModel, Examples, Callable[[nn.Module], float] | None]


def questions(plan: Plan, tokenizer: PreTrainedTokenizerBase) -> Prepared:
    """Prepare model, examples and evaluation for question answering.

    Args:
        plan: The task and its files.
        tokenizer: The model's tokenizer.

    Returns:
        The model, the source of examples, and the function that scores the model, or None without held-out questions.
    """
    held_out: list[Article] = []
    parts: dict[tuple[bool, float], list[Article]] = {}  # articles by (whole, times)
    for whole, files in ((False, plan.data), (True, plan.whole)):
        for path, times in map(file_and_times, files):
            reading = read_questions(path)
            print(f"{Path(path).name}: {reading.report()}", flush=True)
            kept, apart = held_out_articles(reading.items)
            parts.setdefault((whole, times), []).extend(kept)
            held_out += [article for article in apart if article not in held_out]
    max_tokens = {False: plan.max_tokens, True: plan.whole_tokens}
    examples = CombinedExamples(
        [
            QuestionExamples(
                articles, tokenizer, max_tokens[whole], plan.unanswered, whole, times, plan.shift, plan.hard
            )
            for (whole, times), articles in parts.items()
        ]
    )
    model = LongformerForQuestionAnswering.from_pretrained(embedded_folder())
    longest = max(max_tokens[whole] for whole, _ in parts)
    return model, examples, question_judge(held_out, tokenizer, plan.judged, longest)


def labels(plan: Plan, tokenizer: PreTrainedTokenizerBase) -> Prepared:
    """Prepare model, examples and evaluation for classification, with the labels in alphabetical order.

    Args:
        plan: The task and its files.
        tokenizer: The model's tokenizer.

    Returns:
        The model, the source of examples, and the function that scores the model, or None without held-out texts.
    """
    read: list[tuple[Sequence[LabelledText], float]] = []
    for path, times in map(file_and_times, plan.data):
        reading = read_labelled(path)
        print(f"{Path(path).name}: {reading.report()}", flush=True)
        read.append((reading.items, times))
    names = sorted({text.label for texts, _ in read for text in texts})
    split = [(*held_out_texts(texts), times) for texts, times in read]
    held_out = [text for _, apart, _ in split for text in apart]
    model = LongformerForSequenceClassification.from_pretrained(
        embedded_folder(), num_labels=len(names), id2label=dict(enumerate(names))
    )
    parts = [LabelExamples(kept, names, tokenizer, plan.max_tokens, times=times) for kept, _, times in split]
    sample = [held_out[index] for index in np.random.default_rng(0).permutation(len(held_out))[: plan.judged]]
    return (
        model,
        CombinedExamples(parts),
        label_judge(sample, names, tokenizer, plan.max_tokens) if sample else None,
    )


def report(progress: Progress) -> None:
    """Print the `progress` of every 20th step and of the last."""
    if progress.step % REPORT_EVERY == 0 or progress.step == progress.steps:
        print(
            f"step {progress.step:,} of {progress.steps:,}  loss {progress.loss:.3f}  "
            f"{progress.tokens_per_second:,.0f} tokens/s  {progress.seconds_left / 60:.0f} min left",
            flush=True,
        )
