"""transformers' Longformer and LED encoders without padding to whole windows and without the n x n mask.

The classes keep the names, weights and outputs of those they replace, so a saved model loads in plain transformers.
(transformers 5.23 expands the mask of these models to n x n before it reduces it to n again.)
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout
from transformers.models.led import modeling_led
from transformers.models.longformer import modeling_longformer

from longformer_viz.hf.context import current_context, is_traced
from longformer_viz.hf.layers import run_layers
from longformer_viz.spec import InputError

Parameters = ParamSpec("Parameters")
Output = TypeVar("Output")


def stock_while_traced(
    stock: type[nn.Module],
) -> Callable[[Callable[Parameters, Output]], Callable[Parameters, Output]]:
    """Return a decorator that runs another class's forward pass while `torch.jit.trace` records a graph.

    Args:
        stock: The class of transformers that the decorated method's class replaces.
    """

    def decorated(forward: Callable[Parameters, Output]) -> Callable[Parameters, Output]:
        @wraps(forward)
        def chosen(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Output:
            return (stock.forward if is_traced() else forward)(*args, **kwargs)

        return chosen

    return decorated


class LongformerModel(modeling_longformer.LongformerModel):
    """`LongformerModel` for documents of any length, without padding."""

    @stock_while_traced(modeling_longformer.LongformerModel)
    def forward(
        self,
        input_ids: Tensor | None = None,
        attention_mask: Tensor | None = None,
        global_attention_mask: Tensor | None = None,
        token_type_ids: Tensor | None = None,
        position_ids: Tensor | None = None,
        inputs_embeds: Tensor | None = None,
        output_attentions: bool | None = None,
        output_hidden_states: bool | None = None,
        return_dict: bool | None = None,
        **_: Any,
    ) -> tuple | modeling_longformer.LongformerBaseModelOutputWithPooling:
        """Run the model. The parameters are those of `transformers.LongformerModel.forward`.

        Masks are `[batch, n]` of 0 and 1.
        """
        output_attentions, output_hidden_states, return_dict = _settings(
            self.config, output_attentions, output_hidden_states, return_dict
        )
        shape = _input_shape(input_ids, inputs_embeds)
        if input_ids is not None:
            self.warn_if_padding_and_no_attention_mask(input_ids, attention_mask)
        hidden_states = self.embeddings(
            input_ids=input_ids, position_ids=position_ids, token_type_ids=token_type_ids, inputs_embeds=inputs_embeds
        )
        outputs = self.encoder(
            hidden_states,
            attention_mask=_signed_mask(attention_mask, global_attention_mask, shape, hidden_states),
            output_attentions=output_attentions,
            output_hidden_states=output_hidden_states,
            return_dict=return_dict,
        )
        pooled = self.pooler(outputs[0]) if self.pooler is not None else None
        if not return_dict:
            return (outputs[0], pooled, *outputs[1:])
        return modeling_longformer.LongformerBaseModelOutputWithPooling(pooler_output=pooled, **outputs)


class LongformerEncoder(modeling_longformer.LongformerEncoder):
    """`LongformerEncoder` that tells its layers their position."""

    def forward(
        self,
        hidden_states: Tensor,
        attention_mask: Tensor | None = None,
        padding_len: int = 0,
        output_attentions: bool = False,
        output_hidden_states: bool = False,
        return_dict: bool = True,
    ) -> tuple | modeling_longformer.LongformerBaseModelOutput:
        """Run the layers. The parameters are those of `transformers.LongformerEncoder.forward`.

        The mask is `[batch, n]`, below 0 for padding, above 0 for global tokens.
        """
        if attention_mask is None:
            attention_mask = hidden_states.new_zeros(hidden_states.shape[:2])
        outputs = run_layers(self.layer, hidden_states, attention_mask, output_attentions)
        length = hidden_states.shape[1] - padding_len
        states = tuple(state[:, :length] for state in outputs.hidden_states)
        attentions = outputs.attentions
        encoded = modeling_longformer.LongformerBaseModelOutput(
            last_hidden_state=states[-1],
            hidden_states=states if output_hidden_states else None,
            attentions=None if attentions is None else tuple(layer[:, :, :length] for layer in attentions),
            global_attentions=outputs.global_attentions,
        )
        return encoded if return_dict else encoded.to_tuple()


class LEDEncoder(modeling_led.LEDEncoder):
    """`LEDEncoder` for documents of any length, without padding."""

    @stock_while_traced(modeling_led.LEDEncoder)
    def forward(
        self,
        input_ids: Tensor | None = None,
        attention_mask: Tensor | None = None,
        global_attention_mask: Tensor | None = None,
        inputs_embeds: Tensor | None = None,
        output_attentions: bool | None = None,
        output_hidden_states: bool | None = None,
        return_dict: bool | None = None,
        **_: Any,
    ) -> tuple | modeling_led.LEDEncoderBaseModelOutput:
        """Run the model. The parameters are those of `transformers.LEDEncoder.forward`.

        Masks are `[batch, n]` of 0 and 1.
        """
        output_attentions, output_hidden_states, return_dict = _settings(
            self.config, output_attentions, output_hidden_states, return_dict
        )
        shape = _input_shape(input_ids, inputs_embeds)
        embedded = self.embed_tokens(input_ids) if inputs_embeds is None else inputs_embeds
        hidden_states = self.layernorm_embedding(embedded + self.embed_positions(shape))
        hidden_states = dropout(hidden_states, p=self.dropout, training=self.training)
        mask = _signed_mask(attention_mask, global_attention_mask, shape, hidden_states)
        outputs = run_layers(self.layers, hidden_states, mask, output_attentions, self._drops_a_layer)
        encoded = modeling_led.LEDEncoderBaseModelOutput(
            last_hidden_state=outputs.hidden_states[-1],
            hidden_states=outputs.hidden_states if output_hidden_states else None,
            attentions=outputs.attentions,
            global_attentions=outputs.global_attentions,
        )
        return encoded if return_dict else encoded.to_tuple()

    def _drops_a_layer(self) -> bool:
        """Return whether LayerDrop skips the next layer, with transformers' own random draw."""
        return self.training and self.layerdrop > 0 and bool(torch.rand([]) < self.layerdrop)


