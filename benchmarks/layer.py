"""One attention layer of longformer-base's shape, its inputs, and the implementations that are compared."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch
from local_attention import LocalAttention
from torch import Tensor, nn
from torch.nn.attention.flex_attention import BlockMask, flex_attention
from torch.nn.functional import scaled_dot_product_attention
from transformers import LongformerConfig
from transformers.models.longformer.modeling_longformer import LongformerSelfAttention

from benchmarks.harness import Way
from longformer_viz.attention.api import attention
from longformer_viz.attention.global_tokens import GlobalTokens
from longformer_viz.attention.reference import reference_attention
from longformer_viz.hf.speed_up import speed_up
from longformer_viz.spec import LayerSpec

HIDDEN, HEADS = 768, 12
HEAD_SIZE = HIDDEN // HEADS
_FLEX_BLOCK = 128


@dataclass(frozen=True, slots=True)
class Case:
    """What is computed: "core" is scores, softmax and values of projected tensors, "module" projects them too.

    globals: how many tokens are global, evenly spread from the first on.
    """

    level: str
    length: int
    window: int
    dilation: int = 1
    globals: int = 1
    dtype: str = "float32"

    def __str__(self) -> str:
        return f"{self.level}-{self.length}-{self.window}-{self.dilation}-{self.globals}-{self.dtype}"

    @classmethod
    def named(cls, name: str) -> "Case":
        """The case that writes itself like this."""
        level, *numbers, dtype = name.split("-")
        return cls(level, *map(int, numbers), dtype)

    def small(self) -> "Case":
        """The same at the smallest length that Hugging Face's module takes."""
        return replace(self, length=2 * self.window)


class _Given(nn.Module):
    """Stands in for a projection and returns what was projected before."""

    def __init__(self, projected: Tensor) -> None:
        super().__init__()
        self.projected = projected

    def forward(self, _: Tensor) -> Tensor:
        return self.projected


