"""One head of a trace as one-byte codes for the map: its band, columns and rows, or the difference of two runs.

A weight has code 0 below 1e-4 and outside the pattern. Otherwise its code is from 1 to 254 on a logarithmic scale:
the weight is 1e-4 * 1e4 ** ((code - 1) / 253), with an error of at most 1.84%. Code 255 means not a number.

A difference d has code 0 if |d| is below 1e-4. Otherwise its code is 2m if it is positive and 2m - 1 if it is
negative, where |d| = 1e-4 * 1e4 ** ((m - 1) / 126) with m from 1 to 127, and an error of at most 3.7%. The larger of
two codes means the larger difference, so a maximum of codes is meaningful for weights and for differences.
"""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from longformer_viz.patterns.blocks.block_reach import BlockReach
from longformer_viz.spec import InputError
from longformer_viz.trace.heads import weight_codes
from longformer_viz.trace.layer_trace import BandedWeights
from longformer_viz.trace.reach_trace import ReachTrace
from longformer_viz.trace.trace import Trace
from longformer_viz.widget.payload import BUDGET_BYTES, Part

FLOOR = 1e-4
FAULT = 255
_LEVELS = 126


def codes(weights: Tensor) -> np.ndarray:
    """Encode `weights` as codes, uint8 of the same shape."""
    return weight_codes(weights.log()).numpy()


def difference_codes(difference: Tensor) -> np.ndarray:
    """Encode each `difference` of weights, from -1 to 1, as a code, uint8 of the same shape."""
    logs = (difference.abs() / FLOOR).log_()
    magnitude = (logs * (-_LEVELS / math.log(FLOOR))).round_().clamp_(max=_LEVELS).add_(1)
    found = (2 * magnitude - (difference < 0).float()).masked_fill_(logs < 0, 0)
    return found.masked_fill_(~difference.isfinite(), FAULT).to(torch.uint8).numpy()


