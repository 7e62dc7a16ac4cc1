"""A small random model of each tested family, with windows far shorter than the texts that the tests run."""

from dataclasses import dataclass

import torch
import transformers
from transformers import PreTrainedModel

from longformer_viz.hf.families import put_on_interface
from longformer_viz.hf.interface import IMPLEMENTATION

WINDOW = 24  # As the configuration of a causal family counts it: a token sees itself and 23 before it.
_SHAPE = {"vocab_size": 100, "hidden_size": 48, "intermediate_size": 64, "num_hidden_layers": 4}
_GROUPED = {"num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16}
_LONG = {"max_position_embeddings": 512}
_TOKENS = {"pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2}
_ALTERNATING = {"layer_types": ["sliding_attention", "full_attention"] * 2, "sliding_window": WINDOW}


@dataclass(frozen=True, slots=True)
class SmallFamily:
    """How to make a small model of one family.

    Attributes:
        model_class: Its base class in transformers.
        settings: Of its configuration.
        reach: Keys to the left and right that each layer promises; None where there is no limit.
    """

    model_class: str
    settings: dict
    reach: tuple[tuple[int | None, int | None], ...]

    @property
    def is_decoder(self) -> bool:
        """Whether no token attends to a later one."""
        return self.reach[0][1] == 0

    def make(self, implementation: str = "eager") -> PreTrainedModel:
        """Make the model with random weights, the same for every implementation."""
        torch.manual_seed(0)
        model_class = getattr(transformers, self.model_class)
        # These have attention code of their own, which a loaded model exchanges.
        is_exchanged = self.model_class.startswith(("Mpt", "BigBird")) and implementation == IMPLEMENTATION
        config = model_class.config_class(
            **self.settings, attn_implementation="eager" if is_exchanged else implementation
        )
        model = model_class(config)
        if is_exchanged:
            put_on_interface(model)
        generator = torch.Generator().manual_seed(1)
        for name, weight in model.named_parameters():
            spread = 0.5 if weight.ndim < 2 else 1.3 / weight.shape[-1] ** 0.5
            spread *= 0.5 if self.model_class.startswith("T5") else 1.0  # Its scores are not scaled.
            noise = torch.randn(weight.shape, generator=generator)
            # Norms stay near 1, and matrices are large enough that the weights of attention are uneven.
            is_norm = "norm" in name.lower() and weight.ndim == 1
            centre = 1.0 if is_norm and not self.model_class.startswith("Gemma") else 0.0  # Gemma adds the 1 itself.
            weight.data = centre + noise * (0.1 if is_norm else spread)
        return model.eval().requires_grad_(False)


def _causal(*windows: int | None) -> tuple[tuple[int | None, int | None], ...]:
    return tuple((None if window is None else window - 1, 0) for window in windows)


_FULL = ((None, None),) * 4
_EVERY_SECOND = _causal(WINDOW, None, WINDOW, None)
_MODERNBERT = (
    _SHAPE
    | _LONG
    | _TOKENS
    | {
        "num_attention_heads": 4,
        "local_attention": WINDOW,
        "global_attn_every_n_layers": 3,
        "cls_token_id": 1,
        "sep_token_id": 2,
    }
)
_BERT = _SHAPE | {"num_attention_heads": 4, "pad_token_id": 0, "max_position_embeddings": 520}

FAMILIES: dict[str, SmallFamily] = {
    "modernbert": SmallFamily(
        "ModernBertModel",
        _MODERNBERT,
        ((None, None), (12, 12), (12, 12), (None, None)),
    ),
    "modernbert-decoder": SmallFamily(
        "ModernBertDecoderModel",
        _MODERNBERT,
        _causal(None, 12, 12, None),
    ),
    "gemma2": SmallFamily(
        "Gemma2Model",
        _SHAPE | _LONG | _TOKENS | _GROUPED | _ALTERNATING | {"attn_logit_softcapping": 3.0},
        _EVERY_SECOND,
    ),
    "gemma3_text": SmallFamily(
        "Gemma3TextModel",
        _SHAPE | _LONG | _TOKENS | _GROUPED | _ALTERNATING | {"query_pre_attn_scalar": 9},
        _EVERY_SECOND,
    ),
    "gemma3_text, bidirectional": SmallFamily(
        "Gemma3TextModel",
        _SHAPE | _LONG | _TOKENS | _GROUPED | _ALTERNATING | {"use_bidirectional_attention": True},
        ((12, 12), (None, None), (12, 12), (None, None)),
    ),
    "mistral": SmallFamily(
        "MistralModel", _SHAPE | _LONG | _TOKENS | _GROUPED | {"sliding_window": WINDOW}, _causal(*[WINDOW] * 4)
    ),
    "ministral": SmallFamily("MinistralModel", _SHAPE | _LONG | _TOKENS | _GROUPED | _ALTERNATING, _EVERY_SECOND),
    "qwen2": SmallFamily(
        "Qwen2Model",
        _SHAPE
        | _LONG
        | _TOKENS
        | {"num_attention_heads": 4, "num_key_value_heads": 2, "use_sliding_window": True}
        | {"sliding_window": WINDOW, "max_window_layers": 2},
        _causal(None, None, WINDOW, WINDOW),
    ),
    "qwen3": SmallFamily(
        "Qwen3Model",
        _SHAPE | _LONG | _TOKENS | _GROUPED | {"use_sliding_window": True} | _ALTERNATING,
        _EVERY_SECOND,
    ),
    "gpt_oss": SmallFamily(
        "GptOssModel",
        _SHAPE | _LONG | _TOKENS | _GROUPED | _ALTERNATING | {"num_local_experts": 2, "num_experts_per_tok": 1},
        _EVERY_SECOND,
    ),
    "smollm3": SmallFamily(
        "SmolLM3Model",
        _SHAPE
        | _LONG
        | _TOKENS
        | {"num_attention_heads": 4, "num_key_value_heads": 2}
        | _ALTERNATING
        | {"use_sliding_window": True, "no_rope_layer_interval": 2},
        _EVERY_SECOND,
    ),
    "olmo3": SmallFamily(
        "Olmo3Model",
        _SHAPE | _LONG | _TOKENS | {"num_attention_heads": 4, "num_key_value_heads": 2} | _ALTERNATING,
        _EVERY_SECOND,
    ),
    "cohere2": SmallFamily(
        "Cohere2Model",
        _SHAPE | _LONG | _TOKENS | _GROUPED | _ALTERNATING,
        _EVERY_SECOND,
    ),
    "llama": SmallFamily("LlamaModel", _SHAPE | _LONG | _TOKENS | _GROUPED, _causal(*[None] * 4)),
    "gpt2": SmallFamily(
        "GPT2Model",
        {"vocab_size": 100, "n_embd": 48, "n_layer": 4, "n_head": 4, "n_positions": 512}
        | {"scale_attn_by_inverse_layer_idx": True, "bos_token_id": 1, "eos_token_id": 2},
        _causal(*[None] * 4),
    ),
    "mpt": SmallFamily(
        "MptModel",
        {"vocab_size": 100, "d_model": 48, "n_layers": 4, "n_heads": 6, "expansion_ratio": 2, "max_seq_len": 512}
        | {"attn_config": {"clip_qkv": 1.5}},
        _causal(*[None] * 4),
    ),
    "bert": SmallFamily("BertModel", _BERT, _FULL),
    "big_bird, full": SmallFamily("BigBirdModel", _BERT | {"attention_type": "original_full"}, _FULL),
    "roberta": SmallFamily("RobertaModel", _BERT, _FULL),
    "xlm-roberta": SmallFamily("XLMRobertaModel", _BERT, _FULL),
    "distilbert": SmallFamily(
        "DistilBertModel",
        {"vocab_size": 100, "dim": 48, "hidden_dim": 64, "n_layers": 4, "n_heads": 4, "pad_token_id": 0}
        | {"max_position_embeddings": 512},
        _FULL,
    ),
    "t5": SmallFamily(
        "T5EncoderModel",
        {"vocab_size": 100, "d_model": 48, "d_kv": 12, "d_ff": 64, "num_layers": 4, "num_heads": 4}
        | {"relative_attention_num_buckets": 8, "relative_attention_max_distance": 32},
        _FULL,
    ),
    "eurobert": SmallFamily("EuroBertModel", _SHAPE | _LONG | _TOKENS | _GROUPED, _FULL),
}
