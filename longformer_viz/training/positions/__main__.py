"""Train and ship the rows that repeat: `python -m longformer_viz.training.positions --data FILE ...`.

Writes the rows, the agreement that was measured on held-out documents, and the model card into the package.
"""

import json
import random
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
import transformers
from safetensors.torch import save_file
from transformers import BertModel

from longformer_viz.models.converting.positions import seamless_tiling
from longformer_viz.models.embedded import POSITION_ROWS, longformer_tokenizer, shipped_positions, source_folder
from longformer_viz.spec import InputError
from longformer_viz.trace.position_tiling import PositionTiling
from longformer_viz.training.datasets import Article, read_questions
from longformer_viz.training.held_out import held_out_articles
from longformer_viz.training.positions.agreement import measured_agreement
from longformer_viz.training.positions.card import position_card
from longformer_viz.training.positions.distillation import DistillationPlan, distilled_rows, extended
from longformer_viz.training.positions.passages import sampled_passages, special_ids, token_ids

_JUDGED_PASSAGES = 24
_MOST_TOKENS = 16_384
_TELL_EVERY = 20


def main() -> None:
    """Train on the files that the command line names."""
    parser = ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", action="append", required=True, metavar="FILE", help="questions in SQuAD's format")
    usual = DistillationPlan()
    parser.add_argument("--steps", type=int, default=usual.steps)
    parser.add_argument("--learning-rate", type=float, default=usual.learning_rate)
    parser.add_argument("--passages", type=int, default=usual.passages, help="passages of one step")
    parser.add_argument("--folder", type=Path, default=shipped_positions(), help="folder for the result")
    chosen = parser.parse_args()
    transformers.logging.disable_progress_bar()
    plan = DistillationPlan(chosen.steps, chosen.passages, chosen.learning_rate)
    try:
        print(json.dumps(shipped(chosen.data, plan, chosen.folder), indent=1))
    except InputError as fault:
        raise SystemExit(str(fault)) from None


def shipped(files: list[str], plan: DistillationPlan, folder: Path) -> dict[str, Any]:
    """Train the rows, measure them, and write them.

    Args:
        files: Questions in SQuAD's format; their paragraphs are the text.
        plan: How to train.
        folder: Folder for the result.

    Returns:
        The agreement of each table.

    Raises:
        InputError: A file cannot be read.
    """
    source = source_folder()
    model = BertModel.from_pretrained(source, local_files_only=True).eval().requires_grad_(False)
    tokenizer = longformer_tokenizer(source / "tokenizer.json")
    special = special_ids(tokenizer)
    training, held_out = [], []
    for file in files:
        train, rest = held_out_articles(read_questions(file).items)
        training += token_ids(tokenizer, [_text(article) for article in train])
        held_out += token_ids(tokenizer, [_text(article) for article in rest])
    table = model.embeddings.position_embeddings.weight.detach()
    tiling = seamless_tiling(table)
    assert tiling is not None
    rows = distilled_rows(model, special, training, tiling, plan, _tell)
    judged = sampled_passages(held_out, _JUDGED_PASSAGES, random.Random(0))
    tables = {
        "the paper's tiling": table[PositionTiling(len(table)).rows(_MOST_TOKENS)],
        "without a seam": table[tiling.rows(_MOST_TOKENS)],
        "trained": extended(table, rows, tiling, _MOST_TOKENS),
    }
    figures = {
        "documents": len(training),
        "held_out_documents": len(held_out),
        "plan": asdict(plan),
        "files": [Path(file).name for file in files],
        "tiling": asdict(tiling),
        "agreement": {
            name: asdict(measured_agreement(model, special, judged, each)) for name, each in tables.items()
        },
    }
    folder.mkdir(parents=True, exist_ok=True)
    save_file({POSITION_ROWS: rows.half().contiguous()}, folder / f"{POSITION_ROWS}.safetensors", {"format": "pt"})
    (folder / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    (folder / "README.md").write_text(position_card(figures), "utf-8")
    return figures["agreement"]


def _text(article: Article) -> str:
    return "\n\n".join(paragraph.context for paragraph in article.paragraphs)


def _tell(step: int, loss: float) -> None:
    if step % _TELL_EVERY == 0:
        print(f"Step {step:,}: loss {loss:.4f}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    torch.manual_seed(0)
    main()
