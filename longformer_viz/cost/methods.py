"""The attention methods that are compared: names, settings and limits.

A method is written as one word: `longformer-512`, `huggingface-512`, `full`, `fused`, `bigbird`, `reformer`,
`chunks`, `modernbert`. A suffix names the number format, as in `longformer-512-bfloat16`.
"""

import re
from dataclasses import dataclass
from typing import Any, Literal

from longformer_viz.checks import check_choice
from longformer_viz.cost.families import BLOCK, FAMILIES, HASH_CHUNK, RANDOM_BLOCKS
from longformer_viz.spec import InputError, check_window, shown

Level = Literal["layer", "model"]
LEVELS = ("layer", "model")
LEAST_LENGTH, MOST_LENGTH = 16, 1_048_576
MOST_LENGTHS = 64
ELEMENT_BYTES = {"float32": 4, "bfloat16": 2, "float16": 2}


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of a model.

    Attributes:
        name: "base", "large" or "default".
        layers: Number of layers.
        hidden: Hidden width.
        heads: Heads per layer.
        intermediate: Width of the feed-forward layers.
        vocabulary: Number of tokens in the vocabulary.
    """

    name: str
    layers: int
    hidden: int
    heads: int
    intermediate: int
    vocabulary: int

    @property
    def head_size(self) -> int:
        """Width of one head."""
        return self.hidden // self.heads


SHAPES = {
    shape.name: shape
    for shape in (
        Shape("base", 12, 768, 12, 3072, 50_265),
        Shape("large", 24, 1024, 16, 4096, 50_265),
        Shape("default", 6, 384, 12, 1536, 30_522),
    )
}


def modern_intermediate(shape: Shape) -> int:
    """Return the width of ModernBERT's gated feed-forward layers: 1.5 times the hidden width, as in its base model.

    Args:
        shape: The model's sizes.
    """
    return shape.hidden * 3 // 2


@dataclass(frozen=True, slots=True)
class Method:
    """An attention method.

    Attributes:
        family: A name in `FAMILIES`.
        window: Full window in tokens; None for families without one.
        dtype: "float32", "bfloat16" or "float16".

    Raises:
        InputError: If a value is invalid.
    """

    family: str
    window: int | None = None
    dtype: str = "float32"

    def __post_init__(self) -> None:
        if not isinstance(self.family, str) or self.family not in FAMILIES:
            raise InputError(
                f"A method must be one of {', '.join(FAMILIES)}. "
                f"You entered {shown(self.family)}. Try longformer-512."
            )
        if FAMILIES[self.family].windowed:
            object.__setattr__(self, "window", check_window(512 if self.window is None else self.window))
        elif self.window is not None:
            raise InputError(
                "Only Longformer methods have a window. "
                f"You entered {shown(self.window)} for {self.family}. Remove it."
            )
        check_choice(self.dtype, tuple(ELEMENT_BYTES), "dtype")

    @classmethod
    def named(cls, key: Any) -> "Method":
        """Return the method with this name.

        Args:
            key: A key such as "longformer-512-bfloat16", a short label such as "Longformer 512 bf16", or a
                method.

        Raises:
            InputError: If there is no such method.
        """
        if isinstance(key, Method):
            return key
        family, *rest = _parts(key) if isinstance(key, str) else (key,)
        dtype = rest.pop() if rest and rest[-1] in ELEMENT_BYTES else "float32"
        window = int(rest.pop()) if rest and re.fullmatch("[0-9]{1,9}", rest[-1]) else None
        if rest or not isinstance(family, str):
            raise InputError(
                "A method must have the form FAMILY, FAMILY-WINDOW or FAMILY-WINDOW-DTYPE, where FAMILY is one of "
                f"{', '.join(FAMILIES)}. You entered {shown(key)}. Try longformer-512."
            )
        return cls(family, window, dtype)

    @property
    def key(self) -> str:
        """The method's name, such as "longformer-512"."""
        window = "" if self.window is None else f"-{self.window}"
        return self.family + window + ("" if self.dtype == "float32" else f"-{self.dtype}")

    @property
    def label(self) -> str:
        """The method's name in charts, such as "Longformer (this project), window 512"."""
        window = "" if self.window is None else f", window {self.window:,}"
        return FAMILIES[self.family].label + window + ("" if self.dtype == "float32" else f", {self.dtype}")

    @property
    def short_label(self) -> str:
        """The method's name in controls, such as "Longformer 512 bf16"."""
        window = "" if self.window is None else f" {self.window:,}"
        return FAMILIES[self.family].short_label + window + _SHORT_DTYPES[self.dtype]

    @property
    def window_tokens(self) -> int:
        """The window of a family that has one."""
        assert self.window is not None
        return self.window

    @property
    def element_bytes(self) -> int:
        """Bytes of one number."""
        return ELEMENT_BYTES[self.dtype]

    def padded(self, length: int) -> int:
        """Return the padded length that the implementation computes.

        Args:
            length: Tokens in the document.
        """
        multiple = FAMILIES[self.family].multiple
        if self.family == "huggingface":
            multiple = self.window_tokens
        return -(-length // multiple) * multiple

    def refusal(self, length: int) -> str | None:
        """Return why the method cannot read a document, in one sentence; None if it can.

        Args:
            length: Tokens in the document.
        """
        if self.family == "bigbird":
            least = (5 + 2 * RANDOM_BLOCKS) * BLOCK
            if length <= least:
                return (
                    f"BigBird needs more than {least} tokens. For shorter documents transformers runs full attention."
                )
        if self.family == "reformer" and self.dtype != "float32":
            return "Reformer in transformers supports float32 only: 16-bit types round its mask values away."
        if self.family == "reformer" and self.padded(length) <= HASH_CHUNK:
            return f"Reformer needs more than {HASH_CHUNK} tokens. For shorter documents it runs full attention."
        return None

    def notes(self, length: int) -> str:
        """Return notes on a measurement of this method.

        Args:
            length: Tokens in the document.
        """
        padded = self.padded(length)
        parts = [FAMILIES[self.family].note]
        if padded != length:
            parts.append(f"Padded to {padded:,} tokens.")
        return " ".join(part for part in parts if part)


_SHORT_DTYPES = {"float32": "", "bfloat16": " bf16", "float16": " fp16"}


def _parts(name: str) -> list[str]:
    """Return family, window and number format as far as a key or a short label names them."""
    for family in FAMILIES.values():
        found = re.fullmatch(rf"{re.escape(family.short_label)}( [0-9,]+)?( bf16| fp16)?", name)
        if found is not None:
            dtypes = {short: dtype for dtype, short in _SHORT_DTYPES.items()}
            window, dtype = (found[1] or "").strip().replace(",", ""), dtypes[found[2] or ""]
            return [family.name, *([window] if window else []), dtype]
    return name.split("-")


def short_label_of(name: str) -> str:
    """Return the short label of a method; a name that is none is returned unchanged.

    Args:
        name: A key or a short label.
    """
    try:
        return Method.named(name).short_label
    except InputError:
        return name


METHODS = tuple(
    Method.named(key)
    for key in (
        "longformer-512",
        "longformer-256",
        "longformer-128",
        "longformer-512-bfloat16",
        "huggingface-512",
        "huggingface-512-bfloat16",
        "full",
        "fused",
        "bigbird",
        "reformer",
        "chunks",
        "modernbert",
    )
)
_DEFAULT_KEYS = ("longformer-512", "huggingface-512", "full", "fused", "bigbird")
DEFAULT_METHODS = tuple(map(Method.named, _DEFAULT_KEYS))
DEFAULT_LENGTHS = (512, 1024, 2048, 4096, 8192)
