"""Window and global columns on a GPU in 16 bits, by PyTorch's FlashAttention kernels, which know windows.

The kernel sees whole documents beside each other, without padding, and leaves out what lies beyond the window. Global
tokens that a row's window does not reach are brought in by their log-sum-exp: with the output and the log-sum-exp of
both parts together, the kernel's backward pass gives the gradients of its own part (Dao 2023, arXiv:2307.08691,
algorithm 2 holds for any part of the keys). Nothing of size n x window exists in either pass.
"""

import math
from dataclasses import dataclass
from functools import cache, lru_cache, partial

import torch
from torch import Tensor
from torch.autograd.function import FunctionCtx

from longformer_viz.attention import torch_ops
from longformer_viz.attention.dilated_slices import DilatedSlice, dilated_slices
from longformer_viz.attention.global_tokens import GlobalTokens
from longformer_viz.attention.kernels.composite import composite_gradients, wants_composite
from longformer_viz.attention.kernels.differentiable import differentiable_attention
from longformer_viz.attention.kernels.fused import aligned, fused_attention
from longformer_viz.attention.kernels.packing import Packing
from longformer_viz.attention.mask_cache import of_last

COLUMN_SCORES = 2**25  # at a time in the backward pass, which has four such tensors: 128 MiB each in float32


def flash_takes(query: Tensor, keep: Tensor | None) -> bool:
    """Whether this path computes it: 16 bits on a GPU that has the kernel, and padding only behind the documents."""
    head_size = query.shape[-1]
    if query.device.type != "cuda" or query.dtype not in (torch.bfloat16, torch.float16):
        return False
    if head_size % 8 or head_size > 256 or not query.numel() or not _has_kernel(query.device):
        return False
    return keep is None or ends_padded(keep)


@of_last
def ends_padded(keep: Tensor) -> bool:
    """Whether padding stands behind each document alone."""
    return not bool((keep[:, 1:] & ~keep[:, :-1]).any())


@cache
def _has_kernel(device: torch.device) -> bool:
    if torch_ops.FLASH_FORWARD is None or torch_ops.FLASH_BACKWARD is None:
        return False
    return torch.backends.cuda.is_flash_attention_available() and torch.cuda.get_device_capability(device) >= (8, 0)


def flash_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    one_sided_window: int,
    dilations: tuple[int, ...],
    keep: Tensor | None = None,
    global_tokens: GlobalTokens | None = None,
) -> tuple[Tensor, Tensor]:
    """Output [batch, heads, n, d] and log-sum-exp [batch, heads, n] over the window and the global columns.

    query, key, value: [batch, heads, n, d], such as `flash_takes` takes; `dilations`: one a head; keep: bool
    [batch, n], False for padding. A row of padding has output 0 and log-sum-exp -inf. The log-sum-exp carries no
    gradient.
    """
    columns = (None, None)
    if global_tokens is not None:
        columns = (global_tokens.of_heads(key), global_tokens.of_heads(value))
    return _Flash.apply(query, key, value, *columns, one_sided_window, dilations, keep, global_tokens)


