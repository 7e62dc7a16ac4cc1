"""LongT5's encoder, whose local and transient-global attention records itself for a recorder in the context."""

from typing import Any

import torch
from torch import Tensor
from transformers.models.longt5 import modeling_longt5 as modeling

from longformer_viz.hf.recording import RecordedAttention, Recorder, check_whole, current_recorder
from longformer_viz.patterns.blocks.summary_reach import SummaryReach
from longformer_viz.patterns.layer_reach import LayerReach
from longformer_viz.spec import InputError

# The first layer's position bias by distance, kept on the tensor that transformers hands from layer to layer.
_BY_DISTANCE = "_longformer_viz_by_distance"


class LongT5LocalAttention(modeling.LongT5LocalAttention):
    """Local attention. The output is transformers' own."""

    def forward(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, hidden_states: Tensor, mask: Tensor | None = None, position_bias: Tensor | None = None, **options: Any
    ) -> tuple[Tensor, ...]:
        """Compute one layer, with the arguments and results of transformers.

        Args:
            hidden_states: `[batch, n, hidden]`.
            mask: `[batch, 1, blocks, block, 3 * block]`, or None.
            position_bias: Of the first layer, mask included; None in the first layer.
            **options: As in transformers.
        """
        results = super().forward(hidden_states, mask, position_bias, **options)
        recorder = current_recorder()
        if recorder is not None:
            is_whole = mask is None or _tokens_of(mask) == hidden_states.shape[1]
            _record(self, recorder, hidden_states, position_bias, results[1], None, is_whole)
        return results


class LongT5TransientGlobalAttention(modeling.LongT5TransientGlobalAttention):
    """Local attention, and attention to summaries of blocks. The output is transformers' own."""

    def forward(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, hidden_states: Tensor, mask: Tensor | None = None, position_bias: Tensor | None = None, **options: Any
    ) -> tuple[Tensor, ...]:
        """Compute one layer, with the arguments and results of transformers.

        Args:
            hidden_states: `[batch, n, hidden]`.
            mask: `[batch, n]`, 0 for padding, or None.
            position_bias: Of the first layer, mask included; None in the first layer.
            **options: As in transformers.
        """
        results = super().forward(hidden_states, mask, position_bias, **options)
        recorder = current_recorder()
        if recorder is not None:
            given = torch.ones(hidden_states.shape[:2], device=hidden_states.device) if mask is None else mask
            blocks, segments = modeling._make_global_fixed_block_ids(given, self.global_block_size)
            sums = modeling._create_global_aggregates(hidden_states, blocks, segments.shape[-1])
            summary_keys = self.k(self.global_input_layer_norm(sums))
            _record(self, recorder, hidden_states, position_bias, results[1], summary_keys, bool(given.all()))
        return results


def _tokens_of(mask: Tensor) -> int:
    """Count the tokens that attend to themselves, so that they are no padding, in a mask of whole blocks."""
    return int(mask[:, 0].diagonal(mask.shape[-2], -2, -1).sum())


def _record(
    module: modeling.LongT5LocalAttention | modeling.LongT5TransientGlobalAttention,
    recorder: Recorder,
    hidden_states: Tensor,
    first_bias: Tensor | None,
    bias: Tensor,
    summary_keys: Tensor | None,
    is_whole: bool,
) -> None:
    """Record one layer.

    Args:
        module: The attention module.
        recorder: Receives the layer.
        hidden_states: `[batch, n, hidden]`.
        first_bias: What the first layer handed on; None in the first layer.
        bias: The position bias that was used, `[1, blocks or 1, heads, block, 3 * block + summaries]`.
        summary_keys: `[1, summaries, hidden]`, or None in local attention.
        is_whole: Whether there is no padding.
    """
    length = hidden_states.shape[1]
    has_gradients = bias.requires_grad or hidden_states.requires_grad
    check_whole(len(hidden_states), length, is_whole and not has_gradients)
    by_distance = getattr(bias if first_bias is None else first_bias, _BY_DISTANCE, None)
    if first_bias is None:
        by_distance = _bias_by_distance(module, length)
        setattr(bias, _BY_DISTANCE, by_distance)
    if by_distance is None or by_distance.shape[-1] != 2 * length - 1:
        raise InputError(
            "A recorded run of LongT5 needs the position bias of its own first layer; this one came from elsewhere. "
            "Run the whole encoder."
        )
    query, key = (_by_head(part(hidden_states)[0], module.n_heads) for part in (module.q, module.k))
    width = 3 * module.block_len
    log_sum_exp = _local_log_sum_exp(query, key, bias[0, :, :, :, :width], module.block_len)
    summaries = None
    if summary_keys is not None and summary_keys.shape[1]:
        scores = query @ _by_head(summary_keys[0], module.n_heads).mT  # [heads, n, summaries]
        side = bias[0, :, :, :, width:].transpose(0, 1).flatten(1, 2)[:, :length]
        summaries = (scores + side).logsumexp(-1)
        log_sum_exp = torch.logaddexp(log_sum_exp, summaries)
    radius = module.local_radius
    block = getattr(module, "global_block_size", None)
    reach = LayerReach(radius, radius) if block is None else SummaryReach(radius, radius, block)
    recorder.attention(RecordedAttention(query, key, log_sum_exp, reach, sinks=summaries, bias=by_distance))


def _bias_by_distance(
    module: modeling.LongT5LocalAttention | modeling.LongT5TransientGlobalAttention, length: int
) -> Tensor:
    """Return the position bias `[heads, 2 n - 1]` of the distances `key - query`, also of those beyond the window."""
    distance = torch.arange(1 - length, length, device=module.q.weight.device)
    if not module.has_relative_attention_bias:
        return torch.zeros(module.n_heads, len(distance), device=distance.device)
    bucket = module._relative_position_bucket(
        distance,
        bidirectional=not module.is_decoder,
        num_buckets=module.relative_attention_num_buckets,
        max_distance=module.relative_attention_max_distance,
    )
    return module.relative_attention_bias(bucket).T


def _local_log_sum_exp(query: Tensor, key: Tensor, bias: Tensor, size: int) -> Tensor:
    """Return the log-sum-exp `[heads, n]` of the windows, whose bias is `[blocks or 1, heads, block, 3 * block]`."""
    queries = modeling._split_into_blocks(query, size, dim=1)  # [heads, blocks, block, d]
    keys = modeling._split_into_blocks(key, size, dim=1)
    keys = modeling._concatenate_3_blocks(keys, block_dim=1, sequence_dim=2)  # [heads, blocks, 3 * block, d]
    parts = [
        (queries[head] @ keys[head].mT + bias[:, head]).float().logsumexp(-1).flatten() for head in range(len(query))
    ]
    return torch.stack(parts)[:, : query.shape[1]]


def _by_head(states: Tensor, heads: int) -> Tensor:
    return states.unflatten(-1, (heads, -1)).transpose(0, 1)  # [heads, n, d]
