"""The layers that replace transformers' own, and the forward pass through an encoder's layers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from transformers.models.led import modeling_led
from transformers.models.longformer import modeling_longformer

from longformer_viz.hf.context import current_context, entered_context, entered_layer


class _KeepsContext:
    """A layer that uses the settings of its run again when gradient checkpointing computes it a second time.

    That happens in the backward pass, after the `with` block. The settings are therefore read where transformers
    starts the checkpoint, and entered again inside it.
    """

    @property
    def _gradient_checkpointing_func(self) -> Callable[..., Any]:
        if "_gradient_checkpointing_func" not in vars(self):
            raise AttributeError(f"Gradient checkpointing is not enabled in this {type(self).__name__}.")
        checkpoint, context = vars(self)["_gradient_checkpointing_func"], current_context()

        def checkpointed(function: Callable[..., Any], *arguments: Any) -> Any:
            def inside(*again: Any) -> Any:
                with entered_context(context):
                    return function(*again)

            return checkpoint(inside, *arguments)

        return checkpointed

    @_gradient_checkpointing_func.setter
    def _gradient_checkpointing_func(self, function: Callable[..., Any]) -> None:
        vars(self)["_gradient_checkpointing_func"] = function


class LongformerLayer(_KeepsContext, modeling_longformer.LongformerLayer):
    """`LongformerLayer` for documents of any length."""

    def forward(
        self,
        hidden_states: Tensor,
        attention_mask: Tensor | None = None,
        is_index_masked: Tensor | None = None,
        is_index_global_attn: Tensor | None = None,
        is_global_attn: bool | None = None,
        output_attentions: bool = False,
    ) -> tuple[Tensor, ...]:
        """Run the layer. The parameters are those of `transformers.LongformerLayer.forward`.

        In a chunked feed-forward layer the last chunk may be shorter than the others.
        """
        attended, *weights = self.attention(
            hidden_states,
            attention_mask=attention_mask,
            is_index_masked=is_index_masked,
            is_index_global_attn=is_index_global_attn,
            is_global_attn=is_global_attn,
            output_attentions=output_attentions,
        )
        if not self.chunk_size_feed_forward > 0:
            return (self.ff_chunk(attended), *weights)
        chunks = attended.split(self.chunk_size_feed_forward, dim=self.seq_len_dim)
        return (torch.cat([self.ff_chunk(chunk) for chunk in chunks], dim=self.seq_len_dim), *weights)


class LEDEncoderLayer(_KeepsContext, modeling_led.LEDEncoderLayer):
    """`LEDEncoderLayer` that keeps the settings of its run for gradient checkpointing."""


@dataclass(frozen=True, slots=True)
class LayerOutputs:
    """The results of an encoder's layers.

    Attributes:
        hidden_states: `[batch, n, hidden]` each, before each layer and after the last.
        attentions: `[batch, heads, n, g + window + 1]` per layer; None unless requested.
        global_attentions: `[batch, heads, padded n, g]` per layer; None unless requested and a token is global.

    As in transformers, both contain None for a skipped layer, although the types there do not say so.
    """

    hidden_states: tuple[Tensor, ...]
    attentions: tuple[Any, ...] | None
    global_attentions: tuple[Any, ...] | None


def run_layers(
    layers: nn.ModuleList,
    hidden_states: Tensor,
    signed_mask: Tensor,
    output_attentions: bool,
    is_dropped: Callable[[], bool] = lambda: False,
) -> LayerOutputs:
    """Run hidden states through the layers, and tell each its position through the run context.

    Args:
        layers: The layers of an encoder, sped up or not; a layer may occur twice.
        hidden_states: `[batch, n, hidden]`.
        signed_mask: `[batch, n]`, below 0 for padding, above 0 for global tokens.
        output_attentions: Whether the layers return their weights.
        is_dropped: Returns whether to skip the next layer; called once per layer.

    Returns:
        The results of all layers.
    """
    is_masked, is_global = signed_mask < 0, signed_mask > 0
    any_global = is_global.flatten().any().item()
    states, attentions, global_attentions = [hidden_states], [], []
    for index, layer in enumerate(layers):
        if is_dropped():
            outputs = (hidden_states, None, None)
        else:
            with entered_layer(index, len(layers)):
                outputs = layer(
                    hidden_states,
                    attention_mask=signed_mask,
                    is_index_masked=is_masked,
                    is_index_global_attn=is_global,
                    is_global_attn=any_global,
                    output_attentions=output_attentions,
                )
        hidden_states = outputs[0]
        states.append(hidden_states)
        if output_attentions:
            attentions.append(None if outputs[1] is None else outputs[1].transpose(1, 2))
        if output_attentions and any_global:
            global_attentions.append(None if outputs[2] is None else outputs[2].transpose(2, 3))
    return LayerOutputs(
        tuple(states),
        tuple(attentions) if output_attentions else None,
        tuple(global_attentions) if output_attentions and any_global else None,
    )