class Layer:
    """A case's weights and inputs; each of its methods named below is one way to compute it.

    Every way returns [1, n, hidden] and starts from the same memory: from the hidden states for a module, from the
    projected queries, keys and values for a core, laid out as the projections leave them.
    """

    def __init__(self, case: Case, device: torch.device) -> None:
        self.case, self.device = case, device
        self.half = case.window // 2
        self.spec = LayerSpec(case.window, (case.dilation,) * HEADS)
        torch.manual_seed(0)
        config = LongformerConfig(
            hidden_size=HIDDEN, num_attention_heads=HEADS, num_hidden_layers=1, attention_window=[case.window]
        )
        self.stock = LongformerSelfAttention(config, 0).eval().requires_grad_(False)
        for weight in self.stock.parameters():
            nn.init.normal_(weight, std=0.05)  # scores spread by about 2: far from uniform weights
        hidden = torch.randn(1, case.length, HIDDEN)
        dtype = getattr(torch, case.dtype)
        self.stock.to(device, dtype)
        self.hidden = hidden.to(device, dtype)
        self.fast = speed_up(copy.deepcopy(self.stock))
        self.positions = torch.arange(case.globals, device=device) * case.length // max(1, case.globals)
        is_global = torch.zeros(1, case.length, dtype=torch.bool, device=device)
        is_global[:, self.positions] = True
        self.is_global = is_global
        self.masks = {
            "attention_mask": torch.zeros_like(self.hidden[..., 0]).masked_fill(is_global, torch.finfo(dtype).max),
            "is_index_masked": torch.zeros_like(is_global),
            "is_index_global_attn": is_global,
            "is_global_attn": case.globals > 0,
        }
        if case.level == "core":
            self._project()

    def _project(self) -> None:
        tokens = self.hidden.transpose(0, 1)  # [n, 1, hidden], as Hugging Face projects them
        self.local = [projection(tokens) for projection in (self.stock.query, self.stock.key, self.stock.value)]
        chosen = tokens[self.positions]
        self.rows = [
            self.stock.query_global(chosen),
            self.stock.key_global(tokens),
            self.stock.value_global(tokens),
        ]

    def way(self, method: str) -> Way:
        """The way of that name: "ours", "huggingface", "full_attention", "local_attention" or "flex_attention"."""
        if method == "huggingface" and self.case.level == "core":
            return self._huggingface_core()
        return Way(getattr(self, f"_{method}")())

    def _ours(self) -> Callable[[], Tensor]:
        if self.case.level == "module":
            return lambda: self.fast(self.hidden, **self.masks)[0]

        def core() -> Tensor:
            tokens = GlobalTokens.of(self.is_global)
            output, _ = attention(*self._heads(self.local), self.spec, None, tokens)
            return self._with_rows(output)

        return core

    def _huggingface(self) -> Callable[[], Tensor]:
        return lambda: self.stock(self.hidden, **self.masks)[0]

    def _huggingface_core(self) -> Way:
        """Its own forward pass, whose projections return what is given.

        It divides the queries it is given in place: they are written anew before each run, outside of the timing.
        """
        module = LongformerSelfAttention(self.stock.config, 0).eval()
        names = ("query", "key", "value", "query_global", "key_global", "value_global")
        given = {name: tensor.detach() for name, tensor in zip(names, [*self.local, *self.rows], strict=True)}
        worn = {name: given[name].clone() for name in ("query", "query_global")}
        for name, tensor in (given | worn).items():
            setattr(module, name, _Given(tensor))

        def prepare() -> None:
            for name, tensor in worn.items():
                tensor.copy_(given[name])

        return Way(lambda: module(self.hidden, **self.masks)[0], prepare)

    def _full_attention(self) -> Callable[[], Tensor]:
        """All pairs on PyTorch's fused kernel."""
        if self.case.level == "core":
            return lambda: self._joined(scaled_dot_product_attention(*self._heads(self.local)))

        def module() -> Tensor:
            projected = [getattr(self.stock, name)(self.hidden) for name in ("query", "key", "value")]
            return self._joined(scaled_dot_product_attention(*self._heads(projected)))

        return module

    def _local_attention(self) -> Callable[[], Tensor]:
        """The PyPI package local-attention, the same window exactly, without global tokens."""
        attend = LocalAttention(self.half, exact_windowsize=True, look_backward=1, look_forward=1)
        # It wants each head's tokens beside each other: that is given, not timed.
        tensors = [tensor.contiguous() for tensor in self._heads(self.local)]
        return lambda: self._joined(attend(*tensors))

    def _flex_attention(self) -> Callable[[], Tensor]:
        """PyTorch's compiled FlexAttention with the same window, dilation and global columns; rows as in ours."""
        torch.compiler.reset()
        attend = torch.compile(flex_attention, dynamic=False)
        mask = block_mask(self.case, self.is_global[0])
        return lambda: self._with_rows(attend(*self._heads(self.local), block_mask=mask))

    def oracle(self) -> Tensor:
        """The dense oracle's output for a core, one head at a time."""
        local, rows = ([tensor[0] for tensor in self._heads(tensors)] for tensors in (self.local, self.rows))
        query = torch.zeros_like(local[0])
        query[:, self.positions] = rows[0]
        outputs = [
            reference_attention(
                tuple(tensor[head, None] for tensor in local),
                tuple(tensor[head, None] for tensor in (query, *rows[1:])),
                LayerSpec(self.case.window, (self.case.dilation,)),
                tuple(self.positions.tolist()),
            ).output
            for head in range(HEADS)
        ]
        return self._joined(torch.cat(outputs)[None])

    def _heads(self, tensors: list[Tensor]) -> list[Tensor]:
        return [tensor.view(1, -1, HEADS, HEAD_SIZE).transpose(1, 2) for tensor in tensors]  # [1, heads, n, d]

    def _joined(self, output: Tensor) -> Tensor:
        return output.transpose(1, 2).reshape(1, -1, HIDDEN)

    def _with_rows(self, output: Tensor) -> Tensor:
        """The global tokens' rows, from their given projections on the fused kernel, written over the local ones."""
        joined = self._joined(output)
        if len(self.positions):
            joined[:, self.positions] = self._joined(scaled_dot_product_attention(*self._heads(self.rows)))
        return joined


def block_mask(case: Case, is_global: Tensor) -> BlockMask:
    """The pattern of window, dilation and global columns in blocks of 128, from positions alone, never n x n."""
    reach, dilation, block = case.window // 2 * case.dilation, case.dilation, _FLEX_BLOCK

    def allows(_batch: Tensor, _head: Tensor, query: Tensor, key: Tensor) -> Tensor:
        distance = query - key
        return ((distance.abs() <= reach) & (distance % dilation == 0)) | is_global[key]

    number = torch.arange(case.length // block, device=is_global.device)
    apart = (number[:, None] - number).abs() * block  # [query block, key block]
    touched = (apart - block + 1 <= reach) | is_global.view(-1, block).any(1)
    whole = (apart + block - 1 <= reach) & (dilation == 1)

    def listed(blocks: Tensor) -> tuple[Tensor, Tensor]:
        order = blocks.int().argsort(dim=-1, descending=True, stable=True)
        return blocks.sum(-1, dtype=torch.int32)[None, None], order.int()[None, None]

    return BlockMask.from_kv_blocks(
        *listed(touched & ~whole), *listed(whole), BLOCK_SIZE=block, mask_mod=allows, seq_lengths=(case.length,) * 2
    )


def largest_difference(output: Any, reference: Any) -> float:
    """The largest absolute difference, in float32."""
    return float((output.float() - reference.float()).abs().max())
