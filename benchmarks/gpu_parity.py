"""Compare the GPU kernels with the plain computation in float64: outputs and gradients.

`python -m benchmarks.gpu_parity --device cuda [--json]`. Tests run on machines without a GPU, where these paths
cannot be run. Every case is a batch of two documents with padding, global tokens and dilation as named; the
differences are the largest absolute ones, beside the largest gradient.
"""

import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor

from benchmarks import harness
from benchmarks.harness import Column
from longformer_viz.attention.api import attention
from longformer_viz.attention.global_tokens import GlobalTokens
from longformer_viz.attention.kernels.differentiable import differentiable_attention
from longformer_viz.attention.kernels.flash import supports_flash
from longformer_viz.spec import LayerSpec

HEADS = 4
COLUMNS = (
    Column("path", "path", least_width=14),
    Column("dtype", "dtype"),
    Column("tokens", "length", "{:,}"),
    Column("window", "window"),
    Column("dilation", "dilation"),
    Column("globals", "globals"),
    Column("padded", "padded"),
    Column("head", "head_size"),
    Column("output", "output", "{:.1e}"),
    Column("lse", "log_sum_exp", "{:.1e}"),
    Column("gradients", "gradients", "{:.1e}"),
    Column("largest", "largest", "{:.2f}"),
)


@dataclass(frozen=True, slots=True)
class Case:
    """Two documents; `padded`: the second ends at three fifths, or, "between", padding stands inside of it."""

    length: int
    window: int
    dilation: int = 1
    globals: int = 0
    padded: str = "no"
    head_size: int = 64


CASES = (
    Case(1000, 128),
    Case(1000, 128, globals=1),
    Case(1000, 128, globals=40, padded="behind"),
    Case(1003, 62, dilation=3, globals=5, padded="behind"),
    Case(1000, 128, globals=3, padded="between"),
    Case(300, 512, globals=20, padded="behind", head_size=32),
    Case(4096, 512, dilation=2, globals=1),
    Case(7, 4, globals=2, padded="behind"),
    Case(130, 2),
)
LIMITS = {"float32": 1e-5, "bfloat16": 5e-2, "float16": 1e-2}
_COMPARED = ("output", "log_sum_exp", "gradients")


def main() -> None:
    """Check every case in every type and print it."""
    chosen = harness.options(__doc__.splitlines()[0])
    if chosen.device.type == "cpu":
        sys.exit("This checks the paths for a GPU: run it with --device cuda on a machine that has one.")
    print(harness.machine_line(harness.machine()))
    harness.print_head(COLUMNS)
    rows = []
    for dtype in LIMITS:
        for case in CASES:
            rows.append({"dtype": dtype} | asdict(case) | compared(case, getattr(torch, dtype), chosen.device))
            harness.print_row(COLUMNS, rows[-1])
    wrong = [row for row in rows if not _largest(row[name] for name in _COMPARED) < LIMITS[row["dtype"]]]
    gpu = harness.gpu_line(chosen.device)
    harness.print_result({"benchmark": "gpu_parity", "GPU": gpu, "cases": rows}, chosen.json)
    if wrong:
        sys.exit(f"{len(wrong)} of {len(rows)} cases are further off than their type allows: {wrong[0]}")


def compared(case: Case, dtype: torch.dtype, device: torch.device) -> dict[str, Any]:
    """The largest differences of a case in this type to float64, for inference and for training."""
    torch.manual_seed(0)
    shape = (2, case.length, HEADS, case.head_size)
    leaves = [torch.randn(shape, device=device).to(dtype).transpose(1, 2) for _ in range(3)]
    exact = [leaf.double().requires_grad_() for leaf in leaves]
    keep = None
    if case.padded != "no":
        keep = torch.ones(2, case.length, dtype=torch.bool, device=device)
        keep[1, -(-case.length * 3 // 5) :] = False
        if case.padded == "between":
            keep[1, case.length // 4 : case.length // 3] = False
    is_global = torch.zeros(2, case.length, dtype=torch.bool, device=device)
    is_global[0, [number * case.length // case.globals for number in range(case.globals)]] = True
    is_global[1, : case.globals // 2] = True
    tokens = GlobalTokens.of(is_global)
    layer = LayerSpec(case.window, tuple(case.dilation if head % 2 else 1 for head in range(HEADS)))
    rows = ~is_global if keep is None else keep & ~is_global
    upstream = torch.randn(2, HEADS, case.length, case.head_size, device=device).double()
    upstream = upstream.masked_fill(~rows[:, None, :, None], 0)

    plain, plain_lse = _plain(exact, layer, keep, tokens)
    plain_grads = torch.autograd.grad(plain, exact, upstream)
    with torch.no_grad():
        output, lse = attention(*leaves, layer, keep, tokens)
    training = [leaf.clone().requires_grad_() for leaf in leaves]
    trained, _ = attention(*training, layer, keep, tokens)
    grads = torch.autograd.grad(trained, training, upstream.to(dtype))

    at = rows[:, None].expand(lse.shape)
    return {
        "path": "flash" if supports_flash(leaves[0], keep) else "fused, plain",
        "output": _largest(_difference(each[at], plain[at]) for each in (output, trained)),
        "log_sum_exp": _difference(lse[at], plain_lse[at]),
        "gradients": _largest(_difference(*pair) for pair in zip(grads, plain_grads, strict=True)),
        "largest": _largest(float(grad.abs().max()) for grad in plain_grads),
    }


def _plain(
    leaves: list[Tensor], layer: LayerSpec, keep: Tensor | None, tokens: GlobalTokens | None
) -> tuple[Tensor, Tensor]:
    query, key, value = leaves
    arguments = (query, key, value, layer.one_sided_window, layer.dilations)
    if tokens is None:
        return differentiable_attention(*arguments, keep)
    return differentiable_attention(
        *arguments, tokens.local_keys(keep), (tokens.of_heads(key), tokens.of_heads(value), tokens.present)
    )


def _largest(values: Iterable[float]) -> float:
    """Their maximum, NaN where one is NaN."""
    return float(torch.tensor(list(values), dtype=torch.float64).max())


def _difference(one: Tensor, other: Tensor) -> float:
    return float((one.double() - other.double()).abs().max())


if __name__ == "__main__":
    main()
