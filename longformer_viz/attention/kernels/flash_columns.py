"""The global tokens that a row attends to beyond its window, merged into FlashAttention's result by log-sum-exp."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from longformer_viz.attention.dilated_slices import DilatedSlice
from longformer_viz.attention.global_tokens import GlobalTokens
from longformer_viz.attention.kernels.fused import aligned, fused_attention

COLUMN_SCORES = 2**25  # Computed at a time in the backward pass, which has four such tensors of 128 MiB in float32.


@dataclass(frozen=True, slots=True)
class GlobalColumns:
    """Keys and values of the global tokens, with a mask of what each row sees here.

    Attributes:
        key: `[documents, heads, g, d]`.
        value: `[documents, heads, g, d]`.
        mask: Additive `[documents, 1, m, g]`, 0 for what a row sees here and a very low number for what its window
            sees or is absent. Every row has a finite score.
    """

    key: Tensor
    value: Tensor
    mask: Tensor

    @classmethod
    def of(
        cls, dilated: DilatedSlice, half: int, key: Tensor, value: Tensor, global_tokens: GlobalTokens
    ) -> "GlobalColumns":
        """Return the columns of one dilated slice.

        Args:
            dilated: The slice.
            half: Keys on each side of a query.
            key: Keys of the global tokens, `[batch, heads, g, d]`.
            value: Values of the global tokens, `[batch, heads, g, d]`.
            global_tokens: The batch's global tokens; the mask is kept there for the next layer.
        """
        first = 0 if dilated.is_whole else int(dilated.index[0, 0])
        known = "flash", half, dilated.dilation, first, key.dtype
        if known not in global_tokens.derived:
            global_tokens.derived[known] = _column_mask(dilated, half, global_tokens, key.dtype)
        return cls(dilated.columns(key), dilated.columns(value), global_tokens.derived[known])

    def merge(self, query: Tensor, output: Tensor, log_sum_exp: Tensor, padded: bool) -> None:
        """Merge the columns into `output` and `log_sum_exp`, in place; rows of padding are unchanged.

        Args:
            query: `[documents, heads, m, d]`.
            output: Over the window, `[documents, heads, m, d]`.
            log_sum_exp: Over the window, `[documents, heads, m]`; -inf for padding.
            padded: Whether there is padding.
        """
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
        """Return the gradients of the columns' key and value, and add their part to `query_grad` in place.

        Args:
            output_grad: `[documents, heads, m, d]`.
            query: `[documents, heads, m, d]`.
            output: The output over window and columns, `[documents, heads, m, d]`.
            log_sum_exp: The log-sum-exp over window and columns, `[documents, heads, m]`.
            query_grad: The gradient that the window gives, `[documents, heads, m, d]`.

        Returns:
            Float32 `[documents, heads, g, d]`, twice.
        """
        scale = 1 / math.sqrt(query.shape[-1])
        columns = [tensor.float() for tensor in (self.key, self.value)]
        grads = [torch.zeros_like(tensor) for tensor in columns]
        at = log_sum_exp.masked_fill(log_sum_exp == -math.inf, math.inf)[..., None]  # Padding gets weights of 0.
        step = max(1, COLUMN_SCORES // (query.shape[0] * query.shape[1] * self.key.shape[2]))
        for start in range(0, query.shape[2], step):
            rows = slice(start, start + step)
            grad, own = output_grad[:, :, rows].float(), query[:, :, rows].float()
            # Scores rounded to 16 bits would be off by up to 0.4%.
            weights = torch.exp((own * scale) @ columns[0].mT + self.mask[:, :, rows] - at[:, :, rows])
            mean = (grad * output[:, :, rows]).sum(-1, keepdim=True)
            score_grad = weights * (grad @ columns[1].mT - mean) * scale
            query_grad[:, :, rows] += (score_grad @ columns[0]).to(query_grad.dtype)
            grads[0] += score_grad.mT @ own
            grads[1] += weights.mT @ grad
        return grads[0], grads[1]


def _column_mask(dilated: DilatedSlice, half: int, global_tokens: GlobalTokens, dtype: torch.dtype) -> Tensor:
    index, present = (dilated.repeated(tensor) for tensor in (global_tokens.index, global_tokens.present))
    if dilated.is_whole:
        row = torch.arange(global_tokens.mask.shape[1], device=index.device)[None]
    else:
        row = dilated.index.to(index.device).repeat(len(global_tokens.index), 1)  # [batch * remainders, m]
    apart = (row[..., None] - index[:, None]).abs()  # [documents, m, g]
    inside = (apart <= half * dilated.dilation) & (apart % dilated.dilation == 0)
    hidden = inside | ~present[:, None]
    mask = torch.zeros(hidden.shape, dtype=dtype, device=index.device)
    # The kernel scales the mask, so half of the lowest number is used.
    return aligned(mask.masked_fill_(hidden, torch.finfo(dtype).min / 2)[:, None])
