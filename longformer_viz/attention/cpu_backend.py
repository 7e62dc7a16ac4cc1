"""Which way of multiplying is the fastest on this processor."""

from functools import cache

import torch


def plain_bfloat16() -> bool:
    """Whether plain products in bfloat16 beat the fused kernel: that multiplies natively with AMX only."""
    return multiplies_bfloat16() and not _capabilities().get("amx_bf16", False)


def multiplies_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 natively."""
    return bool(_capabilities().get("avx512_bf16", False))


def linear_by_onednn() -> bool:
    """Whether oneDNN multiplies float32 faster than MKL, PyTorch's choice, which is at its best on Intel's own."""
    return "AMD" in str(_capabilities().get("cpu_name", "")) and torch.backends.mkldnn.is_available()


@cache
def _capabilities() -> dict[str, bool | int | str]:
    return torch.cpu.get_capabilities()
