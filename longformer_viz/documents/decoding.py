"""From the bytes of a text file to its characters."""

import codecs

from longformer_viz.documents.cleaning import CONTROL

BYTE_ORDER_MARKS = (  # UTF-32 first: its little-endian mark begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)


def decoded(data: bytes) -> str | None:
    """Return the bytes as text in UTF-8, UTF-16, UTF-32 or, if they read like it, Windows-1252; else None."""
    text = decoded_unicode(data)
    if text is None and byte_order_mark(data) is None:
        text = _decoded_western(data)
    if text is None or "\0" in text:
        return None
    controls = len(text) - len(CONTROL.sub("", text))
    return text if controls <= len(text) / 20 else None  # a log with coloured lines has some


def decoded_unicode(data: bytes) -> str | None:
    """Return the bytes as text in the encoding of their byte order mark, UTF-8 without one; None if they are not."""
    try:
        return data.decode(byte_order_mark(data) or "utf-8")
    except UnicodeDecodeError:
        return None


def byte_order_mark(data: bytes) -> str | None:
    """Return the encoding that the byte order mark names, or None without a mark."""
    return next((encoding for mark, encoding in BYTE_ORDER_MARKS if data.startswith(mark)), None)


def _decoded_western(data: bytes) -> str | None:
    # Every other script fills its single-byte encodings with high bytes; Western text has few.
    high_bytes = len(data.translate(None, bytes(range(128))))
    if high_bytes > max(20, len(data) * 0.3):
        return None
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return None
