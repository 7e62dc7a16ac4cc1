"""The decoder attention of an LED, which records itself for a recorder in the context."""

import torch
from torch import Tensor
from transformers import Cache
from transformers.models.led import modeling_led

from longformer_viz.attention.reach_attention import reach_attention
from longformer_viz.hf.recording import RecordedAttention, Recorder, current_recorder
from longformer_viz.patterns.layer_reach import LayerReach
from longformer_viz.spec import InputError

_CAUSAL, _EVERY_KEY = LayerReach(right=0), LayerReach()


class LEDDecoderAttention(modeling_led.LEDDecoderAttention):
    """Self-attention or cross-attention in an LED's decoder. Without a recorder it is transformers' own."""

    # transformers annotates a result of three values, of which the last is the cache.
    def forward(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        hidden_states: Tensor,
        key_value_states: Tensor | None = None,
        past_key_values: Cache | None = None,
        attention_mask: Tensor | None = None,
        output_attentions: bool = False,
    ) -> tuple[Tensor, Tensor | None, Cache | None]:
        """Compute attention, with the arguments that transformers passes.

        Args:
            hidden_states: Of the queries, `[batch, n, hidden]`.
            key_value_states: `[batch, m, hidden]` of the encoder for cross-attention; None for self-attention.
            past_key_values: The cache; None in a recorded run.
            attention_mask: `[batch, 1, n, m]`, added to the scores, or None.
            output_attentions: Whether to return the weights too.

        Returns:
            Output `[batch, n, hidden]`, the weights on request, and the cache.

        Raises:
            InputError: A recorded run has padding, a cache or several documents.
        """
        # A compiled or traced graph is reused for runs without a recorder.
        recorder = None if torch.compiler.is_compiling() else current_recorder()
        if recorder is None:
            return super().forward(
                hidden_states, key_value_states, past_key_values, attention_mask, output_attentions
            )
        has_padding = attention_mask is not None and bool((attention_mask[:, :, -1] != 0).any())
        if len(hidden_states) > 1 or past_key_values is not None or has_padding or torch.is_grad_enabled():
            raise InputError(
                "A recorded run of a decoder takes one document without padding, cache or gradients; got "
                f"{len(hidden_states)} documents. Pass one document and use_cache=False, inside torch.no_grad()."
            )
        return self._recorded(recorder, hidden_states, key_value_states), None, None

    def _recorded(self, recorder: Recorder, hidden_states: Tensor, encoded: Tensor | None) -> Tensor:
        """Compute attention without n x m weights, and record it."""
        source = hidden_states if encoded is None else encoded
        query = self._split(self.q_proj(hidden_states))
        key, value = self._split(self.k_proj(source)), self._split(self.v_proj(source))
        reach = _CAUSAL if encoded is None else _EVERY_KEY
        output, log_sum_exp = reach_attention(query, key, value, reach)
        if log_sum_exp is not None:  # Always, as gradients are off.
            scaled = query[0] * self.scaling
            recorder.attention(RecordedAttention(scaled, key[0], log_sum_exp[0], reach, is_cross=encoded is not None))
        return self.out_proj(output.transpose(1, 2).flatten(2))

    def _split(self, states: Tensor) -> Tensor:
        return states.view(*states.shape[:2], self.num_heads, self.head_dim).transpose(1, 2)  # [batch, heads, n, d]
