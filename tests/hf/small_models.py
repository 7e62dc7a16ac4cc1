"""Small random transformers models and batches, and the comparison of a sped-up model with the stock one."""

import copy

import torch
from torch import Tensor, nn
from transformers import LEDConfig, LEDModel, LongformerConfig, LongformerModel, PreTrainedModel

from longformer_viz import speed_up

WINDOWS = (8, 16, 4)
LENGTHS = (1, 7, 33, 50, 200)
LARGEST_LENGTH = 256
VOCABULARY = 99
PADDING = 1
SEPARATOR = 2
EVERYTHING = {"output_attentions": True, "output_hidden_states": True}
PROJECTIONS = ("query", "key", "value", "query_global", "key_global", "value_global")


def longformer(kind: type = LongformerModel, windows: tuple[int, ...] = WINDOWS, **changes) -> PreTrainedModel:
    """A Longformer of one layer a window, without dropout, in eval mode."""
    torch.manual_seed(0)
    settings = {
        "vocab_size": VOCABULARY,
        "hidden_size": 32,
        "num_hidden_layers": len(windows),
        "num_attention_heads": 4,
        "intermediate_size": 48,
        "max_position_embeddings": LARGEST_LENGTH + PADDING + 1,
        "attention_window": list(windows),
        "hidden_dropout_prob": 0.0,
        "attention_probs_dropout_prob": 0.0,
    }
    return _lively(kind(LongformerConfig(**settings | changes)))


def led(kind: type = LEDModel, windows: tuple[int, ...] = (8, 16), **changes) -> PreTrainedModel:
    """An LED of one encoder layer a window, without dropout, in eval mode."""
    torch.manual_seed(0)
    settings = {
        "vocab_size": VOCABULARY,
        "d_model": 32,
        "encoder_layers": len(windows),
        "decoder_layers": 1,
        "encoder_attention_heads": 4,
        "decoder_attention_heads": 4,
        "encoder_ffn_dim": 48,
        "decoder_ffn_dim": 48,
        "max_encoder_position_embeddings": LARGEST_LENGTH,
        "max_decoder_position_embeddings": LARGEST_LENGTH,
        "attention_window": list(windows),
        "dropout": 0.0,
        "use_cache": False,
    }
    return _lively(kind(LEDConfig(**settings | changes)))


def _lively(model: PreTrainedModel) -> PreTrainedModel:
    """Weights so large that attention is far from uniform, and no bias is zero: a wrong pattern must show."""
    with torch.no_grad():
        for name, weight in model.named_parameters():
            centre = 1.0 if "norm" in name.lower() and name.endswith("weight") else 0.0
            weight.normal_(centre, 0.2)
    return model.eval()


def sped_up(model: PreTrainedModel) -> PreTrainedModel:
    """A fast copy; the model itself stays stock."""
    return speed_up(copy.deepcopy(model))


def documents(length: int, count: int = 4) -> dict[str, Tensor]:
    """A batch of up to four documents that differ in padding and globals.

    Whole, three globals; padded on the right, one global; with holes, every second token global (holes too); padded,
    no global. The first two alone have few global tokens, for which the rows are computed in another way.
    """
    generator = torch.Generator().manual_seed(length)
    ids = torch.randint(3, VOCABULARY, (4, length), generator=generator)
    kept = torch.ones_like(ids)
    kept[1, length // 2 + 1 :] = 0
    kept[2, 1:] = (torch.rand(length - 1, generator=generator) < 0.7).long()
    kept[3, length - length // 5 :] = 0
    for document in (1, 3):
        ids[document][kept[document] == 0] = PADDING
    marked = torch.zeros_like(ids)
    marked[0, [0, length // 2, length - 1]] = 1
    marked[1, 0] = 1
    marked[2, ::2] = 1
    batch = {"input_ids": ids, "attention_mask": kept, "global_attention_mask": marked}
    return {name: tensor[:count] for name, tensor in batch.items()}


def outputs(model: nn.Module, batch: dict, **options):
    """One forward pass without gradients."""
    with torch.no_grad():
        return model(**batch, **options)


def gradients(model: nn.Module, batch: dict, loss=None, **options) -> dict[str, Tensor | None]:
    """The gradient of every parameter, by default of a random weighting of the first output."""
    model.zero_grad()
    result = model(**batch, **options)
    (loss or weighted)(result).backward()
    return {name: parameter.grad for name, parameter in model.named_parameters()}


def weighted(result) -> Tensor:
    """A scalar in which every element of the first output counts, each differently."""
    return (result[0].float() * torch.randn(result[0].shape, generator=torch.Generator().manual_seed(3))).mean()


def assert_same(ours, theirs, tolerance: float = 1e-5) -> None:
    """Equal kind, fields, order, shapes and types, and values within the tolerance; NaN equals NaN."""
    if isinstance(theirs, Tensor):
        torch.testing.assert_close(ours, theirs, atol=tolerance, rtol=tolerance, equal_nan=True)
        return
    assert type(ours) is type(theirs)
    if hasattr(theirs, "keys"):
        assert list(ours.keys()) == list(theirs.keys())
        ours, theirs = list(ours.values()), list(theirs.values())
    if isinstance(theirs, tuple | list):
        assert len(ours) == len(theirs)
        for mine, other in zip(ours, theirs, strict=True):
            assert_same(mine, other, tolerance)
    else:
        assert ours == theirs


def assert_same_gradients(ours: dict, theirs: dict) -> None:
    """The same parameters have a gradient, and it is the same up to float32's rounding."""
    largest = max(float(grad.abs().max()) for grad in theirs.values() if grad is not None)
    assert largest > 0
    for name, grad in theirs.items():
        if ours[name] is None and grad is not None and name.endswith("key_global.bias"):
            # Of weights alone it has no effect at all, and need not be part of their graph.
            assert float(grad.abs().max()) <= 1e-6 * largest
            ours[name] = torch.zeros_like(grad)
    differing = [name for name in theirs if (ours[name] is None) != (theirs[name] is None)]
    assert not differing, f"Only one of both has a gradient for {differing}"
    for name, grad in theirs.items():
        if grad is not None:
            # A key's bias has no effect, so its gradient is rounding alone: hence the part relative to the largest.
            tolerance = 1e-4 * float(grad.abs().max()) + 1e-6 * largest
            torch.testing.assert_close(
                ours[name], grad, atol=tolerance, rtol=0, msg=lambda text, n=name: f"{n}: {text}"
            )
