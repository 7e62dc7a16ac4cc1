"""Window and global columns with gradients on the CPU: block by block, on PyTorch's fused kernel and its backward.

Both passes walk through the same blocks: a few documents, some of their rows, and the keys that any of these rows
sees, with the global tokens in the same softmax. The backward pass computes a block's weights again, so that neither
pass keeps n x window. What lies behind a document's last token is left out, so that padding costs little. With
dilation d the tokens of equal position modulo d are d documents.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor
from torch.autograd.function import FunctionCtx

from longformer_viz.attention import cpu_backend as processor
from longformer_viz.attention import torch_ops
from longformer_viz.attention.dilated_slices import DilatedSlice, dilated_slices
from longformer_viz.attention.global_tokens import GlobalTokens
from longformer_viz.attention.kernels.banded import in_band, keys_seen
from longformer_viz.attention.kernels.composite import accumulator, composite_gradients, wants_composite
from longformer_viz.attention.kernels.differentiable import differentiable_attention
from longformer_viz.attention.kernels.fused import additive_mask, fused_attention

QUERY_BLOCK = 128
GROUP_SCORES = 2**20  # of all heads: documents come together up to here, in bfloat16 what a processor's cache holds
WHOLE_SCORES = 2**22  # of all heads: a document up to here is one block if the window leaves out little


@dataclass(frozen=True, slots=True)
class _Pattern:
    """Who sees whom, of documents that are not dilated yet.

    keep: bool [batch, n], False for padding; local: bool [batch, n], the keys that the window sees; everywhere: bool
    [batch, n], the keys that all rows see; present: bool [batch, g], the columns that all rows see. None: all, and of
    the last two none.
    """

    half: int
    keep: Tensor | None = None
    local: Tensor | None = None
    everywhere: Tensor | None = None
    present: Tensor | None = None


def fused_training_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    one_sided_window: int,
    dilations: tuple[int, ...],
    keep: Tensor | None = None,
    global_tokens: GlobalTokens | None = None,
) -> tuple[Tensor, Tensor]:
    """Output [batch, heads, n, d] and log-sum-exp [batch, heads, n] over the window and the global columns.

    query, key, value: [batch, heads, n, d] on the CPU; `dilations`: one a head; keep: bool [batch, n], False for
    padding. A row of padding, or one that sees no key, has output 0 and log-sum-exp -inf. The log-sum-exp
    carries no gradient.
    """
    if global_tokens is None:
        pattern = _Pattern(one_sided_window, keep, keep)
        return _FusedAttention.apply(query, key, value, None, None, dilations, pattern)
    local = global_tokens.local_keys(keep)
    heads, length = query.shape[1:3]
    if set(dilations) == {1} and length <= 2 * one_sided_window and heads * length**2 <= WHOLE_SCORES:
        # The window leaves out so little that a mask over all keys costs less than blocks with columns beside them.
        pattern = _Pattern(one_sided_window, keep, local, everywhere=global_tokens.mask)
        return _FusedAttention.apply(query, key, value, None, None, dilations, pattern)
    pattern = _Pattern(one_sided_window, keep, local, present=global_tokens.present)
    columns = (global_tokens.of_heads(key), global_tokens.of_heads(value))
    return _FusedAttention.apply(query, key, value, *columns, dilations, pattern)


class _FusedAttention(torch.autograd.Function):
    @staticmethod
    @torch.autocast("cpu", enabled=False)
    def forward(
        ctx: FunctionCtx,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        global_key: Tensor | None,
        global_value: Tensor | None,
        dilations: tuple[int, ...],
        pattern: _Pattern,
    ) -> tuple[Tensor, Tensor]:
        output = _zeros(query, query.dtype)
        log_sum_exp = query.new_full(query.shape[:-1], -math.inf, dtype=accumulator(query.dtype))
        for place in dilated_slices(query.shape[2], dilations):
            part = _Part.of(place, query, key, value, global_key, global_value, pattern)
            part_output, part_lse = place.take(output), place.take(log_sum_exp)
            for block in part.blocks():
                inputs = [_computable(tensor) for tensor in part.inputs(block)]
                result, lse = fused_attention(*inputs, attn_mask=part.mask(block, inputs[0].dtype))
                part_output[block.at_rows] = result
                part_lse[block.at_rows] = lse
            if part.blind is not None and part.blind.any():
                part_output.masked_fill_(part.blind[:, None, :, None], 0)
                part_lse.masked_fill_(part.blind[:, None], -math.inf)
            place.put(output, part_output)
            place.put(log_sum_exp, part_lse)
        ctx.save_for_backward(query, key, value, global_key, global_value, output, log_sum_exp)
        ctx.dilations, ctx.pattern = dilations, pattern
        ctx.mark_non_differentiable(log_sum_exp)
        return output, log_sum_exp

    @staticmethod
    @torch.autocast("cpu", enabled=False)
    def backward(ctx: FunctionCtx, output_grad: Tensor, _: Tensor) -> tuple[Tensor | None, ...]:
        *inputs, output, log_sum_exp = ctx.saved_tensors
        if wants_composite(output_grad):
            grads = composite_gradients(partial(_composite, ctx), inputs, output_grad)
            return (*grads, None, None)
        # Blocks add up in float32, whatever the type.
        grads = [None if tensor is None else _zeros(tensor, accumulator(tensor.dtype)) for tensor in inputs]
        # Blind rows pass nothing on: the fused kernel gives them weights of 0, plain products get no NaN.
        blind = log_sum_exp == -math.inf
        if blind.any():
            output_grad = output_grad.masked_fill(blind[..., None], 0)
            log_sum_exp = log_sum_exp.masked_fill(blind, math.inf)
        for place in dilated_slices(output.shape[2], ctx.dilations):
            part = _Part.of(place, *inputs, ctx.pattern)
            rows = [place.take(tensor) for tensor in (output_grad, output, log_sum_exp)]
            part_grads = [place.take(grad) for grad in grads[:3]]
            column_grads = [torch.zeros_like(tensor, dtype=grads[0].dtype) for tensor in part.columns]
            for block in part.blocks():
                found = _block_gradients(part, block, *(tensor[block.at_rows] for tensor in rows))
                part_grads[0][block.at_rows] = found[0]
                width = block.keys.stop - block.keys.start
                for grad, of_block in zip(part_grads[1:], found[1:], strict=True):
                    grad[block.at_keys] += of_block[:, :, :width]
                for grad, of_block in zip(column_grads, found[1:], strict=False):
                    grad[block.documents] += of_block[:, :, width:]
            for grad, part_grad in zip(grads, part_grads, strict=False):
                place.put(grad, part_grad)
            for grad, column_grad in zip(grads[3:], column_grads, strict=False):
                place.add_columns(grad, column_grad)
        return (*(None if grad is None else grad.to(output.dtype) for grad in grads), None, None)


def _composite(
    ctx: FunctionCtx,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    global_key: Tensor | None,
    global_value: Tensor | None,
) -> Tensor:
    """The output of the forward pass again, by PyTorch's own operations."""
    pattern, columns = ctx.pattern, None
    if pattern.everywhere is not None and (tokens := GlobalTokens.of(pattern.everywhere)) is not None:
        columns = (tokens.of_heads(key), tokens.of_heads(value), tokens.present)
    elif global_key is not None:
        columns = (global_key, global_value, pattern.present)
    arguments = (pattern.half, ctx.dilations, pattern.local, columns)
    output, _ = differentiable_attention(query, key, value, *arguments, composite=True)
    return output if pattern.keep is None else output.masked_fill(~pattern.keep[:, None, :, None], 0)


