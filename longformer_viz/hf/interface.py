"""Our attention as an implementation that transformers can choose by name.

A model that goes through transformers' attention interface runs on it after
`model.set_attn_implementation("longformer_viz")`: same weights and outputs, sliding windows in linear time, and each
layer's queries, keys and log-sum-exps for a recorder in the context.
"""

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface
from transformers.masking_utils import AttentionMaskInterface

from longformer_viz.attention.kernels.explicit import ScoreOptions, explicit_attention
from longformer_viz.attention.reach_attention import reach_attention
from longformer_viz.hf.attention_masks import MaskDescription, description_of, reach_mask
from longformer_viz.hf.narrower_window import current_window, narrower_attention
from longformer_viz.hf.recording import RecordedAttention, current_recorder
from longformer_viz.patterns.layer_reach import LayerReach
from longformer_viz.spec import InputError

IMPLEMENTATION = "longformer_viz"
_EVERY_KEY = LayerReach()


def register() -> str:
    """Register the implementation with transformers, and return its name."""
    AttentionInterface.register(IMPLEMENTATION, attention_forward)
    AttentionMaskInterface.register(IMPLEMENTATION, reach_mask)
    return IMPLEMENTATION


@torch.compiler.disable
def attention_forward(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None = None,
    dropout: float = 0.0,
    scaling: float | None = None,
    is_causal: bool | None = None,
    sliding_window: int | None = None,
    softcap: float | None = None,
    s_aux: Tensor | None = None,
    position_bias: Tensor | None = None,
    **_: Any,
) -> tuple[Tensor, None]:
    """Compute one layer's attention, with the arguments that transformers passes.

    Args:
        module: The attention module of the model.
        query: `[batch, heads, n, d]`, not scaled.
        key: `[batch, key_heads, m, d]`.
        value: `[batch, key_heads, m, v]`.
        attention_mask: A mask of `reach_mask`, any mask `[batch, 1, n, m]`, or None.
        dropout: Probability that a weight is dropped.
        scaling: Factor of the scores; `1 / sqrt(d)` if None.
        is_causal: Whether no query attends to a later key; the module's own setting if None.
        sliding_window: Used for models that pass no mask: the number of keys up to the query, itself included.
        softcap: Cap of the scores, or None.
        s_aux: Sinks `[heads]`, or None.
        position_bias: `[batch or 1, heads, n, m]`, added to the scores, or None.

    Returns:
        Output `[batch, n, heads, v]`, and None instead of the weights.
    """
    options = ScoreOptions(scaling, softcap, s_aux, position_bias, dropout)
    if attention_mask is not None and attention_mask.ndim == 4:
        output = _with_any_mask(query, key, value, attention_mask, options)
        return output.transpose(1, 2).contiguous(), None
    causal = getattr(module, "is_causal", True) if is_causal is None else is_causal
    mask = description_of(attention_mask) or _assumed(query, key, attention_mask, causal, sliding_window)
    narrower = current_window()
    if narrower is not None and mask.reach.is_causal and not mask.has_padding and query.shape[2] == key.shape[2]:
        output, log_sum_exp = narrower_attention(query, key, value, mask.reach, options, narrower)
        mask = replace(mask, reach=narrower.within(mask.reach))
    else:
        keep = attention_mask if mask.has_padding else None
        output, log_sum_exp = reach_attention(query, key, value, mask.reach, options, keep, mask.offset)
    recorder = current_recorder()
    if recorder is not None:
        is_cross = getattr(module, "is_decoder", False) is True and not mask.reach.is_causal
        recorder.attention(_recorded(query, key, log_sum_exp, mask, options, is_cross))
    return output.transpose(1, 2).contiguous(), None


def _assumed(
    query: Tensor, key: Tensor, mask: Tensor | None, causal: bool, sliding_window: int | None
) -> MaskDescription:
    """Return what a model means that passes no mask of ours: the meaning that its flash attention has."""
    left = None if sliding_window is None else sliding_window - 1
    reach = LayerReach(left, 0 if causal else left)
    return MaskDescription(reach, key.shape[2] - query.shape[2] if causal else 0, mask is not None)


