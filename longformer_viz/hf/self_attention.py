"""The modules that replace transformers' self-attention: same weights and results, another forward pass."""

import math
from typing import Any

import torch
from torch import Tensor, nn
from transformers import PreTrainedConfig
from transformers.models.led import modeling_led
from transformers.models.longformer import modeling_longformer

from longformer_viz.attention.api import attention
from longformer_viz.attention.global_tokens import GlobalTokens
from longformer_viz.attention.mask_cache import cached_for_last_mask
from longformer_viz.attention.torch_ops import has_transforms
from longformer_viz.hf.context import LayerPosition, RunContext, current_context, is_traced
from longformer_viz.hf.global_rows import global_rows
from longformer_viz.hf.output_attentions import weights_for_output_attentions
from longformer_viz.hf.projections import is_plain, project, scaled_in_place
from longformer_viz.spec import InputError, LayerSpec


class BandedSelfAttention(nn.Module):
    """Self-attention over a window and global tokens, for `speed_up`.

    It reads spec and recorder from the run context and stores nothing.

    Attributes:
        num_heads: Heads in the layer.
        head_dim: Head size.
        dropout: Probability that a weight is dropped in training.
        layer_id: Number of the layer, from 0.
        one_sided_attn_window_size: Keys on each side of a query.
        config: The model's configuration.
        query: Local projection.
        key: Local projection.
        value: Local projection.
        query_global: Projection for the rows of global tokens.
        key_global: Projection for the rows of global tokens.
        value_global: Projection for the rows of global tokens.
    """

    num_heads: int
    head_dim: int
    dropout: float
    layer_id: int
    one_sided_attn_window_size: int
    config: PreTrainedConfig
    query: nn.Linear
    key: nn.Linear
    value: nn.Linear
    query_global: nn.Linear
    key_global: nn.Linear
    value_global: nn.Linear

    # The types of torch.compiler.disable return a union instead of the method's own type.
    @torch.compiler.disable
    def forward(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        hidden_states: Tensor,
        attention_mask: Tensor | None = None,
        is_index_masked: Tensor | None = None,
        is_index_global_attn: Tensor | None = None,
        is_global_attn: bool | None = None,
        output_attentions: bool = False,
    ) -> tuple[Tensor, ...]:
        """Compute self-attention, with the arguments that transformers passes.

        Args:
            hidden_states: `[batch, n, hidden]`, for any n.
            attention_mask: Used for `torch.jit.trace` only.
            is_index_masked: Bool `[batch, n]`, True for padding.
            is_index_global_attn: Bool `[batch, n]`, True for global tokens.
            is_global_attn: Used for `torch.jit.trace` only.
            output_attentions: Whether to return the weights too.

        Returns:
            Output `[batch, n, hidden]`, then on request the weights in transformers' layout.
        """
        if is_traced():
            masks = (attention_mask, is_index_masked, is_index_global_attn, is_global_attn)
            return super().forward(hidden_states, *masks, output_attentions)
        batch, length, hidden = hidden_states.shape
        context = current_context()
        position, layer = self._layer_of(context)
        keep = None if is_index_masked is None else _kept(is_index_masked)
        global_tokens = None if is_index_global_attn is None else GlobalTokens.of(is_index_global_attn)

        query, key, value = (
            tensor.reshape(batch, length, self.num_heads, self.head_dim).transpose(1, 2)
            for tensor in self._projected(hidden_states)
        )
        dropout = self.dropout if self.training else 0.0
        output, lse = attention(query, key, value, layer, keep, global_tokens, dropout)
        output = output.transpose(1, 2).reshape(batch, length, hidden)
        rows = None
        if global_tokens is not None:
            row_output, rows = global_rows(self, hidden_states, global_tokens, keep, dropout)
            # Where no gradient needs the old values, writing in place saves a copy of the output.
            put = output.index_put if output.requires_grad or has_transforms() else output.index_put_
            rows_there = row_output[global_tokens.documents, global_tokens.numbers]
            output = put((global_tokens.documents, global_tokens.positions), rows_there.to(output.dtype))
        if keep is not None:
            output = output.masked_fill(~keep[..., None], 0)

        if context.recorder is None and not output_attentions:
            return (output,)
        scaled = query / math.sqrt(self.head_dim)
        if context.recorder is not None:
            first_rows = None if rows is None else rows.of_document(0)
            context.recorder.layer(position.index, layer, scaled[0], key[0], lse[0], first_rows)
        if not output_attentions:
            return (output,)
        multiple = padding_multiple(self.config)
        return (output, *weights_for_output_attentions(layer, multiple, scaled, key, keep, global_tokens, rows))

    def _layer_of(self, context: RunContext) -> tuple[LayerPosition, LayerSpec]:
        """Return this layer's position and its band: its own window, unless the spec of the run has another."""
        # Outside our encoders, only the layer's own number gives its position.
        position = context.position or LayerPosition(self.layer_id, self.config.num_hidden_layers)
        if not position.index < position.depth:
            raise InputError(
                f"A layer outside its encoder must have a number below the model's {position.depth} layers; got "
                f"{position.index}. Set layer_id to its index in the model."
            )
        return position, context.spec.layer(position.index, position.depth, own_window(self), self.num_heads)

    def _projected(self, hidden_states: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return query (not scaled), key and value, `[batch, n, hidden]`."""
        query, key, value = (project(linear, hidden_states) for linear in (self.query, self.key, self.value))
        if not is_plain(self.query):
            kept = query.clone()
            scaled_in_place(self.query, query, self.head_dim)
            query = kept
        return query, key, value


class LongformerSelfAttention(BandedSelfAttention, modeling_longformer.LongformerSelfAttention):
    """`BandedSelfAttention` in a Longformer."""


class LEDEncoderSelfAttention(BandedSelfAttention, modeling_led.LEDEncoderSelfAttention):
    """`BandedSelfAttention` in an LED's encoder."""


STOCK_ATTENTION = (modeling_longformer.LongformerSelfAttention, modeling_led.LEDEncoderSelfAttention)
SelfAttention = (
    BandedSelfAttention | modeling_longformer.LongformerSelfAttention | modeling_led.LEDEncoderSelfAttention
)


def own_window(attention: SelfAttention) -> int:
    """Return the full window, in tokens, that an `attention` module has now, sped up or not."""
    return 2 * attention.one_sided_attn_window_size


def own_windows(encoder: nn.Module) -> tuple[int, ...]:
    """Return the full window of each layer of an encoder as it is set now.

    Args:
        encoder: A Longformer's base model, or an LED's encoder.
    """
    base: Any = encoder
    layers = base.layers if isinstance(encoder, modeling_led.LEDEncoder) else base.encoder.layer
    return tuple(
        own_window(module) for layer in layers for module in layer.modules() if isinstance(module, STOCK_ATTENTION)
    )


def padding_multiple(config: PreTrainedConfig) -> int:
    """Return the largest window of `config`; transformers pads documents to a multiple of it."""
    windows = config.attention_window
    return windows if isinstance(windows, int) else max(windows)


@cached_for_last_mask
def _kept(is_masked: Tensor) -> Tensor | None:
    """Return the tokens that are not padding; None where all are tokens."""
    return ~is_masked if is_masked.any() else None
