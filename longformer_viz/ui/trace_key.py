"""A short name for a trace, to key what is computed from it."""

import hashlib

from longformer_viz.trace.trace import Trace


def trace_key(trace: Trace) -> str:
    """Equal for one and the same run, different for any other: tensors are never hashed."""
    run = (trace.model, trace.tokens.ids, trace.tokens.text, trace.pattern, trace.elapsed_seconds)
    return hashlib.sha256(repr(run).encode("utf-8", "surrogatepass")).hexdigest()