def _with_any_mask(query: Tensor, key: Tensor, value: Tensor, mask: Tensor, options: ScoreOptions) -> Tensor:
    """Compute attention under a mask that is no window, such as a caller's own."""
    if current_recorder() is not None:
        raise InputError(
            "A recorded run supports window, causal and full masks; this model passes another mask. Run it without a "
            "recorder, or on one document without packing."
        )
    if mask.dtype == torch.bool:
        seen = mask.any(-1, keepdim=True)
        mask = torch.zeros(mask.shape, dtype=query.dtype, device=query.device).masked_fill_(
            ~mask, torch.finfo(query.dtype).min
        )
    else:
        seen = None
    bias = mask if options.bias is None else mask + options.bias
    if options.softcap is None and options.sinks is None and not options.dropout:
        grouped = query.shape[1] != key.shape[1]
        output = scaled_dot_product_attention(query, key, value, bias, scale=options.scale, enable_gqa=grouped)
    else:
        scores = ScoreOptions(options.scale, options.softcap, options.sinks, bias, options.dropout)
        output = explicit_attention(query, key, value, _EVERY_KEY, scores)[0]
    return output if seen is None else output * seen


def _recorded(
    query: Tensor,
    key: Tensor,
    log_sum_exp: Tensor | None,
    mask: MaskDescription,
    options: ScoreOptions,
    is_cross: bool,
) -> RecordedAttention:
    if log_sum_exp is None:
        raise InputError(
            "A recorded run must have gradients turned off; got a run with gradients. Run it inside torch.no_grad()."
        )
    if mask.has_padding or (query.shape[2] != key.shape[2] and not is_cross):
        raise InputError(
            "A recorded run takes one whole document without padding or cache; got "
            f"{query.shape[2]:,} queries and {key.shape[2]:,} keys. Pass one document, and use_cache=False."
        )
    scaled = query[0] * options.scale_of(query.shape[-1])
    bias, shift = None, 0
    if options.bias is not None and not (is_cross and not options.bias.any()):  # T5's cross-attention adds zeros.
        bias, shift = _bias_by_distance(options.bias[0])
    return RecordedAttention(
        scaled, key[0], log_sum_exp[0] - shift, mask.reach, options.softcap, options.sinks, bias, is_cross=is_cross
    )


def _bias_by_distance(bias: Tensor) -> tuple[Tensor, Tensor | int]:
    """Return a bias `[heads, n, n]` by the distance of query and key alone, `[heads, 2 n - 1]`.

    ALiBi in its fast form (Press et al. 2022, section 3) gives every query the same bias, linear in the position of
    the key. It differs from a bias by distance by one number a row, which no weight depends on.

    Returns:
        The bias from distance -(n - 1) to n - 1, and what to take from the log-sum-exps `[heads, n]` of the rows.

    Raises:
        InputError: It depends on more than the distance.
    """
    length = bias.shape[-1]
    if length > 1 and bias.stride(1) == 0:
        of_key = bias[:, 0]
        slope = of_key[:, -1:] - of_key[:, -2:-1]  # [heads, 1]
        by_distance = slope * torch.arange(1 - length, length, device=bias.device)
        if torch.allclose(of_key, of_key[:, -1:] + by_distance[:, :length], atol=1e-6):
            return by_distance, of_key
    by_distance = torch.cat([bias[:, -1], bias[:, 0, 1:]], -1)
    middle = length // 2
    if not torch.equal(bias[:, middle], by_distance[:, length - 1 - middle : 2 * length - 1 - middle]):
        raise InputError(
            "A recorded run needs a position bias that depends only on the distance of query and key; this model's "
            "bias depends on more. Choose another model."
        )
    return by_distance, 0