def half_of(trace: Trace, layer: int, head: int) -> int:
    """Return the number of columns of the band on one side of the diagonal that can be inside the document.

    Args:
        trace: The run.
        layer: Index of the layer, from 0.
        head: Index of the head, from 0.

    Returns:
        The number of columns.
    """
    band = trace.pattern.layers[layer]
    return min(band.one_sided_window, (len(trace.tokens) - 1) // band.dilations[head])


def view_bytes(length: int, half: int, globals_: int) -> int:
    """Return the size of a whole head in bytes.

    Args:
        length: Number of tokens of the document.
        half: Columns of the band on one side of the diagonal.
        globals_: Number of global tokens.

    Returns:
        The number of bytes.
    """
    return length * (2 * half + 1) + 2 * length * globals_


def is_over_budget(trace: Trace, layer: int, head: int) -> bool:
    """Return whether one head is too large for one payload, and is sent as an overview and tiles.

    Args:
        trace: The run.
        layer: Index of the layer, from 0.
        head: Index of the head, from 0.

    Returns:
        True if its bytes exceed `BUDGET_BYTES`.
    """
    weight = view_bytes(len(trace.tokens), half_of(trace, layer, head), len(trace.global_positions))
    return weight > BUDGET_BYTES


def head_view(trace: Trace, layer: int, head: int, label: str | None = None) -> Part:
    """Encode all weights of one head.

    Args:
        trace: The run.
        layer: Index of the layer, from 0.
        head: Index of the head, from 0.
        label: Name of the view; by default made of layer and head.

    Returns:
        The header and the arrays `band`, `columns` and `rows`.
    """
    half = half_of(trace, layer, head)
    weights = trace.band(layer, head)
    arrays = {
        "band": codes(_cut(weights.band, half)),
        "columns": codes(weights.columns),
        "rows": codes(weights.rows),
        **sink_array(trace, layer, head),
    }
    return Part(describe(trace, layer, head, label), arrays)


def sink_array(trace: Trace, layer: int, head: int) -> dict[str, np.ndarray]:
    """Encode the weight that each token gives to the head's sink.

    Args:
        trace: The run.
        layer: Index of the layer, from 0.
        head: Index of the head, from 0.

    Returns:
        The array `sink`, or nothing if the head has no sink.
    """
    weights = trace.sink_weights(layer, head)
    return {} if weights is None else {"sink": codes(weights)}


def describe(trace: Trace, layer: int, head: int, label: str | None = None) -> dict[str, Any]:
    """Return the header of one head.

    Args:
        trace: The run.
        layer: Index of the layer, from 0.
        head: Index of the head, from 0.
        label: Name of the view; by default made of layer and head.

    Returns:
        The fields of the header.
    """
    band = trace.pattern.layers[layer]
    return {
        "label": label or f"Layer {layer}, head {head}",
        "layer": layer,
        "head": head,
        "window": band.window,
        "dilation": band.dilations[head],
        "half": half_of(trace, layer, head),
        "globals": list(trace.global_positions),
        "own_pattern": trace.is_own_pattern,
        "difference": False,
        **_pair_rule(trace, layer),
    }


def _pair_rule(trace: Trace, layer: int) -> dict[str, Any]:
    """Return which pairs inside a band the layer forbids: `causal`, or `blocks` by size and start of the last one."""
    if not isinstance(trace, ReachTrace):
        return {}
    reach = trace.reach(layer)
    if isinstance(reach, BlockReach):
        return {"blocks": [reach.block_size, reach.last_block]}
    return {"causal": reach.is_causal}


def difference_view(first: tuple[Trace, int, int], second: tuple[Trace, int, int], label: str | None = None) -> Part:
    """Encode the second head minus the first, over every pair that either pattern allows.

    Args:
        first: Trace, layer and head.
        second: Trace, layer and head, over the same document.
        label: Name of the difference; by default made of the two heads.

    Returns:
        The header and the arrays.

    Raises:
        InputError: If the two are not of one document, or have too many pairs for one payload.
    """
    length = len(first[0].tokens)
    check_same_document(first[0], second[0])
    headers = [describe(*head) for head in (first, second)]
    step = math.gcd(*(header["dilation"] for header in headers))
    half = max(header["half"] * header["dilation"] for header in headers) // step
    positions = sorted({position for header in headers for position in header["globals"]})
    if view_bytes(length, half, len(positions)) > BUDGET_BYTES:
        raise InputError(
            f"A difference must fit in {BUDGET_BYTES / 1e6:.0f} MB; {length:,} tokens with {2 * half + 1:,} columns "
            f"and {len(positions):,} global tokens do not. Show the two side by side, or use a smaller window."
        )
    laid = [_laid_out(*head, half, step, positions) for head in (first, second)]
    arrays = {
        name: difference_codes(getattr(laid[1], name) - getattr(laid[0], name))
        for name in ("band", "columns", "rows")
    }
    header = headers[1] | {
        "label": label or f"{headers[1]['label']} minus {headers[0]['label'].lower()}",
        "window": 2 * half,
        "dilation": step,
        "half": half,
        "globals": positions,
        "own_pattern": all(header["own_pattern"] for header in headers),
        "difference": True,
        "causal": all(header.get("causal") for header in headers),
        "blocks": headers[1].get("blocks") if headers[0].get("blocks") == headers[1].get("blocks") else None,
    }
    return Part(header, arrays)


def trace_header(trace: Trace) -> dict[str, int]:
    """Return what the header of a payload says about a run.

    Args:
        trace: The run.

    Returns:
        The numbers of layers, heads and trained tokens.
    """
    return {"layers": len(trace.layers), "heads": trace.heads, "trained_tokens": trace.trained_tokens}


def check_same_document(first: Trace, second: Trace) -> None:
    """Check that two traces have the same tokens.

    Args:
        first: A run.
        second: Another run.

    Raises:
        InputError: If the tokens differ, so that their pairs cannot be compared.
    """
    if first.tokens.ids != second.tokens.ids:
        raise InputError(
            f"Two maps must show the same document; got different tokens ({len(first.tokens):,} and "
            f"{len(second.tokens):,}). Run both over the same document with one model's tokenizer."
        )


def _cut(band: Tensor, half: int) -> Tensor:
    middle = band.shape[1] // 2
    return band[:, middle - half : middle + half + 1]


def _laid_out(trace: Trace, layer: int, head: int, half: int, step: int, positions: list[int]) -> BandedWeights:
    """Return one head's weights in a wider layout: `half` columns a side, `step` apart, and these global tokens."""
    own = describe(trace, layer, head)
    weights = trace.band(layer, head)
    length = len(trace.tokens)
    band = torch.zeros(length, 2 * half + 1)
    stride = own["dilation"] // step
    columns = half + stride * torch.arange(-own["half"], own["half"] + 1)
    band[:, columns] = _cut(weights.band, own["half"])
    to_global, from_global = torch.zeros(length, len(positions)), torch.zeros(len(positions), length)
    token = torch.arange(length)
    where = {position: number for number, position in enumerate(own["globals"])}
    whole = band.clone()
    for number, position in enumerate(positions):
        if position in where:
            to_global[:, number] = weights.columns[:, where[position]]
            from_global[number] = weights.rows[where[position]]
            continue
        # A token that is global only in the other run: its pairs move from this run's band to the columns.
        steps = position - token
        near = (steps % step == 0) & (steps.abs() <= half * step)
        queries, place = token[near], half + steps[near] // step
        to_global[queries, number] = whole[queries, place]
        from_global[number, queries] = whole[position, 2 * half - place]
        for key, column in where.items():
            from_global[number, key] = weights.columns[position, column]
        band[queries, place] = 0
        band[position] = 0
    # The weights of a global query are only in its row.
    to_global[positions] = 0
    return BandedWeights(band, to_global, from_global)
