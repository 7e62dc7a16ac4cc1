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
from longformer_viz import AttentionSpec, load, speed_up
from longformer_viz.documents.samples import sample, sample_names
from longformer_viz.models.converting.conversion import longformer_from
from longformer_viz.models.embedded import longformer_tokenizer, source_folder
from longformer_viz.trace.position_tiling import PositionTiling
from longformer_viz.training.positions.agreement import measured_agreement
from longformer_viz.training.positions.passages import PASSAGE_TOKENS, special_ids, token_ids
from tests.trace.received import received_at

WINDOWS = (64, 128, 256, 512)
QUICK_WINDOWS = (512,)
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
        tiling = PositionTiling(**each.model.config.position_tiling)
        joints = range(tiling.stop, len(table), tiling.period)
        windows = QUICK_WINDOWS if chosen.quick else WINDOWS
        row = {
            "positions": name,
            "near": agreement.near,
            "far": agreement.far,
            "worst": min(agreement.by_start.values()),
            "artefact": max(
                ratio
                for text in names
                for window in windows
                for ratio in received_at(each, sample(text).text, joints, AttentionSpec(window=window)).values()
            ),
        }
        harness.print_row(COLUMNS, row)
        rows.append(row)
    harness.print_result({"benchmark": "positions", "machine": found, "rows": rows, "GPU": "not used"}, chosen.json)


if __name__ == "__main__":
    main()