class _Flash(torch.autograd.Function):
    @staticmethod
    @torch.autocast("cuda", enabled=False)
    def forward(
        ctx: FunctionCtx,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        global_key: Tensor | None,
        global_value: Tensor | None,
        half: int,
        dilations: tuple[int, ...],
        keep: Tensor | None,
        global_tokens: GlobalTokens | None,
    ) -> tuple[Tensor, Tensor]:
        length = query.shape[2]
        output = log_sum_exp = None
        for place in dilated_slices(length, dilations):
            packing = Packing.of(place.positions(keep), place.take(query))
            packed, lse = windowed_kernel(*(packing.pack(place.take(t)) for t in (query, key, value)), packing, half)
            part_output, part_lse = packing.unpack(packed), packing.unpack(lse, -math.inf)
            if global_tokens is not None:
                columns = _Columns.of(place, half, global_key, global_value, global_tokens)
                columns.merge(place.take(query), part_output, part_lse, packing.rows is not None)
            if place.index is None:
                output, log_sum_exp = part_output, part_lse
            elif output is None:
                output = torch.empty_like(query)
                log_sum_exp = query.new_empty(query.shape[:-1], dtype=torch.float32)
            place.put(output, part_output)
            place.put(log_sum_exp, part_lse)
        ctx.save_for_backward(query, key, value, global_key, global_value, output, log_sum_exp)
        ctx.half, ctx.dilations, ctx.keep, ctx.global_tokens = half, dilations, keep, global_tokens
        ctx.mark_non_differentiable(log_sum_exp)
        return output, log_sum_exp

    @staticmethod
    @torch.autocast("cuda", enabled=False)
    def backward(ctx: FunctionCtx, output_grad: Tensor, _: Tensor) -> tuple[Tensor | None, ...]:
        *inputs, output, log_sum_exp = ctx.saved_tensors
        if wants_composite(output_grad):
            grads = composite_gradients(partial(_composite, ctx), inputs, output_grad.to(output.dtype))
            return (*grads, None, None, None, None)
        query, key, value, global_key, global_value = inputs
        output_grad = output_grad.to(query.dtype)
        grads = None
        column_grads = [None if tensor is None else torch.zeros_like(tensor) for tensor in inputs[3:]]
        for place in dilated_slices(query.shape[2], ctx.dilations):
            rows = [place.take(tensor) for tensor in (output_grad, query, key, value, output, log_sum_exp)]
            packing = Packing.of(place.positions(ctx.keep), rows[1])
            found = windowed_gradients(*(packing.pack(tensor) for tensor in rows), packing, ctx.half)
            part_grads = [packing.unpack(grad) for grad in found]
            if ctx.global_tokens is not None:
                columns = _Columns.of(place, ctx.half, global_key, global_value, ctx.global_tokens)
                part_output_grad, part_query, *_, part_output, part_lse = rows
                found = columns.gradients(part_output_grad, part_query, part_output, part_lse, part_grads[0])
                for grad, part in zip(column_grads, found, strict=True):
                    place.add_columns(grad, part.to(grad.dtype))
            if place.index is None:
                grads = part_grads
            elif grads is None:
                grads = [torch.empty_like(tensor) for tensor in (query, key, value)]
            for grad, part in zip(grads, part_grads, strict=True):
                place.put(grad, part)
        return (*grads, *column_grads, None, None, None, None)


def _composite(
    ctx: FunctionCtx,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    global_key: Tensor | None,
    global_value: Tensor | None,
) -> Tensor:
    """The output of the forward pass again, by PyTorch's own operations."""
    keep, tokens = ctx.keep, ctx.global_tokens
    local_keys = keep if tokens is None else tokens.local_keys(keep)
    columns = None if tokens is None else (global_key, global_value, tokens.present)
    output, _ = differentiable_attention(
        query, key, value, ctx.half, ctx.dilations, local_keys, columns, composite=True
    )
    return output if keep is None else output.masked_fill(~keep[:, None, :, None], 0)


def windowed_kernel(query: Tensor, key: Tensor, value: Tensor, packing: Packing, half: int) -> tuple[Tensor, Tensor]:
    """Output [tokens, heads, d] and log-sum-exp [tokens, heads] of packed documents, each row over its window."""
    output, lse, *_ = torch_ops.FLASH_FORWARD(
        query,
        key,
        value,
        packing.bounds,
        packing.bounds,
        packing.longest,
        packing.longest,
        0.0,
        False,
        False,
        window_size_left=half,
        window_size_right=half,
    )
    return output, lse.T


def windowed_gradients(
    output_grad: Tensor,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    output: Tensor,
    log_sum_exp: Tensor,
    packing: Packing,
    half: int,
) -> tuple[Tensor, Tensor, Tensor]:
    """Gradients of packed query, key and value; output and log-sum-exp may be of more keys than the window's."""
    no_dropout = _no_dropout(query.device)
    return torch_ops.FLASH_BACKWARD(
        output_grad,
        query,
        key,
        value,
        output,
        log_sum_exp.T.contiguous(),
        packing.bounds,
        packing.bounds,
        packing.longest,
        packing.longest,
        0.0,
        False,
        no_dropout,
        no_dropout,
        window_size_left=half,
        window_size_right=half,
    )


