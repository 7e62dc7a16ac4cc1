"""Measure matrix products alone: the lower bound of exact attention, with the same shapes and nothing in between.

Each function gives a few fair ways to do the same products, all but oneDNN's into outputs that are there already; the
fastest of a run counts. The band's come in two kinds: "at once" is one `bmm` for all blocks, what is commonly meant;
"in cache" goes group by group through scores that never leave the cache, a stricter floor. What the numbers are plays
no part, only shapes and sizes do.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

QUERY_BLOCKS = (64, 128)
_GROUP_BYTES = (2**20, 2**22)  # scores of so many blocks stay in a core's, or in the shared, cache


def band_products(
    length: int, heads: int, head_size: int, window: int, dtype: torch.dtype, device: torch.device
) -> dict[str, Callable[[], None]]:
    """Scores and values of every query over exactly window + 1 keys, by `bmm` over blocks of queries.

    Stretches of keys overlap in memory, as they do in a document. In one way all blocks go at once, in others group
    by group, through scores that stay in cache. All heads' tokens together must be a multiple of 128.
    """
    width = min(window + 1, length)
    tokens = heads * length
    query = torch.randn(tokens, head_size, dtype=dtype, device=device)
    key, value = (torch.randn(tokens + width, head_size, dtype=dtype, device=device) for _ in range(2))
    output = torch.empty_like(query)
    scores = torch.empty(tokens * width, dtype=dtype, device=device)
    ways = {}
    for block in QUERY_BLOCKS:
        count = tokens // block
        shape = (count, width, head_size)
        stride = (block * head_size, head_size, 1)
        stretches = (tensor.as_strided(shape, stride) for tensor in (key, value))  # [blocks, window + 1, d]
        tensors = (query.view(count, block, head_size), *stretches, output.view(count, block, head_size))
        sizes = [size // (block * width * dtype.itemsize) for size in _GROUP_BYTES]
        for group in sorted({count, *(min(max(size, 1), count) for size in sizes)}):
            buffer = scores[: group * block * width].view(group, block, width)
            kind = "at once" if group == count else "in cache"
            ways[f"band {kind}, blocks of {block} by {group}"] = _grouped(*tensors, buffer)
    return ways


def _grouped(query: Tensor, key: Tensor, value: Tensor, output: Tensor, scores: Tensor) -> Callable[[], None]:
    """query, output: [blocks, block, d]; key, value: [blocks, window + 1, d]; scores: [group, block, window + 1]."""

    def run() -> None:
        for start in range(0, len(query), len(scores)):
            part = slice(start, start + len(scores))
            some = scores[: len(query[part])]
            torch.bmm(query[part], key[part].mT, out=some)
            torch.bmm(some, value[part], out=output[part])

    return run


def linear_products(
    length: int,
    shapes: Sequence[tuple[int, int]],
    dtype: torch.dtype,
    device: torch.device,
) -> dict[str, Callable[[], None]]:
    """A [length, in] by an [in, out] for each shape (in, out): `mm`, weights as stored or transposed, and oneDNN."""
    inputs = {wide: torch.randn(length, wide, dtype=dtype, device=device) for wide, _ in shapes}
    outputs = {wide: torch.empty(length, wide, dtype=dtype, device=device) for _, wide in shapes}
    weights = [torch.randn(out, into, dtype=dtype, device=device).T for into, out in shapes]
    turned = [weight.contiguous() for weight in weights]

    def run(chosen: list[Tensor]) -> None:
        for weight in chosen:
            torch.mm(inputs[weight.shape[0]], weight, out=outputs[weight.shape[1]])

    def run_onednn() -> None:
        for weight in weights:
            torch.ops.mkldnn._linear_pointwise(inputs[weight.shape[0]], weight.T, None, "none", [], "")

    names = ", ".join(f"{into} to {out}" for into, out in shapes)
    ways = {
        f"linear, {names}, as stored": lambda: run(weights),
        f"linear, {names}, transposed": lambda: run(turned),
    }
    if device.type == "cpu" and dtype == torch.float32 and torch.backends.mkldnn.is_available():
        ways[f"linear, {names}, by oneDNN"] = run_onednn
    return ways


def projection_products(
    length: int, hidden: int, dtype: torch.dtype, device: torch.device
) -> dict[str, Callable[[], None]]:
    """Query, key and value of every token: three products, or one three times as wide."""
    apart = linear_products(length, [(hidden, hidden)] * 3, dtype, device)
    return apart | linear_products(length, [(hidden, 3 * hidden)], dtype, device)


def global_products(
    length: int,
    heads: int,
    head_size: int,
    count: int,
    dtype: torch.dtype,
    device: torch.device,
    project: bool,
) -> dict[str, Callable[[], None]]:
    """What `count` global tokens add: every query on their keys and values ("columns"), and theirs on all ("rows").

    project: rows have projections of their own, of all keys and values, or folded into `heads * count` wider rows.
    """
    hidden = heads * head_size

    def made(*shape: int) -> Tensor:
        return torch.randn(*shape, dtype=dtype, device=device)

    many, few = made(heads, length, head_size), made(heads, count, head_size)
    down, across = made(heads, length, count), made(heads, count, length)
    outputs = torch.empty_like(many), torch.empty_like(few)
    tokens = made(length, hidden)

    def columns() -> None:
        torch.bmm(many, few.mT, out=down)
        torch.bmm(down, few, out=outputs[0])

    def rows() -> None:
        torch.bmm(few, many.mT, out=across)
        torch.bmm(across, many, out=outputs[1])

    if not project:
        return {"columns": columns, "rows": rows}

    def then_rows(projections: Callable[[], None]) -> Callable[[], None]:
        def projected() -> None:
            projections()
            rows()

        return projected

    ways = {"columns": columns}
    for name, projections in linear_products(length, [(hidden, hidden)] * 2, dtype, device).items():
        ways[f"rows, projected, {name}"] = then_rows(projections)
    if heads * count > 2 * hidden:  # twice the work and more: never the fastest
        return ways
    wide, scores, mixed = made(heads * count, hidden), made(heads * count, length), made(heads * count, hidden)

    def folded() -> None:
        torch.mm(wide, tokens.T, out=scores)
        torch.mm(scores, tokens, out=mixed)

    return ways | {"rows, folded": folded}
