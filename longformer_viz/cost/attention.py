"""The cost of one layer's attention by family: pairs, FLOPs, bytes moved, and peak memory.

Counts are of what the implementation really does, read from its code: padding, masked products inside a block, masks
of n x n.
"""

from longformer_viz.cost.band import huggingface, longformer
from longformer_viz.cost.full import chunks, full, fused, modernbert
from longformer_viz.cost.sizes import AttentionCost, Sizes
from longformer_viz.cost.sparse import bigbird, reformer, reformer_local

Kind = str  # of a layer: "" (as the family has it), "local", "full" or "hashed"


def attention_cost(sizes: Sizes, kind: Kind = "") -> AttentionCost:
    """The cost of one layer's attention; `kind` tells apart the two kinds of layers of ModernBERT and Reformer."""
    family = sizes.method.family
    if family == "modernbert":
        return modernbert(sizes, kind or "local")
    if family == "reformer":
        return reformer_local(sizes) if kind == "local" else reformer(sizes)
    return {
        "longformer": longformer,
        "huggingface": huggingface,
        "full": full,
        "fused": fused,
        "bigbird": bigbird,
        "chunks": chunks,
    }[family](sizes)
