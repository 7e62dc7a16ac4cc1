"""Build the module that a method measures, with random weights and random tokens."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from transformers import (
    BertConfig,
    BertModel,
    BigBirdConfig,
    BigBirdModel,
    LongformerConfig,
    LongformerModel,
    ModernBertConfig,
    ModernBertModel,
    PreTrainedModel,
    ReformerConfig,
    ReformerModel,
)
from transformers.masking_utils import create_bidirectional_sliding_window_mask
from transformers.models.bert.modeling_bert import BertSelfAttention
from transformers.models.big_bird.modeling_big_bird import BigBirdBlockSparseAttention
from transformers.models.longformer.modeling_longformer import LongformerSelfAttention
from transformers.models.modernbert.modeling_modernbert import ModernBertAttention, ModernBertRotaryEmbedding
from transformers.models.reformer.modeling_reformer import LSHSelfAttention

from longformer_viz.cost.families import (
    BLOCK,
    CHUNK,
    GLOBAL_TOKENS,
    HASH_CHUNK,
    HASHES,
    MODERN_EVERY,
    MODERN_WINDOW,
    RANDOM_BLOCKS,
)
from longformer_viz.cost.methods import SHAPES, Level, Method, Shape, modern_intermediate
from longformer_viz.cost.sparse import buckets
from longformer_viz.hf.speed_up import speed_up

LEARNING_RATE = 1e-5


@dataclass(frozen=True, slots=True)
class Training:
    """The settings of a training step, as in `longformer_viz.cost.setup.Setup`.

    Attributes:
        checkpointing: Recompute each layer in the backward pass.
        accumulation: Passes before the optimizer steps.
        optimizer: "adamw" or "sgd".
    """

    checkpointing: bool = False
    accumulation: int = 1
    optimizer: str = "adamw"


@dataclass(frozen=True, slots=True)
class Work:
    """The code to measure.

    Attributes:
        run: Runs it once.
        warm_up: Runs it on a short document with the same weights.
        weight_bytes: The size of its parameters.
    """

    run: Callable[[], Any]
    warm_up: Callable[[], Any]
    weight_bytes: int


def build(
    method: Method,
    length: int,
    shape: str = "base",
    level: Level = "layer",
    device: str = "cpu",
    batch: int = 1,
    training: Training | None = None,
) -> Work:
    """Build one attention layer or a whole encoder, and random documents for it.

    A layer computes the joined outputs of its heads from hidden states: projections, scores, softmax and values.
    ModernBERT's layer includes its output projection, which is part of its module.

    Args:
        method: The attention method.
        length: Tokens per document.
        shape: A name in `SHAPES`.
        level: "layer" or "model".
        device: "cpu" or "cuda".
        batch: Documents per pass.
        training: Run training steps (forward pass, backward pass, optimizer) instead of forward passes. For whole
            models only, with the dropout of their configuration.

    Returns:
        The code to measure.
    """
    torch.manual_seed(0)
    sizes, target = SHAPES[shape], (torch.device(device), getattr(torch, method.dtype))
    config = _config(method, method.padded(length), sizes)
    if level == "layer":
        module = _attention(method, config).to(*target)
        passes = [_attention_pass(module, method, config, n, batch, target) for n in (length, short(method, length))]
    else:
        module = _model(method, config).to(*target)
        passes = [_model_pass(module, method, n, sizes, batch, target[0]) for n in (length, short(method, length))]
    weight_bytes = sum(weight.numel() * weight.element_size() for weight in module.parameters())
    run, warm_up = _steps_of(module, passes, training) if training else _inference_of(module, passes)
    return Work(run, warm_up, weight_bytes)


def short(method: Method, length: int) -> int:
    """Return the length of a short document on which the method runs the same code as on a long one.

    Args:
        method: The attention method.
        length: Tokens of the long document.
    """
    least = {"bigbird": 12 * BLOCK, "chunks": CHUNK, "reformer": 4 * HASH_CHUNK}.get(method.family, 256)
    return min(length, max(least, 2 * (method.window or 0)))


def _inference_of(module: nn.Module, passes: list[Callable[[], Tensor]]) -> list[Callable[[], Tensor]]:
    module.eval().requires_grad_(False)
    return [torch.no_grad()(one) for one in passes]


def _attention(method: Method, config: Any) -> nn.Module:
    """Return the attention module of one layer, as in the family's model."""
    if method.family in ("longformer", "huggingface"):
        module = LongformerSelfAttention(config, 0)
        return speed_up(module) if method.family == "longformer" else module
    if method.family == "bigbird":
        return BigBirdBlockSparseAttention(config, seed=0)
    if method.family == "reformer":
        return LSHSelfAttention(config, layer_idx=0)
    if method.family == "modernbert":
        return ModernBertAttention(config, config.layer_types.index("sliding_attention"))
    return BertSelfAttention(config, layer_idx=0)