def _settings(config: Any, *asked: bool | None) -> tuple[bool, ...]:
    """Return `output_attentions`, `output_hidden_states` and `return_dict` as requested, else as in the config."""
    defaults = (config.output_attentions, config.output_hidden_states, config.return_dict)
    return tuple(default if value is None else value for value, default in zip(asked, defaults, strict=True))


def _input_shape(input_ids: Tensor | None, inputs_embeds: Tensor | None) -> torch.Size:
    """Return `[batch, n]` of the input that is given."""
    if input_ids is not None and inputs_embeds is None:
        shape = input_ids.shape
    elif inputs_embeds is not None and input_ids is None:
        shape = inputs_embeds.shape[:-1]
    else:
        got = "neither" if input_ids is None else "both"
        raise InputError(f"A model must get either input_ids or inputs_embeds; got {got}. Pass input_ids only.")
    if not shape[-1]:
        raise InputError("A document must have at least one token; got none. Keep the special tokens around a text.")
    return shape


def _signed_mask(
    attention_mask: Tensor | None, global_attention_mask: Tensor | None, shape: torch.Size, like: Tensor
) -> Tensor:
    """Return the mask that transformers' layers expect, `[batch, n]`.

    It is the least float for padding, the largest for global tokens, and 0 elsewhere. Global tokens are those of the
    run's spec where it names positions. Otherwise they are marked in `global_attention_mask`, or by 2 in
    `attention_mask` as in AllenAI's code.
    """
    for name, mask in (("attention_mask", attention_mask), ("global_attention_mask", global_attention_mask)):
        if mask is None:
            continue
        if not isinstance(mask, Tensor) or mask.shape != shape:
            got = list(mask.shape) if isinstance(mask, Tensor) else type(mask).__name__
            raise InputError(
                f"{name} must have the shape of the input, {list(shape)}; got {got}. "
                "Make one with torch.ones_like(input_ids)."
            )
        if mask.is_complex() or not ((mask == 0) | (mask == 1) | ((mask == 2) & (name == "attention_mask"))).all():
            raise InputError(
                f"{name} must contain only 0 and 1; got other values ({mask.dtype}). Use 1 for the tokens it marks."
            )
    signed = torch.zeros(shape, dtype=like.dtype, device=like.device)
    limits = torch.finfo(like.dtype)
    if (spec := current_context().spec).global_positions is not None:
        signed[:, list(spec.positions_in(shape[1]))] = limits.max
    elif global_attention_mask is not None:
        signed.masked_fill_(global_attention_mask.to(like.device) == 1, limits.max)
    if attention_mask is not None:
        if spec.global_positions is None:
            signed.masked_fill_(attention_mask.to(like.device) == 2, limits.max)
        signed.masked_fill_(attention_mask.to(like.device) == 0, limits.min)
    return signed