def _block_gradients(
    part: "_Part", block: "_Block", output_grad: Tensor, output: Tensor, log_sum_exp: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Gradients of a block's query, key and value, [documents, heads, rows or keys, d].

    PyTorch's fused backward kernel is slow in 16 bits: where the processor multiplies bfloat16 natively, plain
    products are the faster way.
    """
    query, key, value = (_computable(tensor) for tensor in part.inputs(block))
    mask = part.mask(block, query.dtype)
    if query.dtype != torch.bfloat16:
        output_grad, output = output_grad.to(query.dtype), output.to(query.dtype)
        return torch_ops.FUSED_CPU_BACKWARD(
            output_grad, query, key, value, output, log_sum_exp, 0.0, False, attn_mask=mask
        )
    scale = 1 / math.sqrt(query.shape[-1])
    query = query * scale
    scores = query @ key.mT  # [documents, heads, rows, keys]
    if mask is not None:
        scores += mask.clamp_(min=torch.finfo(mask.dtype).min)  # a row of -inf would turn into NaN
    weights = torch.softmax(scores, -1)
    score_grad = torch_ops.softmax_gradient(output_grad @ value.mT, weights)
    return (score_grad @ key) * scale, score_grad.mT @ query, weights.mT @ output_grad


def _computable(tensor: Tensor) -> Tensor:
    """In float32 in place of a 16-bit type that the processor does not multiply natively."""
    if tensor.dtype == torch.bfloat16 and processor.multiplies_bfloat16():
        return tensor
    return tensor.to(accumulator(tensor.dtype))


def _zeros(like: Tensor, dtype: torch.dtype) -> Tensor:
    """[batch, heads, n, d] in the memory order that the projections read, [batch, n, heads, d]."""
    batch, heads, length, head_size = like.shape
    return like.new_zeros(batch, length, heads, head_size, dtype=dtype).transpose(1, 2)


@dataclass(frozen=True, slots=True)
class _Block:
    documents: slice
    rows: slice
    keys: slice

    @property
    def at_rows(self) -> tuple[slice, slice, slice]:
        return self.documents, slice(None), self.rows

    @property
    def at_keys(self) -> tuple[slice, slice, slice]:
        return self.documents, slice(None), self.keys


@dataclass(frozen=True, slots=True)
class _Part:
    """Undilated attention: tensors [documents, heads, m, d], columns (key and value) [documents, heads, g, d]."""

    query: Tensor
    key: Tensor
    value: Tensor
    columns: tuple[Tensor, ...]
    pattern: _Pattern
    blind: Tensor | None  # bool [documents, m], rows of padding and rows that see nothing

    @classmethod
    def of(
        cls,
        place: DilatedSlice,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        global_key: Tensor | None,
        global_value: Tensor | None,
        pattern: _Pattern,
    ) -> "_Part":
        columns = () if global_key is None else (place.columns(global_key), place.columns(global_value))
        masks = [place.positions(mask) for mask in (pattern.keep, pattern.local, pattern.everywhere)]
        own = _Pattern(pattern.half, *masks, place.repeated(pattern.present))
        blind = None
        if own.local is not None:
            blind = keys_seen(own.local, own.half) == 0
            for seen_by_all in (own.everywhere, own.present):
                if seen_by_all is not None:
                    blind &= ~seen_by_all.any(-1, keepdim=True)
        if own.keep is not None:
            blind |= ~own.keep
        return cls(*(place.take(tensor) for tensor in (query, key, value)), columns, own, blind)

    def blocks(self) -> Iterator[_Block]:
        """Documents beside each other, a stretch of their rows, and the keys that any of these rows sees."""
        half = self.pattern.half
        for documents, length in self._groups():
            if self.pattern.everywhere is not None:
                yield _Block(documents, slice(0, length), slice(0, length))
                continue
            for start in range(0, length, QUERY_BLOCK):
                stop = min(start + QUERY_BLOCK, length)
                yield _Block(documents, slice(start, stop), slice(max(0, start - half), min(length, stop + half)))

    def _groups(self) -> Iterator[tuple[slice, int]]:
        """Documents beside each other whose scores fit one block, and the length of the longest, without padding."""
        count, heads, length, _ = self.query.shape
        lengths = [length] * count
        if self.pattern.keep is not None:
            lengths = (self.pattern.keep * torch.arange(1, length + 1)).amax(-1).tolist()
        rows, keys = QUERY_BLOCK, QUERY_BLOCK + 2 * self.pattern.half
        if self.pattern.everywhere is not None:
            rows = keys = length
        start = longest = 0
        for number, own in enumerate(lengths):
            grown = max(longest, own)
            if (number + 1 - start) * heads * min(grown, rows) * min(grown, keys) > GROUP_SCORES:
                if longest:
                    yield slice(start, number), longest
                start, grown = number, own
            longest = grown
        if longest:
            yield slice(start, count), longest

    def inputs(self, block: _Block) -> list[Tensor]:
        """Query, key and value of a block, the columns behind its keys."""
        pair = [tensor[block.at_keys] for tensor in (self.key, self.value)]
        if self.columns:
            pair = [
                torch.cat([tensor, column[block.documents]], 2)
                for tensor, column in zip(pair, self.columns, strict=True)
            ]
        return [self.query[block.at_rows], *pair]

    def mask(self, block: _Block, dtype: torch.dtype) -> Tensor | None:
        """Additive mask [documents or 1, 1, rows or 1, keys + columns]; None where nothing is to mask."""
        documents, rows, keys = block.documents, block.rows, block.keys
        pattern, allowed = self.pattern, None
        if max(rows.stop - keys.start, keys.stop - rows.start) > pattern.half + 1:
            allowed = in_band((rows.start, rows.stop), (keys.start, keys.stop), pattern.half)[None]
        if pattern.local is not None and not pattern.local[documents, keys].all():
            local = pattern.local[documents, None, keys]
            allowed = local if allowed is None else allowed & local
        if allowed is not None and pattern.everywhere is not None:
            allowed = allowed | pattern.everywhere[documents, None, keys]
        if self.columns:
            present = pattern.present[documents, None]
            if allowed is None and not present.all():
                allowed = present.new_ones(1, 1, keys.stop - keys.start)
            if allowed is not None:
                both = [part.expand(len(present), allowed.shape[1], -1) for part in (allowed, present)]
                allowed = torch.cat(both, -1)
        return None if allowed is None else additive_mask(allowed[:, None], dtype)
