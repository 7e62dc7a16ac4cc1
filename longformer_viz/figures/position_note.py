"""What a reader of an attention picture must know of positions that repeat."""

from longformer_viz.trace.trace import Trace


def position_note(trace: Trace) -> str:
    """Say from which token on position embeddings repeat, and what that does to the picture.

    Args:
        trace: The run that the picture shows.

    Returns:
        Sentences; empty where every token of the document has a position of its own.
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
    return (
        f"{trained} From token {tiling.stop:,} on, position embeddings repeat every {tiling.period:,} tokens: "
        f"those of positions {tiling.start:,} to {tiling.stop - 1:,} are used again."
    )
