"""Band and global tokens together, and the module that takes the place of Hugging Face's self-attention.

Every token scores the global tokens' keys by its local projections, in one softmax with its window; the rows of
global tokens have projections of their own (Beltagy et al. 2020, section 3.1, "Linear Projections").
"""

import math

import torch
from torch import Tensor, nn
from transformers import PreTrainedConfig

from longformer_viz.attention.banded import banded_attention
from longformer_viz.attention.call import current_call
from longformer_viz.attention.differentiable import differentiable_attention
from longformer_viz.attention.flash import flash_attention, flash_takes
from longformer_viz.attention.fused import additive_mask, fused_attention, has_fused_attention
from longformer_viz.attention.fused_training import fused_training_attention
from longformer_viz.attention.global_tokens import GlobalTokens, global_rows
from longformer_viz.attention.hugging_face import hugging_face_weights
from longformer_viz.attention.of_last import of_last
from longformer_viz.attention.projections import project
from longformer_viz.spec import LayerSpec


def longformer_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    layer: LayerSpec,
    keep: Tensor | None = None,
    global_tokens: GlobalTokens | None = None,
    dropout: float = 0.0,
) -> tuple[Tensor, Tensor]:
    """Output [batch, heads, n, d] and log-sum-exp [batch, heads, n] of the tokens that are not global.

    query (not scaled), key, value: [batch, heads, n, d]; keep: bool [batch, n], False for padding. A global token's
    row is filled from the local projections and is for the caller to overwrite.
    """
    # The fused kernels take a head's numbers to lie side by side, and do not check.
    query, key, value = (tensor if tensor.stride(-1) == 1 else tensor.contiguous() for tensor in (query, key, value))
    if not dropout and flash_takes(query, keep):
        arguments = (query, key, value, layer.one_sided_window, layer.dilations)
        return flash_attention(*arguments, keep, global_tokens)
    needs_grad = torch.is_grad_enabled() and any(tensor.requires_grad for tensor in (query, key, value))
    if needs_grad and not dropout and query.device.type == "cpu":
        arguments = (query, key, value, layer.one_sided_window, layer.dilations)
        return fused_training_attention(*arguments, keep, global_tokens)
    columns = None
    local_keys = keep
    if global_tokens is not None:
        columns = (global_tokens.of_heads(key), global_tokens.of_heads(value), global_tokens.present)
        local_keys = global_tokens.local_keys(keep)
    if dropout or needs_grad or not has_fused_attention(query):
        arguments = (query, key, value, layer.one_sided_window, layer.dilations)
        return differentiable_attention(*arguments, local_keys, columns, dropout)
    output, lse = banded_attention(query, key, value, layer.one_sided_window, layer.dilations, local_keys)
    if columns is not None:
        lse = _merge_columns(query, *columns, output, lse)
    return output, lse


def _merge_columns(
    query: Tensor,
    global_key: Tensor,
    global_value: Tensor,
    present: Tensor,
    output: Tensor,
    log_sum_exp: Tensor,
) -> Tensor:
    """Bring the global columns into `output`, in place; the log-sum-exp of both parts together."""
    if global_key.shape[2] == 1 and query.dtype == torch.float32:
        # The softmax of one score is 1: the kernel would take four times as long to find that out.
        part, lse = global_value, (query @ (global_key.mT / math.sqrt(query.shape[-1]))).squeeze(-1)
    else:
        mask = None if present.all() else additive_mask(present[:, None, None], query.dtype)  # [batch, 1, 1, g]
        part, lse = fused_attention(query, global_key, global_value, attn_mask=mask)
    lse = lse.masked_fill(~present.any(-1)[:, None, None], -math.inf)
    share = torch.sigmoid(lse - log_sum_exp).to(output.dtype)
    output.lerp_(part.expand_as(output), share[..., None])
    return torch.logaddexp(lse, log_sum_exp)


class LongformerAttention(nn.Module):
    """What `speed_up` makes of transformers' `LongformerSelfAttention` (and LED's): the same object, another forward.

    Reads the spec and the watcher of the call it is in when a forward pass reaches it, and keeps nothing.
    """

    @torch.compiler.disable
    def forward(
        self,
        hidden_states: Tensor,
        attention_mask: Tensor | None = None,
        is_index_masked: Tensor | None = None,
        is_index_global_attn: Tensor | None = None,
        is_global_attn: bool | None = None,
        output_attentions: bool = False,
    ) -> tuple[Tensor, ...]:
        """As transformers calls it; returns (output,) or, on request, weights in transformers' own layout too.

        hidden_states: [batch, n, hidden], any n; is_index_masked and is_index_global_attn: bool [batch, n].
        """
        batch, length, hidden = hidden_states.shape
        call = current_call()
        own_windows = windows_of(self.config)
        layer = call.spec.layers(own_windows, self.num_heads)[self.layer_id]
        keep = None if is_index_masked is None else _kept(is_index_masked)
        global_tokens = None if is_index_global_attn is None else GlobalTokens.of(is_index_global_attn)

        query, key, value = (
            project(projection, hidden_states).view(batch, length, self.num_heads, self.head_dim).transpose(1, 2)
            for projection in (self.query, self.key, self.value)
        )
        dropout = self.dropout if self.training else 0.0
        output, lse = longformer_attention(query, key, value, layer, keep, global_tokens, dropout)
        output = output.transpose(1, 2).reshape(batch, length, hidden)
        rows = None
        if global_tokens is not None:
            row_output, rows = global_rows(self, hidden_states, global_tokens, keep, dropout)
            # In place where no gradient needs the old values: a copy of the whole output is saved.
            put = output.index_put if output.requires_grad else output.index_put_
            rows_there = row_output[global_tokens.documents, global_tokens.numbers]
            output = put((global_tokens.documents, global_tokens.places), rows_there.to(output.dtype))
        if keep is not None:
            output = output.masked_fill(~keep[..., None], 0)

        scaled = query / math.sqrt(self.head_dim) if output_attentions or call.watcher else None
        if call.watcher is not None:
            call.watcher.layer(self.layer_id, layer, scaled[0], key[0], lse[0], rows and rows.of_document(0))
        if not output_attentions:
            return (output,)
        return (output, *hugging_face_weights(layer, max(own_windows), scaled, key, keep, global_tokens, rows))


@of_last
def _kept(is_masked: Tensor) -> Tensor | None:
    """The tokens that are no padding; None where none is."""
    return ~is_masked if is_masked.any() else None


def windows_of(config: PreTrainedConfig) -> tuple[int, ...]:
    """A model's own windows, one a layer."""
    windows = config.attention_window
    return (windows,) * config.num_hidden_layers if isinstance(windows, int) else tuple(windows)