def _attention_pass(
    module: nn.Module, method: Method, config: Any, length: int, batch: int, target: tuple[torch.device, torch.dtype]
) -> Callable[[], Tensor]:
    """Return a call of one attention layer with the masks that its model would pass."""
    device, dtype = target
    padded = method.padded(length)
    hidden = torch.randn(batch, padded, config.hidden_size).to(device, dtype)
    beyond = (torch.arange(padded, device=device) >= length).expand(batch, padded)
    if method.family in ("longformer", "huggingface"):
        is_global = torch.zeros(batch, padded, dtype=torch.bool, device=device)
        is_global[:, :GLOBAL_TOKENS] = True
        limits = torch.finfo(dtype)
        signed = torch.zeros(batch, padded, device=device, dtype=dtype)
        signed = signed.masked_fill(is_global, limits.max).masked_fill(beyond, limits.min)
        masks = {"is_index_masked": beyond, "is_index_global_attn": is_global, "is_global_attn": True}
        return lambda: module(hidden, attention_mask=signed, **masks)[0]
    if method.family == "bigbird":
        blocked, band, rows, columns = BigBirdModel.create_masks_for_block_sparse_attn((~beyond).long(), BLOCK)
        return lambda: module(hidden, band, rows, columns, blocked, blocked)[0]
    if method.family == "reformer":
        return lambda: module(hidden, attention_mask=~beyond).hidden_states
    if method.family == "modernbert":
        rotary = ModernBertRotaryEmbedding(config).to(device)
        angles = rotary(hidden, torch.arange(padded, device=device)[None], "sliding_attention")
        kept = torch.ones(batch, padded, dtype=torch.long, device=device)

        def run() -> Tensor:
            mask = create_bidirectional_sliding_window_mask(config=config, inputs_embeds=hidden, attention_mask=kept)
            return module(hidden, position_embeddings=angles, attention_mask=mask)[0]

        return run
    if method.family == "chunks":
        hidden = hidden.view(-1, CHUNK, config.hidden_size)
    return lambda: module(hidden)[0]


def _config(method: Method, length: int, shape: Shape) -> Any:
    """Return the family's configuration of a shape, with positions for `length` tokens."""
    shared: dict[str, Any] = {
        "vocab_size": shape.vocabulary,
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.intermediate,
        "max_position_embeddings": length,
    }
    if method.family in ("longformer", "huggingface"):
        shared["max_position_embeddings"] = length + 2  # Positions start after the padding index.
        windows: dict[str, Any] = {"attention_window": [method.window] * shape.layers}
        return LongformerConfig(**shared | windows, pad_token_id=1)
    if method.family == "bigbird":
        return BigBirdConfig(**shared, num_random_blocks=RANDOM_BLOCKS, block_size=BLOCK)
    if method.family == "modernbert":
        own: dict[str, Any] = {
            "intermediate_size": modern_intermediate(shape),
            "local_attention": MODERN_WINDOW,
            "global_attn_every_n_layers": MODERN_EVERY,
            "pad_token_id": 0,  # The default id does not exist in a smaller vocabulary.
            "attn_implementation": "sdpa",
        }
        return ModernBertConfig(**shared | own)
    if method.family == "reformer":
        del shared["intermediate_size"], shared["num_hidden_layers"]
        return ReformerConfig(
            **shared,
            attn_layers=[("local", "lsh")[layer % 2] for layer in range(shape.layers)],
            feed_forward_size=shape.intermediate,
            attention_head_size=shape.head_size,
            axial_pos_embds=False,
            num_hashes=HASHES,
            num_buckets=buckets(length),  # Otherwise it would be fixed by the first length.
            lsh_attn_chunk_length=HASH_CHUNK,
            local_attn_chunk_length=HASH_CHUNK,
            is_decoder=False,
        )
    shared["max_position_embeddings"] = CHUNK if method.family == "chunks" else length
    shared["attn_implementation"] = "eager" if method.family == "full" else "sdpa"
    return BertConfig(**shared)


def _model(method: Method, config: Any) -> nn.Module:
    if method.family in ("longformer", "huggingface"):
        model = LongformerModel(config, add_pooling_layer=False)
        return speed_up(model) if method.family == "longformer" else model
    if method.family == "bigbird":
        return BigBirdModel(config, add_pooling_layer=False)
    if method.family == "reformer":
        return ReformerModel(config)
    if method.family == "modernbert":
        return ModernBertModel(config)
    return BertModel(config, add_pooling_layer=False)


def _model_pass(
    model: nn.Module, method: Method, length: int, shape: Shape, batch: int, device: torch.device
) -> Callable[[], Tensor]:
    """Return a forward pass to the last hidden state. Chunks are padded here, other inputs by the model."""
    ids = torch.randint(3, shape.vocabulary, (batch, length)).to(device)
    mask = torch.ones_like(ids)
    if method.family == "chunks":
        padding = (0, method.padded(length) - length)
        ids, mask = (nn.functional.pad(tensor, padding).view(-1, CHUNK) for tensor in (ids, mask))
    given = {"input_ids": ids, "attention_mask": mask}
    if method.family in ("longformer", "huggingface"):
        given["global_attention_mask"] = torch.zeros_like(ids)
        given["global_attention_mask"][:, :GLOBAL_TOKENS] = 1
    return lambda: model(**given).last_hidden_state


def _steps_of(model: nn.Module, passes: list[Callable[[], Tensor]], training: Training) -> list[Callable[[], None]]:
    """Return optimizer steps over `accumulation` passes of one batch. The loss is the mean square output."""
    model.train()
    if training.checkpointing:
        assert isinstance(model, PreTrainedModel)  # Only whole models are trained.
        model.activation_checkpointing_enable({"use_reentrant": False})
    maker = torch.optim.AdamW if training.optimizer == "adamw" else torch.optim.SGD
    optimizer = maker(model.parameters(), lr=LEARNING_RATE)

    def step(run: Callable[[], Tensor]) -> None:
        for _ in range(training.accumulation):
            run().float().square().mean().backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    return [partial(step, run) for run in passes]
