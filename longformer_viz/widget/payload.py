"""The payload of a component: a JSON header that describes itself, followed by little-endian arrays.

`b"LVM1" | uint32 length of the header | header | arrays`. Every array starts at a multiple of 8 bytes.
"""

import json
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from longformer_viz.spec import InputError, shown
from longformer_viz.trace.tokens import Tokens
from longformer_viz.widget.text_parts import block_table, sentence_table

MAGIC = b"LVM1"
VERSION = 1
BUDGET_BYTES = 10_000_000
"""The most bytes of one view; of a larger one an overview and regions travel instead."""
_STEP = 8
_DTYPES = {"u1": np.dtype("u1"), "i4": np.dtype("<i4"), "f4": np.dtype("<f4")}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a payload.

    Attributes:
        header: Its fields in the header.
        arrays: Its arrays by name.
    """

    header: Mapping[str, Any]
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)


def encode(shared: Mapping[str, Any], tokens: Tokens, views: Sequence[Part], grid: Part | None = None) -> bytes:
    """Encode a payload.

    Args:
        shared: Further fields of the header: layers, heads, trained_tokens, controls.
        tokens: The document.
        views: One or two heads. The names of their arrays get the view's number, such as `band0`.
        grid: The head grid, or a part in its place. Its arrays keep their names.

    Returns:
        The bytes.

    Raises:
        InputError: If an array is not uint8, int32 or float32.
    """
    arrays = token_arrays(tokens)
    headers = []
    for number, view in enumerate(views):
        names = {name: f"{name}{number}" for name in view.arrays}
        headers.append({**view.header, "arrays": names})
        arrays |= {names[name]: array for name, array in view.arrays.items()}
    if grid is not None:
        arrays |= grid.arrays

    described, pieces, start = {}, [], 0
    for name, array in arrays.items():
        code = f"{array.dtype.kind}{array.dtype.itemsize}"
        if code not in _DTYPES:
            raise InputError(f"Arrays must be uint8, int32 or float32; got {array.dtype} for {name}. Convert it.")
        described[name] = {"dtype": code, "shape": list(array.shape), "start": start}
        piece = np.ascontiguousarray(array, _DTYPES[code]).data
        pieces += [piece, bytes(-piece.nbytes % _STEP)]
        start += piece.nbytes + len(pieces[-1])

    crc = 0
    for piece in pieces:
        crc = zlib.crc32(piece, crc)
    header = {
        **shared,
        "version": VERSION,
        "bytes": 0,
        "crc32": crc,
        "tokens": len(tokens),
        "views": headers,
        "grid": None if grid is None else dict(grid.header),
        "arrays": described,
    }
    return b"".join([*_head(header, start), *pieces])


def _head(header: dict[str, Any], data_bytes: int) -> tuple[bytes, ...]:
    """Return everything before the arrays. The header states the total length, its own included."""
    written = text = b""
    for _ in range(3):  # The number of digits of the length may change the length once.
        header["bytes"] = len(MAGIC) + 4 + len(written) + data_bytes
        text = json.dumps(header, allow_nan=False).encode()
        text += b" " * (-(len(MAGIC) + 4 + len(text)) % _STEP)
        if len(text) == len(written):
            break
        written = text
    return MAGIC, struct.pack("<I", len(text)), text


def decode(data: bytes) -> Part:
    """Decode a payload.

    Args:
        data: The bytes.

    Returns:
        Its header and arrays.

    Raises:
        InputError: If the bytes are incomplete, damaged or of another version.
    """
    rule = "A map's payload must be whole and of version 1"
    if len(data) < 8 or data[:4] != MAGIC:
        raise InputError(f"{rule}; got {shown(bytes(data[:8]))}. Create it again.")
    length = struct.unpack_from("<I", data, 4)[0]
    start = 8 + length
    if len(data) < start:
        raise InputError(f"{rule}; got {len(data):,} bytes, fewer than its header. Create it again.")
    header = json.loads(data[8:start])
    if header["version"] != VERSION:
        raise InputError(f"{rule}; got version {shown(header['version'])}. Create it again.")
    if header["bytes"] != len(data):
        raise InputError(f"{rule}; got {len(data):,} bytes of {header['bytes']:,}. Create it again.")
    if header["crc32"] != zlib.crc32(memoryview(data)[start:]):
        raise InputError(f"{rule}; got one that was damaged on its way. Create it again.")
    arrays = {
        name: np.frombuffer(
            data, _DTYPES[found["dtype"]], int(np.prod(found["shape"], dtype=np.int64)), start + found["start"]
        ).reshape(found["shape"])
        for name, found in header["arrays"].items()
    }
    return Part(header, arrays)


def token_arrays(tokens: Tokens) -> dict[str, np.ndarray]:
    """Encode a document's text, offsets, pieces, blocks and sentences as arrays.

    Characters are counted in UTF-16 code units, as JavaScript does. Lone surrogates become U+FFFD.

    Args:
        tokens: The tokenized document.

    Returns:
        The arrays by name.
    """
    units = np.fromiter(map(_is_wide, tokens.text), bool, len(tokens.text))
    before = np.zeros(len(units) + 1, np.int32)
    np.cumsum(units, out=before[1:])
    offsets = np.array(tokens.offsets, np.int32).reshape(-1, 2)
    blocks = block_table(tokens).copy()
    blocks[:, :2] += before[blocks[:, :2]]
    return {
        "text": _utf8(tokens.text),
        "offsets": offsets + before[offsets],
        "pieces": _utf8(json.dumps([whole_text(piece) for piece in tokens.pieces], ensure_ascii=False)),
        "blocks": blocks,
        "sentences": sentence_table(tokens),
    }


def _is_wide(character: str) -> bool:
    return character > "\uffff"


def whole_text(text: str) -> str:
    """Return `text` with U+FFFD for each lone surrogate, which UTF-8 cannot encode."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace") if _is_torn(text) else text


def _is_torn(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _utf8(text: str) -> np.ndarray:
    return np.frombuffer(whole_text(text).encode(), np.uint8)
