"""The ways to read a long document that are compared: their names, what each needs, and where each refuses.

Each is one word: `longformer-512`, `huggingface-512`, `full`, `fused`, `bigbird`, `reformer`, `chunks`,
`modernbert`; `-bfloat16` behind it asks for that type, as in `longformer-512-bfloat16`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, Literal

from longformer_viz.spec import InputError, check_window, shown

Level = Literal["layer", "model"]
LEVELS = ("layer", "model")
LEAST_LENGTH, MOST_LENGTH = 16, 1_048_576
MOST_LENGTHS = 64
ELEMENT_BYTES = {"float32": 4, "bfloat16": 2, "float16": 2}
CHUNK = 512  # of BERT over chunks: its own longest input
BLOCK, RANDOM_BLOCKS = 64, 3  # BigBird's blocks, as in google/bigbird-roberta-base
HASHES, HASH_CHUNK = 4, 64  # Reformer: four rounds, as in google/reformer-enwik8, of 64 tokens
MODERN_WINDOW, MODERN_EVERY = 128, 3  # ModernBERT: every third layer sees all
GLOBAL_TOKENS = 1  # of both Longformers: the first token


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of a model: layers, hidden width, heads, width of the feed-forward part, and vocabulary."""

    name: str
    layers: int
    hidden: int
    heads: int
    intermediate: int
    vocabulary: int

    @property
    def head_size(self) -> int:
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
    """The width of ModernBERT's gated feed-forward part: half as wide again as the hidden states, as in its base."""
    return shape.hidden * 3 // 2


@dataclass(frozen=True, slots=True)
class Family:
    """What holds for a method at any window and type.

    trained_tokens: the longest input that a released model of it was trained for; multiple: what it pads lengths to;
    windowed: whether its name has a window; note: what a reader must know about what is run.
    """

    name: str
    label: str
    reference: str
    trained_tokens: int
    multiple: int = 1
    windowed: bool = False
    note: str = ""


