"""The cost of one layer's attention by family: pairs, FLOPs, bytes moved, and peak memory.

The counts follow each implementation: padding, masked products inside a block, masks of n × n.
"""

from longformer_viz.cost.band import huggingface, longformer
from longformer_viz.cost.full import chunks, full, fused, modernbert
from longformer_viz.cost.sizes import AttentionCost, Sizes
from longformer_viz.cost.sparse import bigbird, reformer, reformer_local

Kind = str  # Of a layer: "" (its family's only kind), "local", "full" or "hashed".


def attention_cost(sizes: Sizes, kind: Kind = "") -> AttentionCost:
    """Return the cost of one layer's attention.

    Args:
        sizes: The layer.
        kind: For ModernBERT "local" or "full", for Reformer "local" or "hashed"; empty for other families.
    """
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
