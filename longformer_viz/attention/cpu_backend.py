"""Selects the fastest matrix-product backend for this CPU."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import torch


def prefers_bfloat16_matmul() -> bool:
    """Return whether matrix products in bfloat16 beat the fused kernel, which multiplies natively with AMX only."""
    return multiplies_bfloat16() and not _capabilities().get("amx_bf16", False)


def multiplies_bfloat16() -> bool:
    """Return whether the CPU multiplies bfloat16 natively."""
    return bool(_capabilities().get("avx512_bf16", False))


def prefers_onednn_linear() -> bool:
    """Return whether oneDNN multiplies float32 faster than MKL, PyTorch's default, which is tuned for Intel CPUs."""
    return "AMD" in str(_capabilities().get("cpu_name", "")) and torch.backends.mkldnn.is_available()


@cache
def _capabilities() -> Mapping[str, Any]:
    return torch.cpu.get_capabilities()
