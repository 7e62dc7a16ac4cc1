"""BigBird on our attention: its own attention code, replaced in evaluation mode."""

import copy
from typing import Any

from torch import Tensor
from transformers import Cache
from transformers.models.big_bird import modeling_big_bird as modeling

from longformer_viz.attention.block_attention import block_attention
from longformer_viz.hf.interface import attention_forward
from longformer_viz.hf.recording import RecordedAttention, check_whole, current_recorder
from longformer_viz.patterns.blocks.block_reach import BlockReach
from longformer_viz.spec import InputError

_attend: Any = attention_forward  # torch's decorator hides its parameters.


class BigBirdModel(modeling.BigBirdModel):
    """BigBird. A short text is run with full attention, as in transformers, and changes nothing for later texts.

    transformers switches the whole model to full attention for good after one short text.
    """

    def forward(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, input_ids: Tensor | None = None, *args: Any, inputs_embeds: Tensor | None = None, **options: Any
    ) -> Any:
        """Run the model, with the arguments of transformers.

        Args:
            input_ids: `[batch, n]`, or None.
            *args: As in transformers.
            inputs_embeds: `[batch, n, hidden]` instead of ids, or None.
            **options: As in transformers.
        """
        given: Any = input_ids if input_ids is not None else inputs_embeds
        model = self
        if self.attention_type == "block_sparse" and given is not None and given.shape[1] <= _longest_full(self):
            model = copy.copy(self)  # It shares all weights; other threads may use this one.
            model.attention_type = "original_full"
        ids: Any = input_ids
        return super(BigBirdModel, model).forward(ids, *args, inputs_embeds=inputs_embeds, **options)


class BigBirdAttention(modeling.BigBirdAttention):
    """BigBird's attention, full or block-sparse, as the model passes masks for the one or the other."""

    seed: int  # The number of the layer.

    def forward(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        hidden_states: Tensor,
        attention_mask: Tensor | None = None,
        encoder_hidden_states: Tensor | None = None,
        encoder_attention_mask: Tensor | None = None,
        past_key_values: Cache | None = None,
        band_mask: Tensor | None = None,
        from_mask: Tensor | None = None,
        to_mask: Tensor | None = None,
        **options: Any,
    ) -> tuple[Tensor, Tensor | None]:
        """Compute the attention of one layer.

        Args:
            hidden_states: `[batch, n, hidden]`.
            attention_mask: A mask of `reach_mask`, or any mask `[batch, 1, n, m]`, for full attention.
            encoder_hidden_states: `[batch, m, hidden]` for cross-attention, or None.
            encoder_attention_mask: The mask of cross-attention.
            past_key_values: Keys and values of earlier tokens, or None.
            band_mask: Padding in the windows, for block-sparse attention.
            from_mask: Padding among the queries.
            to_mask: Padding among the keys, `[batch, 1, 1, n]`; None means full attention.
            **options: The blocked masks of transformers.

        Returns:
            Output `[batch, n, hidden]`, and None instead of the weights.
        """
        if to_mask is not None and self.training:  # Random blocks are drawn.
            if current_recorder() is not None:
                raise InputError("A recorded run of BigBird needs evaluation mode; got training. Call model.eval().")
            masks = {"band_mask": band_mask, "from_mask": from_mask, "to_mask": to_mask}
            return super().forward(hidden_states, **masks, **options)
        source = hidden_states if encoder_hidden_states is None else encoder_hidden_states
        query = self._split(self.self.query(hidden_states))
        key, value = self._split(self.self.key(source)), self._split(self.self.value(source))
        if to_mask is not None:
            output = self._block_sparse(query, key, value, to_mask[:, 0, 0].bool()).transpose(1, 2)
        else:
            is_own = encoder_hidden_states is None
            if is_own and past_key_values is not None:
                key, value = past_key_values.update(key, value, self.seed)
            output, _ = _attend(
                self,
                query,
                key,
                value,
                attention_mask if is_own else encoder_attention_mask,
                dropout=self.config.attention_probs_dropout_prob if self.training else 0.0,
                is_causal=is_own and self.config.is_decoder,
            )
        return self.output(output.reshape(hidden_states.shape), hidden_states), None

    def _block_sparse(self, query: Tensor, key: Tensor, value: Tensor, keep: Tensor) -> Tensor:
        reach = _reach_of(self.config, query.shape[2])
        output, log_sum_exp = block_attention(query, key, value, reach, keep)
        recorder = current_recorder()
        if recorder is not None:
            length = int(keep[0].sum())
            is_whole = bool(keep[0, :length].all()) and query.shape[2] - length < self.config.block_size
            check_whole(len(keep), length, is_whole and not output.requires_grad)
            reach = _reach_of(self.config, length)  # Without the padding to whole blocks.
            scaled = query[0, :, :length] / query.shape[-1] ** 0.5
            record = RecordedAttention(
                scaled, key[0, :, :length], log_sum_exp[0, :, :length], reach, repeats=reach.repeats
            )
            recorder.attention(record)
        return output

    def _split(self, states: Tensor) -> Tensor:
        heads = self.config.num_attention_heads
        return states.unflatten(-1, (heads, -1)).transpose(1, 2)  # [batch, heads, n, d]


def _longest_full(model: modeling.BigBirdModel) -> int:
    """Return the most tokens of a text for which transformers uses full attention."""
    return (5 + 2 * model.config.num_random_blocks) * model.config.block_size


def _reach_of(config: Any, length: int) -> BlockReach:
    return BlockReach(block_size=config.block_size, length=length, random_blocks=config.num_random_blocks)


def bigbird_reaches(model: modeling.BigBirdModel) -> tuple[BlockReach, ...] | None:
    """Return how far each layer of a `model` attends in its longest text; None if it has full attention."""
    if model.attention_type != "block_sparse":
        return None
    return (_reach_of(model.config, model.config.max_position_embeddings),) * model.config.num_hidden_layers
