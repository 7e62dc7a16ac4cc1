"""A note for readers of an attention figure about position embeddings that repeat."""

from longformer_viz.trace.trace import Trace


def position_note(trace: Trace) -> str:
    """Explain from which token on position embeddings repeat, and how that changes the figure.

    Args:
        trace: The run that the figure shows.

    Returns:
        Sentences; empty if every token of the document has a position embedding of its own.
    """
    tiling = trace.position_tiling
    if tiling is None or len(trace.tokens) <= tiling.stop:
        return ""
    trained = f"The model was trained on {trace.trained_tokens:,} tokens."
    if tiling.is_paper_tiling:
        return (
            f"{trained} Its position embeddings repeat every {tiling.period:,} tokens (the Longformer paper's "
            "tiling), so one token in each repetition has the first token's position. The lines there come from that."
        )
    if tiling.are_rows_trained:
        return (
            f"{trained} From token {tiling.stop:,} on, the same {tiling.period:,} position embeddings repeat. They "
            "were fitted so that a passage there has nearly the same hidden states as at a trained position."
        )
    return (
        f"{trained} From token {tiling.stop:,} on, position embeddings repeat every {tiling.period:,} tokens: "
        f"those of positions {tiling.start:,} to {tiling.stop - 1:,} are used again."
    )
