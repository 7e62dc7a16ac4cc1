"""Trains an adapter of the built-in model: `longformer-viz train TASK --data FILE --folder FOLDER`.

TASK: qa, topics or sentiment. One document in ten is held out; the adapter that judges best on these is kept in
FOLDER/best. Run the same command again to go on after an interruption. Behind a file's name may stand how often
each of its questions or texts is read in an epoch, as in `papers.json.gz:2.5`; a fraction is drawn anew each time.
"""

import re
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
import transformers
from torch import nn
from transformers import (
    AutoTokenizer,
    LongformerForQuestionAnswering,
    LongformerForSequenceClassification,
    PreTrainedTokenizerBase,
)

from longformer_viz.memory import keep_freed_memory
from longformer_viz.models.conversion import MAX_TOKENS
from longformer_viz.models.embedded import embedded_folder
from longformer_viz.models.loading import check_device
from longformer_viz.spec import InputError, shown
from longformer_viz.training.datasets import (
    Article,
    LabelledText,
    held_out_articles,
    held_out_texts,
    read_labelled,
    read_questions,
)
from longformer_viz.training.examples import MAX_QUESTION_TOKENS, Examples, QuestionExamples, Together
from longformer_viz.training.fine_tuning import Progress, Recipe, adapted, fine_tune
from longformer_viz.training.judging import label_judge, question_judge
from longformer_viz.training.label_examples import LabelExamples

REPORT_EVERY = 20


def main() -> None:
    """Train as the command line says, and tell how far it is."""
    chosen = options()
    keep_freed_memory()
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    tokenizer = AutoTokenizer.from_pretrained(embedded_folder())
    try:
        recipe = Recipe(
            rank=chosen.rank,
            learning_rate=chosen.learning_rate,
            epochs=chosen.epochs,
            tokens_per_batch=chosen.tokens_per_batch,
            accumulation=chosen.accumulation,
            gradient_checkpointing=chosen.gradient_checkpointing,
            seed=chosen.seed,
        )
        prepare = questions if chosen.task == "qa" else labels
        model, examples, judge = prepare(chosen, tokenizer)
        start_from = Path(chosen.start_from) if chosen.start_from else None
        model = adapted(model, recipe, start_from, chosen.layers).to(check_device(chosen.device))
        folder = Path(chosen.folder)
        best = fine_tune(model, examples, recipe, folder, report, judge, chosen.save_every)
    except InputError as fault:
        raise SystemExit(str(fault)) from None
    judged = "nothing is held out to judge by" if best is None else f"best score on held-out documents: {best:.4f}"
    print(f"{judged}; adapter in {folder / 'best'}", flush=True)


def options() -> Namespace:
    """The command line."""
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("task", choices=("qa", "topics", "sentiment"))
    parser.add_argument("--data", nargs="*", default=[], help="FILE[:TIMES] in SQuAD's form, or labelled texts")
    parser.add_argument("--whole", nargs="*", default=[], help="the same, an article's paragraphs put together")
    parser.add_argument("--folder", required=True, help="where state and best adapter are kept")
    parser.add_argument("--start-from", help="folder of an adapter to go on from")
    parser.add_argument("--rank", type=int, default=64)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--tokens-per-batch", type=int, default=4096)
    parser.add_argument("--accumulation", type=int, default=1)
    parser.add_argument("--max-tokens", type=int, default=512, help="of a sequence")
    parser.add_argument("--whole-tokens", type=int, default=4096, help="of a sequence from a whole article")
    parser.add_argument("--unanswered", type=float, default=0.25, help="questions without an answer for one with")
    parser.add_argument("--hard", type=float, default=0.0, help="edited questions without an answer for one with")
    parser.add_argument(
        "--shift", type=int, default=512, help="positions by which half of the sequences may start late"
    )
    parser.add_argument("--layers", type=int, help="train the adapters of the last LAYERS alone, and the head")
    parser.add_argument("--gradient-checkpointing", action="store_true")
    parser.add_argument("--judged", type=int, default=500, help="held-out questions or texts to judge by")
    parser.add_argument("--save-every", type=int, default=500, help="steps between two states on disk")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    if not chosen.data + chosen.whole:
        parser.error("--data or --whole must name a file; got none.")
    for option in ("max_tokens", "whole_tokens"):
        if not MAX_QUESTION_TOKENS * 2 <= (tokens := getattr(chosen, option)) <= MAX_TOKENS:
            name = option.replace("_", "-")
            parser.error(f"--{name} must be from {MAX_QUESTION_TOKENS * 2} to {MAX_TOKENS:,}; got {tokens:,}.")
    if chosen.judged < 0 or chosen.save_every < 1:
        parser.error("--judged must be 0 or more and --save-every 1 or more. Leave them out for their defaults.")
    if chosen.whole and chosen.task != "qa":
        parser.error(f"--whole is for questions; {chosen.task} has texts alone. Name them in --data.")
    return chosen


