"""Measure what repeated position embeddings do: agreement of far passages, and attention where repetitions start.

`python -m benchmarks.positions [--json] [--quick]`, on the project's sample documents. Agreement is the mean cosine
of the last hidden states of 254 tokens at two places. The artefact ratio is what the token at a joint receives, as a
multiple of the median token or of what the same token receives elsewhere, whichever is larger; the highest is shown.
"""

import dataclasses

import torch
from transformers import BertModel

from benchmarks import harness
from benchmarks.harness import Column
from longformer_viz import AttentionSpec, load, run, speed_up
from longformer_viz.documents.samples import sample, sample_names
from longformer_viz.models.converting.conversion import longformer_from
from longformer_viz.models.embedded import longformer_tokenizer, source_folder
from longformer_viz.models.loading import LoadedModel
from longformer_viz.training.positions.agreement import measured_agreement
from longformer_viz.training.positions.passages import PASSAGE_TOKENS, special_ids, token_ids
from tests.trace.received import received_shares

WINDOWS = (64, 128, 256, 512)
QUICK_WINDOWS = (512,)
SHIFT = 100  # tokens that are left out at the beginning, so that the same words stand elsewhere
COLUMNS = (
    Column("positions", "positions", least_width=20),
    Column("near and near", "near", "{:.3f}"),
    Column("far and near", "far", "{:.3f}"),
    Column("worst place", "worst", "{:.3f}"),
    Column("highest artefact ratio", "artefact", "{:.1f}"),
)


def main() -> None:
    """Measure the paper's tiling, the tiling without a seam, and the trained rows."""
    chosen = harness.options(__doc__.splitlines()[0])
    found = harness.machine()
    print(harness.machine_line(found))
    model = load()
    source = source_folder()
    bert = BertModel.from_pretrained(source, local_files_only=True).eval().requires_grad_(False)
    tokenizer = longformer_tokenizer(source / "tokenizer.json")
    names = ("services_contract",) if chosen.quick else sample_names()
    passages = torch.cat(
        [
            ids[: len(ids) // PASSAGE_TOKENS * PASSAGE_TOKENS].view(-1, PASSAGE_TOKENS)[:4]
            for ids in token_ids(tokenizer, [sample(name).text for name in names])
        ]
    )
    tables = {
        name: speed_up(longformer_from(bert, tokenizer.vocab["[SEP]"], position_tiling=name))
        for name in ("paper", "seamless")
    }
    models = {name: dataclasses.replace(model, model=each) for name, each in tables.items()} | {"trained": model}
    rows = []
    harness.print_head(COLUMNS)
    for name, each in models.items():
        table = each.model.base_model.embeddings.position_embeddings.weight[1:].detach().clone()
        agreement = measured_agreement(bert, special_ids(tokenizer), passages, table)
        joints = range(512, 16_384, 512) if name == "paper" else range(407, 16_384, 321)
        windows = QUICK_WINDOWS if chosen.quick else WINDOWS
        row = {
            "positions": name,
            "near": agreement.near,
            "far": agreement.far,
            "worst": min(agreement.by_start.values()),
            "artefact": max(artefact(each, text, joints, window) for text in names for window in windows),
        }
        harness.print_row(COLUMNS, row)
        rows.append(row)
    harness.print_result({"benchmark": "positions", "machine": found, "rows": rows, "GPU": "not used"}, chosen.json)


def artefact(model: LoadedModel, name: str, joints: range, window: int) -> float:
    """The highest artefact ratio of a sample at its joints; 0 if it ends before the first."""
    tokens, spec = model.tokenize(sample(name).text), AttentionSpec(window=window)
    at = [joint for joint in joints if joint < len(tokens) - 1]
    if not at:
        return 0.0
    shares = received_shares(run(model, tokens, spec))
    elsewhere = received_shares(run(model, model.tokenize(sample(name).text, start=SHIFT), spec))
    return max(float(shares[joint] / max(shares.median(), elsewhere[joint - SHIFT])) for joint in at)


if __name__ == "__main__":
    main()