FAMILIES = {
    family.name: family
    for family in (
        Family(
            "longformer",
            "Longformer (this project)",
            "Beltagy, Peters and Cohan 2020, arXiv:2004.05150",
            4096,
            windowed=True,
            note="The first token is global.",
        ),
        Family(
            "huggingface",
            "Longformer (Hugging Face)",
            "Beltagy, Peters and Cohan 2020, arXiv:2004.05150",
            4096,
            windowed=True,
            note="The first token is global. Documents are padded to a multiple of the window.",
        ),
        Family("full", "Full attention (eager)", "Vaswani et al. 2017, arXiv:1706.03762", 512),
        Family("fused", "Full attention (fused kernel)", "Dao et al. 2022, arXiv:2205.14135", 512),
        Family(
            "bigbird",
            "BigBird (Hugging Face)",
            "Zaheer et al. 2020, arXiv:2007.14062",
            4096,
            multiple=BLOCK,
            note="In evaluation mode transformers replaces the random blocks by the first block, at the same cost.",
        ),
        Family(
            "reformer",
            "Reformer (Hugging Face)",
            "Kitaev, Kaiser and Levskaya 2020, arXiv:2001.04451",
            524_288,
            multiple=HASH_CHUNK,
            note=f"{HASHES} rounds of hashing. In a whole model, every other layer is local, in chunks of 64.",
        ),
        Family(
            "chunks",
            "BERT on 512-token chunks",
            "Devlin et al. 2018, arXiv:1810.04805",
            CHUNK,
            multiple=CHUNK,
            note="No token attends beyond its chunk.",
        ),
        Family(
            "modernbert",
            "ModernBERT (Hugging Face)",
            "Warner et al. 2024, arXiv:2412.13663",
            8192,
            note="A single layer is local, with its mask. In a whole model, every third layer uses full attention.",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Method:
    """One way to read a document: a family, its window where it has one, and the type of its numbers.

    Raises InputError for a family that is not there, a window that is none, or a type that is not offered.
    """

    family: str
    window: int | None = None
    dtype: str = "float32"

    def __post_init__(self) -> None:
        if self.family not in FAMILIES:
            raise InputError(
                f"A method must be one of {', '.join(FAMILIES)}; got {shown(self.family)}. Try longformer-512."
            )
        if FAMILIES[self.family].windowed:
            object.__setattr__(self, "window", check_window(512 if self.window is None else self.window))
        elif self.window is not None:
            raise InputError(
                f"Only Longformer methods have a window; got {shown(self.window)} for {self.family}. Remove it."
            )
        if self.dtype not in ELEMENT_BYTES:
            raise InputError(
                f"dtype must be one of {', '.join(ELEMENT_BYTES)}; got {shown(self.dtype)}. Try float32."
            )

    @classmethod
    def named(cls, key: Any) -> "Method":
        """The method that `key` writes itself as. Raises InputError for any other word."""
        if isinstance(key, Method):
            return key
        family, *rest = key.split("-") if isinstance(key, str) else (key,)
        dtype = rest.pop() if rest and rest[-1] in ELEMENT_BYTES else "float32"
        window = int(rest.pop()) if rest and rest[-1].isdecimal() else None
        if rest or not isinstance(family, str):
            raise InputError(
                "A method must have the form FAMILY, FAMILY-WINDOW or FAMILY-WINDOW-DTYPE, where FAMILY is one of "
                f"{', '.join(FAMILIES)}; got {shown(key)}. Try longformer-512."
            )
        return cls(family, window, dtype)

    @property
    def key(self) -> str:
        """How the method is written."""
        window = "" if self.window is None else f"-{self.window}"
        return self.family + window + ("" if self.dtype == "float32" else f"-{self.dtype}")

    @property
    def label(self) -> str:
        """How the method is called on a chart."""
        window = "" if self.window is None else f", window {self.window}"
        return FAMILIES[self.family].label + window + ("" if self.dtype == "float32" else f", {self.dtype}")

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
        """The length that is really computed: rounded up to what the implementation takes."""
        multiple = FAMILIES[self.family].multiple
        if self.family == "huggingface":
            multiple = self.window_tokens
        return -(-length // multiple) * multiple

    def refusal(self, length: int) -> str | None:
        """Why this method does not read `length` tokens, in one sentence; None where it does."""
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
        """What a reader must know about a point of this method at this length; empty where nothing."""
        padded = self.padded(length)
        parts = [FAMILIES[self.family].note]
        if padded != length:
            parts.append(f"Padded to {padded:,} tokens.")
        return " ".join(part for part in parts if part)


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


def check_lengths(lengths: Any) -> tuple[int, ...]:
    """The lengths in ascending order, each once.

    lengths: whole numbers, in any order. Raises InputError where one is none, or lies outside what is measured.
    """
    rule = f"Lengths must be whole numbers from {LEAST_LENGTH} to {MOST_LENGTH:,}"
    if isinstance(lengths, str | bytes) or not isinstance(lengths, Sequence | set | frozenset | range):
        raise InputError(f"{rule}, in a list; got {shown(lengths)}. Try [512, 1024, 2048].")
    if not lengths:
        raise InputError(f"{rule}; got none. Try [512, 1024, 2048].")
    if len(lengths) > MOST_LENGTHS:
        raise InputError(f"A plan can have at most {MOST_LENGTHS} lengths; got {len(lengths):,}. Remove some.")
    for length in lengths:
        if not isinstance(length, Integral) or isinstance(length, bool):
            raise InputError(f"{rule}; got {shown(length)}. Try 4096.")
        length = int(length)
        if not LEAST_LENGTH <= length <= MOST_LENGTH:
            cure = LEAST_LENGTH if length < LEAST_LENGTH else MOST_LENGTH
            raise InputError(f"{rule}; got {length:,}. Try {cure:,}.")
    return tuple(sorted({int(length) for length in lengths}))


def typed_lengths(text: str) -> tuple[int, ...]:
    """Lengths as somebody types them, apart by commas, spaces or semicolons, thousands apart by nothing.

    In ascending order, each once. Raises InputError for a word that is no whole number, or lies outside.
    """
    words = re.split(r"[\s,;]+", text.strip()) if text.strip() else []
    return check_lengths([int(word) if re.fullmatch(r"[0-9]{1,18}", word) else word for word in words])


def check_choice(value: Any, choices: Sequence[str], name: str) -> str:
    """The value, if it is one of the choices. Raises InputError where not."""
    if not isinstance(value, str) or value not in choices:
        raise InputError(f"{name} must be one of {', '.join(choices)}; got {shown(value)}. Try {choices[0]}.")
    return value


def check_positive(value: Any, name: str, whole: bool = False) -> Any:
    """The number, if it is one above 0. Raises InputError where not."""
    number = None
    if isinstance(value, Integral) and whole and not isinstance(value, bool):
        number = int(value)
    elif isinstance(value, Real) and not whole and not isinstance(value, bool):
        number = float(value)
    if number is None or not 0 < number < float("inf"):
        what = "a whole number" if whole else "a number"
        raise InputError(f"{name} must be {what} above 0; got {shown(value)}. Try 1.")
    return number
