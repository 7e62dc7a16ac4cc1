"""MPT on our attention: its own attention code, replaced by a call with the same arguments as other families make."""

from typing import Any

from torch import Tensor
from transformers import Cache
from transformers.models.mpt import modeling_mpt

from longformer_viz.hf.interface import attention_forward

_attend: Any = attention_forward  # torch's decorator hides its parameters.


class MptAttention(modeling_mpt.MptAttention):
    """MPT's self-attention. ALiBi adds a bias to each score that is linear in the position of the key."""

    layer_idx: int

    def forward(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        hidden_states: Tensor,
        position_bias: Tensor | None,
        past_key_values: Cache | None = None,
        attention_mask: Tensor | None = None,
        **_: Any,
    ) -> tuple[Tensor, None]:
        """Compute the attention of one layer.

        Args:
            hidden_states: `[batch, n, hidden]`.
            position_bias: `[heads, 1, positions]`, whose end belongs to the last key, or None.
            past_key_values: Keys and values of earlier tokens, or None.
            attention_mask: A mask of `reach_mask`, or any mask `[batch, 1, n, m]`.

        Returns:
            Output `[batch, n, hidden]`, and None instead of the weights.
        """
        batch, length, hidden = hidden_states.shape
        projected = self.Wqkv(hidden_states)
        if self.clip_qkv:
            projected = projected.clamp(-self.clip_qkv, self.clip_qkv)
        query, key, value = (
            part.view(batch, length, self.n_heads, self.head_dim).transpose(1, 2)  # [batch, heads, n, d]
            for part in projected.chunk(3, -1)
        )
        if past_key_values is not None:
            key, value = past_key_values.update(key, value, self.layer_idx)
        keys = key.shape[2]
        bias = None
        if position_bias is not None:  # The same row for every query: expanded, it takes no memory.
            bias = position_bias[None, :, :, -keys:].expand(1, self.n_heads, length, keys)
        output, _ = _attend(
            self,
            query,
            key,
            value,
            attention_mask,
            dropout=self.attn_dropout_p if self.training else 0.0,
            scaling=self.softmax_scale,
            is_causal=True,
            position_bias=bias,
        )
        return self.out_proj(output.reshape(batch, length, hidden)), None
