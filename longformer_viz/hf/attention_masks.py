"""The masks that transformers requests, as one bool per key and a reach instead of n x n values.

transformers describes a mask by a function of query and key positions. The mask function of the selected attention
implementation turns it into a tensor. Ours reads from that function how far a layer reaches, so that it follows each
model family's own way of counting its window. A mask that is not a window becomes the tensor that PyTorch's attention
would get.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor
from transformers.masking_utils import causal_mask_function, prepare_padding_mask, sdpa_mask

from longformer_viz.patterns.layer_reach import LayerReach

# transformers annotates mask functions with numbers, and calls them with tensors.
MaskFunction = Callable[..., Any]
_DESCRIPTION = "_longformer_viz_mask"
_PAIRS_AT_A_TIME = 2**22


@dataclass(frozen=True, slots=True)
class MaskDescription:
    """What a mask allows beside padding.

    Attributes:
        reach: The keys of each query.
        offset: Position of the first query among the keys.
        has_padding: Whether some keys are padding.
    """

    reach: LayerReach
    offset: int
    has_padding: bool


def description_of(mask: Tensor | None) -> MaskDescription | None:
    """Return the description that `reach_mask` attached to this `mask`; None for any other tensor."""
    return getattr(mask, _DESCRIPTION, None)


def reach_mask(
    batch_size: int,
    q_length: int,
    kv_length: int,
    q_offset: int | Tensor = 0,
    kv_offset: int = 0,
    mask_function: MaskFunction = causal_mask_function,
    attention_mask: Tensor | None = None,
    local_size: int | None = None,
    use_vmap: bool = False,
    device: torch.device | str = "cpu",
    **settings: Any,
) -> Tensor:
    """Return a mask for `attention_forward`, with the arguments of transformers' mask functions.

    Args:
        batch_size: Number of documents.
        q_length: Number of queries.
        kv_length: Number of keys.
        q_offset: Position of the first query.
        kv_offset: Position of the first key.
        mask_function: Whether a pair is allowed, by document, head, query and key.
        attention_mask: `[batch, tokens]`, False for padding; None if there is no padding.
        local_size: The layer's window, if it has one.
        use_vmap: Whether the mask function contains one of the caller's.
        device: Device of the result.
        **settings: Passed to transformers if the mask is not a window.

    Returns:
        Bool `[batch, keys]`, False for padding, which carries its `MaskDescription`; or, if the mask is not a window,
        bool `[batch, 1, queries, keys]`.
    """
    first = int(q_offset)
    positions = (first, q_length, kv_offset, kv_length)
    reach = reach_of(mask_function, batch_size, *positions, local_size, device, every_row=use_vmap)
    if reach is None:
        settings |= {"allow_is_causal_skip": False, "allow_is_bidirectional_skip": False, "use_vmap": use_vmap}
        sizes = (batch_size, q_length, kv_length, first, kv_offset)
        # Without skips there is always a mask.
        return cast(Tensor, sdpa_mask(*sizes, mask_function, attention_mask, device=device, **settings))
    padding = prepare_padding_mask(attention_mask, kv_length, kv_offset)
    if padding is not None:
        padding = padding[:, kv_offset : kv_offset + kv_length].to(device=device, dtype=torch.bool)
        if bool(padding.all()):
            padding = None
    if padding is None:
        keep = torch.ones(1, 1, dtype=torch.bool, device=device).expand(batch_size, kv_length)
    else:
        keep = padding.view(padding.shape)  # A new tensor object, so that the caller's mask carries no description.
    setattr(keep, _DESCRIPTION, MaskDescription(reach, first - kv_offset, padding is not None))
    return keep


def reach_of(
    mask_function: MaskFunction,
    batch: int,
    first_query: int,
    queries: int,
    first_key: int,
    keys: int,
    local_size: int | None = None,
    device: torch.device | str = "cpu",
    every_row: bool = False,
) -> LayerReach | None:
    """Find the window that a mask function describes, in time linear in the length.

    Whole rows are read at the start, the middle and the end. At every other row the four pairs at the ends of the
    window are checked, so packed texts, chunks and blocks are told apart from windows. A function that contains one
    of the caller's is read whole, some rows at a time.

    Args:
        mask_function: Whether a pair is allowed, by document, head, query and key.
        batch: Number of documents.
        first_query: Position of the first query.
        queries: Number of queries.
        first_key: Position of the first key.
        keys: Number of keys.
        local_size: The window that the configuration states. It helps where the text is too short to show it.
        device: Device of the positions.
        every_row: Whether to read all pairs.

    Returns:
        The reach, or None if the mask is not a window of the same size for every query.
    """

    def allowed(query: Tensor, key: Tensor) -> Tensor:  # [batch, positions]
        document = torch.arange(batch, device=device)[:, None]
        result = mask_function(document, torch.zeros((), dtype=torch.long, device=device), query, key)
        return result.expand(batch, *torch.broadcast_shapes(query.shape, key.shape))

    every_key = torch.arange(first_key, first_key + keys, device=device)
    every_query = torch.arange(first_query, first_query + queries, device=device)
    reach = _reach_of_rows(allowed, every_query[[0, queries // 2, -1]].tolist(), every_key)
    if reach is None:
        return None
    if local_size is not None and reach.left is None:
        reach = _beyond_the_text(mask_function, local_size, device) or reach
    if every_row:
        same = _holds_for_all_pairs(mask_function, batch, reach, every_query, every_key)
    else:
        same = _holds_at_the_ends(allowed, reach, every_query, first_key, first_key + keys - 1)
    return reach if same else None


def _reach_of_rows(
    allowed: Callable[[Tensor, Tensor], Tensor], queries: list[int], every_key: Tensor
) -> LayerReach | None:
    """Return the one reach that explains some whole rows, or None."""
    sides: tuple[set[int], set[int]] = (set(), set())
    for query in queries:
        row = allowed(torch.tensor([query], device=every_key.device), every_key)
        seen = every_key[row[0]]
        if not len(seen) or bool((row != row[0]).any()):
            return None
        low, high = int(seen[0]), int(seen[-1])
        if len(seen) != high - low + 1:
            return None
        if low > every_key[0]:
            sides[0].add(query - low)
        if high < every_key[-1]:
            sides[1].add(high - query)
    if any(len(found) > 1 for found in sides):
        return None
    left, right = (found.pop() if found else None for found in sides)
    return LayerReach(left, right)


def _beyond_the_text(mask_function: MaskFunction, size: int, device: torch.device | str) -> LayerReach | None:
    """Return the reach of a window that is wider than the text, by asking about positions after its end.

    None where the mask function knows the positions of the text only, as that of packed texts does.
    """
    query = 2 * size + 2
    key = torch.arange(2 * query, device=device)
    zero = torch.zeros((), dtype=torch.long, device=device)
    try:
        seen = mask_function(zero, zero, torch.tensor(query, device=device), key).flatten().nonzero().flatten()
    except IndexError:
        return None
    low, high = int(seen[0]), int(seen[-1])
    return LayerReach(query - low if low > 0 else None, high - query if high < 2 * query - 1 else None)


def _holds_at_the_ends(
    allowed: Callable[[Tensor, Tensor], Tensor], reach: LayerReach, query: Tensor, first_key: int, last_key: int
) -> bool:
    """Return whether every query sees both ends of its window and neither neighbour beyond."""
    low = torch.full_like(query, first_key) if reach.left is None else (query - reach.left).clamp(min=first_key)
    high = torch.full_like(query, last_key) if reach.right is None else (query + reach.right).clamp(max=last_key)
    exists = low <= high
    for key, inside in ((low, True), (high, True), (low - 1, False), (high + 1, False)):
        chosen = exists & (key >= first_key) & (key <= last_key)
        if chosen.any() and bool((allowed(query[chosen], key[chosen]) != inside).any()):
            return False
    return True


def _holds_for_all_pairs(
    mask_function: MaskFunction, batch: int, reach: LayerReach, query: Tensor, key: Tensor
) -> bool:
    """Return whether the mask function allows what the reach allows, read in blocks of rows."""
    document = torch.arange(batch, device=key.device)[:, None, None]
    zero = torch.zeros((), dtype=torch.long, device=key.device)
    for rows in query[:, None].split(max(1, _PAIRS_AT_A_TIME // (batch * len(key)))):
        if bool((mask_function(document, zero, rows, key) != reach.allows(rows, key)).any()):
            return False
    return True