@lru_cache(maxsize=16)
def _no_dropout(device: torch.device) -> Tensor:
    """In the place of the random state, which is not read without dropout."""
    return torch.empty(0, device=device)


@dataclass(frozen=True, slots=True)
class _Columns:
    """The global tokens that rows see beside their windows.

    key, value: [documents, heads, g, d]; mask: additive [documents, 1, m, g] in their type, 0 for what a row sees
    here and a very low number for what its window sees or is not there; so no row is without a finite score.
    """

    key: Tensor
    value: Tensor
    mask: Tensor

    @classmethod
    def of(
        cls, place: DilatedSlice, half: int, key: Tensor, value: Tensor, global_tokens: GlobalTokens
    ) -> "_Columns":
        first = 0 if place.index is None else int(place.index[0, 0])
        known = "flash", half, place.dilation, first, key.dtype
        if known not in global_tokens.made:
            global_tokens.made[known] = _column_mask(place, half, global_tokens, key.dtype)
        return cls(place.columns(key), place.columns(value), global_tokens.made[known])

    def merge(self, query: Tensor, output: Tensor, log_sum_exp: Tensor, padded: bool) -> None:
        """Bring the columns into `output` and `log_sum_exp`, in place; rows of padding stay as they are."""
        part, lse = fused_attention(query, self.key, self.value, attn_mask=self.mask)
        if padded:
            lse = lse.masked_fill(log_sum_exp == -math.inf, -math.inf)
        share = torch.sigmoid(lse - log_sum_exp)
        if padded:
            share = share.nan_to_num_(0.0)
        output.lerp_(part, share.to(output.dtype)[..., None])
        torch.logaddexp(log_sum_exp, lse, out=log_sum_exp)

    def gradients(
        self,
        output_grad: Tensor,
        query: Tensor,
        output: Tensor,
        log_sum_exp: Tensor,
        query_grad: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Gradients of the columns' key and value in float32; adds the columns' part to `query_grad` in place."""
        scale = 1 / math.sqrt(query.shape[-1])
        columns = [tensor.float() for tensor in (self.key, self.value)]
        grads = [torch.zeros_like(tensor) for tensor in columns]
        at = log_sum_exp.masked_fill(log_sum_exp == -math.inf, math.inf)[..., None]  # padding: weights of 0
        step = max(1, COLUMN_SCORES // (query.shape[0] * query.shape[1] * self.key.shape[2]))
        for start in range(0, query.shape[2], step):
            rows = slice(start, start + step)
            grad, own = output_grad[:, :, rows].float(), query[:, :, rows].float()
            # In float32: scores rounded to 16 bits would be off by up to 0.4 %, and there are few.
            weights = torch.exp((own * scale) @ columns[0].mT + self.mask[:, :, rows] - at[:, :, rows])
            mean = (grad * output[:, :, rows]).sum(-1, keepdim=True)
            score_grad = weights * (grad @ columns[1].mT - mean) * scale
            query_grad[:, :, rows] += (score_grad @ columns[0]).to(query_grad.dtype)
            grads[0] += score_grad.mT @ own
            grads[1] += weights.mT @ grad
        return grads[0], grads[1]


def _column_mask(place: DilatedSlice, half: int, global_tokens: GlobalTokens, dtype: torch.dtype) -> Tensor:
    index, present = (place.repeated(tensor) for tensor in (global_tokens.index, global_tokens.present))
    if place.index is None:
        row = torch.arange(global_tokens.mask.shape[1], device=index.device)[None]
    else:
        row = place.index.to(index.device).repeat(len(global_tokens.index), 1)  # [batch * remainders, m]
    apart = (row[..., None] - index[:, None]).abs()  # [documents, m, g]
    inside = (apart <= half * place.dilation) & (apart % place.dilation == 0)
    hidden = inside | ~present[:, None]
    mask = torch.zeros(hidden.shape, dtype=dtype, device=index.device)  # half of the lowest: the kernel scales it
    return aligned(mask.masked_fill_(hidden, torch.finfo(dtype).min / 2)[:, None])
