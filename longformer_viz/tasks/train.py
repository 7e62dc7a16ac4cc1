"""`python -m longformer_viz.tasks.train TASK --data FILE ... --folder FOLDER`: train an adapter of the default model.

TASK: qa, topics or sentiment. One document in ten is held out; the adapter that judges best on these is kept in
FOLDER/best. Run the same command again to go on after an interruption.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
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
from longformer_viz.models.embedded import embedded_folder
from longformer_viz.spec import InputError
from longformer_viz.tasks.datasets import (
    Article,
    LabelledText,
    held_out_articles,
    held_out_texts,
    read_labelled,
    read_questions,
)
from longformer_viz.tasks.examples import LabelExamples, QuestionExamples
from longformer_viz.tasks.fine_tuning import Progress, Recipe, adapted, fine_tune
from longformer_viz.tasks.judging import label_judge, question_judge

REPORT_EVERY = 20


def main() -> None:
    """Train as the command line says, and tell how far it is."""
    chosen = options()
    keep_freed_memory()
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    tokenizer = AutoTokenizer.from_pretrained(embedded_folder())
    recipe = Recipe(
        rank=chosen.rank,
        learning_rate=chosen.learning_rate,
        epochs=chosen.epochs,
        tokens_per_batch=chosen.tokens_per_batch,
        accumulation=chosen.accumulation,
        gradient_checkpointing=chosen.gradient_checkpointing,
        seed=chosen.seed,
    )
    try:
        prepare = questions if chosen.task == "qa" else labels
        model, examples, judge = prepare(chosen, tokenizer)
        start_from = Path(chosen.start_from) if chosen.start_from else None
        model = adapted(model, recipe, start_from).to(chosen.device)
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
    parser.add_argument("--data", nargs="+", required=True, help="files in SQuAD's form, or labelled texts")
    parser.add_argument("--folder", required=True, help="where state and best adapter are kept")
    parser.add_argument("--start-from", help="folder of an adapter to go on from")
    parser.add_argument("--rank", type=int, default=64)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--tokens-per-batch", type=int, default=4096)
    parser.add_argument("--accumulation", type=int, default=1)
    parser.add_argument("--max-tokens", type=int, default=512, help="of a sequence")
    parser.add_argument("--unanswered", type=float, default=0.25, help="questions without an answer for one with")
    parser.add_argument("--share", type=float, default=1.0, help="of the questions or texts, others in each epoch")
    parser.add_argument("--whole-articles", action="store_true", help="put the paragraphs of an article together")
    parser.add_argument("--gradient-checkpointing", action="store_true")
    parser.add_argument("--judged", type=int, default=500, help="held-out questions or texts to judge by")
    parser.add_argument("--save-every", type=int, default=500, help="steps between two states on disk")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


Prepared = tuple[nn.Module, QuestionExamples | LabelExamples, Callable[[nn.Module], float] | None]


def questions(chosen: Namespace, tokenizer: PreTrainedTokenizerBase) -> Prepared:
    """Model, examples and judge for question answering."""
    train: list[Article] = []
    held_out: list[Article] = []
    for path in chosen.data:
        reading = read_questions(path)
        print(f"{Path(path).name}: {reading.report()}", flush=True)
        kept, apart = held_out_articles(reading.items)
        train += kept
        held_out += apart
    examples = QuestionExamples(
        train, tokenizer, chosen.max_tokens, chosen.unanswered, chosen.whole_articles, chosen.share
    )
    model = LongformerForQuestionAnswering.from_pretrained(embedded_folder())
    judge = question_judge(held_out, tokenizer, chosen.judged, chosen.max_tokens) if held_out else None
    return model, examples, judge


def labels(chosen: Namespace, tokenizer: PreTrainedTokenizerBase) -> Prepared:
    """Model, examples and judge for classification; labels in alphabetical order."""
    texts: list[LabelledText] = []
    for path in chosen.data:
        reading = read_labelled(path)
        print(f"{Path(path).name}: {reading.report()}", flush=True)
        texts += reading.items
    names = sorted({text.label for text in texts})
    train, held_out = held_out_texts(texts)
    model = LongformerForSequenceClassification.from_pretrained(
        embedded_folder(), num_labels=len(names), id2label=dict(enumerate(names))
    )
    sample = [held_out[index] for index in np.random.default_rng(0).permutation(len(held_out))[: chosen.judged]]
    return (
        model,
        LabelExamples(train, names, tokenizer, chosen.max_tokens, share=chosen.share),
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
