"""The reach that a model's configuration states for each layer, counted as each model family counts it."""

from typing import Any

from torch import nn
from transformers import PreTrainedModel
from transformers.models.mpt import modeling_mpt

from longformer_viz.hf.families import text_part
from longformer_viz.hf.self_attention import STOCK_ATTENTION, own_windows
from longformer_viz.patterns.layer_reach import LayerReach


def promised_reaches(model: PreTrainedModel) -> tuple[LayerReach, ...]:
    """Read from the configuration how far each layer attends.

    A causal family's `sliding_window` counts the token itself. ModernBERT's `local_attention` counts both sides. A
    Longformer's `attention_window` counts both sides as well. LongT5's `local_radius` counts one side.

    Args:
        model: A transformers model.
    """
    part = text_part(model)
    if any(isinstance(module, STOCK_ATTENTION) for module in part.modules()):
        return tuple(LayerReach(window // 2, window // 2) for window in own_windows(part))
    config: Any = model.config.get_text_config()
    causal = _is_causal(part)
    depth = config.num_hidden_layers
    if config.model_type == "longt5":  # Summaries of blocks let every token through.
        radius = config.local_radius if config.encoder_attention_type == "local" else None
        return (LayerReach(radius, radius),) * depth
    window = getattr(config, "sliding_window", None) if getattr(config, "use_sliding_window", True) else None
    kinds = getattr(config, "layer_types", None) or ["sliding_attention" if window else "full_attention"] * depth
    if window is not None and config.model_type != "modernbert":
        window -= 1  # The token itself counts; ModernBERT's configuration leaves it out.
    right = 0 if causal else window
    local = LayerReach(window, right)
    full = LayerReach(None, 0 if causal else None)
    return tuple(local if kind == "sliding_attention" else full for kind in kinds)


def _is_causal(part: nn.Module) -> bool:
    """Return whether the attention modules call themselves causal, or are MPT's, which always are."""
    if any(isinstance(module, modeling_mpt.MptAttention) for module in part.modules()):
        return True
    stated = [module.is_causal for module in part.modules() if isinstance(getattr(module, "is_causal", None), bool)]
    return bool(stated) and all(stated)