def file_and_times(named: str) -> tuple[str, float]:
    """The path, and how often its items are read in an epoch: 1, or what stands behind the last colon."""
    path, _, times = named.rpartition(":")
    if not path or not re.fullmatch(r"\d+\.?\d*|\.\d+", times):
        return named, 1.0
    if not float(times):
        raise InputError(f"A file must be read more often than never; got {shown(named)}. Leave it out.")
    return path, float(times)


Prepared = tuple[nn.Module, Examples, Callable[[nn.Module], float] | None]


def questions(chosen: Namespace, tokenizer: PreTrainedTokenizerBase) -> Prepared:
    """Model, examples and judge for question answering."""
    held_out: list[Article] = []
    parts: dict[tuple[bool, float], list[Article]] = {}  # what is read alike
    for whole, files in ((False, chosen.data), (True, chosen.whole)):
        for path, times in map(file_and_times, files):
            reading = read_questions(path)
            print(f"{Path(path).name}: {reading.report()}", flush=True)
            kept, apart = held_out_articles(reading.items)
            parts.setdefault((whole, times), []).extend(kept)
            held_out += [article for article in apart if article not in held_out]
    max_tokens = {False: chosen.max_tokens, True: chosen.whole_tokens}
    examples = Together(
        [
            QuestionExamples(
                articles, tokenizer, max_tokens[whole], chosen.unanswered, whole, times, chosen.shift, chosen.hard
            )
            for (whole, times), articles in parts.items()
        ]
    )
    model = LongformerForQuestionAnswering.from_pretrained(embedded_folder())
    longest = max(max_tokens[whole] for whole, _ in parts)
    return model, examples, question_judge(held_out, tokenizer, chosen.judged, longest)


def labels(chosen: Namespace, tokenizer: PreTrainedTokenizerBase) -> Prepared:
    """Model, examples and judge for classification; labels in alphabetical order."""
    read: list[tuple[Sequence[LabelledText], float]] = []
    for path, times in map(file_and_times, chosen.data):
        reading = read_labelled(path)
        print(f"{Path(path).name}: {reading.report()}", flush=True)
        read.append((reading.items, times))
    names = sorted({text.label for texts, _ in read for text in texts})
    split = [(*held_out_texts(texts), times) for texts, times in read]
    held_out = [text for _, apart, _ in split for text in apart]
    model = LongformerForSequenceClassification.from_pretrained(
        embedded_folder(), num_labels=len(names), id2label=dict(enumerate(names))
    )
    sample = [held_out[index] for index in np.random.default_rng(0).permutation(len(held_out))[: chosen.judged]]
    return (
        model,
        Together([LabelExamples(kept, names, tokenizer, chosen.max_tokens, times=times) for kept, _, times in split]),
        label_judge(sample, names, tokenizer, chosen.max_tokens) if sample else None,
    )


def report(progress: Progress) -> None:
    """A line now and then."""
    if progress.step % REPORT_EVERY == 0 or progress.step == progress.steps:
        print(
            f"step {progress.step:,} of {progress.steps:,}  loss {progress.loss:.3f}  "
            f"{progress.tokens_per_second:,.0f} tokens/s  {progress.seconds_left / 60:.0f} min left",
            flush=True,
        )


if __name__ == "__main__":
    torch.set_float32_matmul_precision("highest")
    main()
