"""The modules that stand in for transformers' self-attention: same weights and results, another forward pass."""

import math

import torch
from torch import Tensor, nn
from transformers import PreTrainedConfig
from transformers.models.led import modeling_led
from transformers.models.longformer import modeling_longformer

from longformer_viz.attention.api import attention
from longformer_viz.attention.global_tokens import GlobalTokens
from longformer_viz.attention.mask_cache import cached_for_last_mask
from longformer_viz.attention.torch_ops import has_transforms
from longformer_viz.hf.context import Call, LayerPlace, current_call, is_traced
from longformer_viz.hf.global_rows import global_rows
from longformer_viz.hf.output_attentions import hugging_face_weights
from longformer_viz.hf.projections import is_plain, project, scaled_in_place
from longformer_viz.spec import InputError, LayerSpec


class BandedSelfAttention(nn.Module):
    """Self-attention over a window and global tokens, for `speed_up`.

    Reads the spec and the watcher of the call that a forward pass is in, and keeps nothing.
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
        if is_traced():
            masks = (attention_mask, is_index_masked, is_index_global_attn, is_global_attn)
            return super().forward(hidden_states, *masks, output_attentions)
        batch, length, hidden = hidden_states.shape
        call = current_call()
        place, layer = self._layer_of(call)
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
            # In place where no gradient needs the old values: a copy of the whole output is saved.
            put = output.index_put if output.requires_grad or has_transforms() else output.index_put_
            rows_there = row_output[global_tokens.documents, global_tokens.numbers]
            output = put((global_tokens.documents, global_tokens.positions), rows_there.to(output.dtype))
        if keep is not None:
            output = output.masked_fill(~keep[..., None], 0)

        scaled = query / math.sqrt(self.head_dim) if output_attentions or call.watcher else None
        if call.watcher is not None:
            call.watcher.layer(place.index, layer, scaled[0], key[0], lse[0], rows and rows.of_document(0))
        if not output_attentions:
            return (output,)
        multiple = padding_multiple(self.config)
        return (output, *hugging_face_weights(layer, multiple, scaled, key, keep, global_tokens, rows))

    def _layer_of(self, call: Call) -> tuple[LayerPlace, LayerSpec]:
        """Where this layer stands and its band: its own window, unless the call's spec has another."""
        # Outside our encoders only the layer's own number tells where it stands.
        place = call.place or LayerPlace(self.layer_id, self.config.num_hidden_layers)
        if not place.index < place.depth:
            raise InputError(
                f"A layer outside its encoder must have a number below the model's {place.depth} layers; got "
                f"{place.index}. Set layer_id to where it stands."
            )
        return place, call.spec.layer(place.index, place.depth, own_window(self), self.num_heads)

    def _projected(self, hidden_states: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Query (not scaled), key and value [batch, n, hidden]."""
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


def own_window(attention: nn.Module) -> int:
    """The full window of one layer's attention, stock or sped up, as it is now."""
    return 2 * attention.one_sided_attn_window_size


def own_windows(encoder: nn.Module) -> tuple[int, ...]:
    """The windows of an encoder's layers as they are now, one a layer.

    Args:
        encoder: a Longformer's base model, or an LED's encoder.
    """
    layers = encoder.layers if isinstance(encoder, modeling_led.LEDEncoder) else encoder.encoder.layer
    return tuple(
        own_window(module) for layer in layers for module in layer.modules() if isinstance(module, STOCK_ATTENTION)
    )


def padding_multiple(config: PreTrainedConfig) -> int:
    """The number of tokens that transformers pads a document to a multiple of: the largest window in the config."""
    windows = config.attention_window
    return windows if isinstance(windows, int) else max(windows)


@cached_for_last_mask
def _kept(is_masked: Tensor) -> Tensor | None:
    """The tokens that are no padding; None where none is."""
    return ~is_masked if is_masked.any() else None
