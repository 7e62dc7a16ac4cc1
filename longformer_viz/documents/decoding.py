"""Decode the bytes of a text file, in any common encoding."""

import codecs
import re
from dataclasses import dataclass

from longformer_viz.documents.cleaning import CONTROL

BYTE_ORDER_MARKS = (  # UTF-32 comes first, because its little-endian mark starts with UTF-16's.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)
REPLACEMENT = "\ufffd"
_SAMPLED_BYTES = 100_000
_GOOD_FOR_EACH_BAD = 10  # Fewest decodable special characters for each one that is not, in a fitting encoding.
# Characters of Western texts beyond ASCII. Encodings of other languages have letters at other codes as well.
_WESTERN = set("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûüÿŒœŠšŽž“”‘’‚„–—…€•§°£©®™«»¿¡·½¼×\xa0\xad†ªº‹›")
_NAMES = {
    "koi8_r": "KOI8-R", "koi8_u": "KOI8-U", "cp932": "Shift JIS",
    "gb18030": "GB18030", "big5": "Big5", "cp949": "EUC-KR",
    "utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "mac_roman": "Mac Roman",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decoded:
    """The characters of a file, with notes about how they were decoded.

    Attributes:
        text: The characters.
        notes: Full sentences, such as that the encoding was guessed.
    """

    text: str
    notes: tuple[str, ...] = ()


def decode(data: bytes, declared: str | None = None) -> Decoded | None:
    """Decode a text file.

    Args:
        data: The file's bytes.
        declared: Python's name of the encoding that the file declares, such as a page's charset.

    Returns:
        The text, with a note if the encoding was guessed or does not fit. None if the bytes are not text.
    """
    found = _decode(data, declared)
    if found is None or "\0" in found.text:
        return None
    controls = len(found.text) - len(CONTROL.sub("", found.text))
    return found if controls <= len(found.text) / 20 else None  # A log with coloured lines has some.


def decoded(data: bytes) -> str | None:
    """Decode `data` as `decode` does, and return only the text."""
    found = decode(data)
    return None if found is None else found.text


def encoding_name(encoding: str) -> str:
    """Return the common name of an `encoding`, such as Windows-1251 or KOI8-R."""
    return _NAMES.get(encoding) or re.sub("^cp(?=125)", "Windows-", encoding).replace("_", "-")


def _decode(data: bytes, declared: str | None) -> Decoded | None:
    mark = next((encoding for mark, encoding in BYTE_ORDER_MARKS if data.startswith(mark)), None)
    if mark is not None:
        text = _strict(data, mark)
        return None if text is None else Decoded(text)
    if b"\0" in data:
        return _without_mark(data)
    for encoding in filter(None, ("utf-8", declared)):
        text = _strict(data, encoding)
        if text is not None:
            return Decoded(text)
    for encoding in filter(None, (declared, "utf-8")):
        found = _with_replacements(data, encoding)
        if found is not None:
            return found
    guess = _guess(data)
    if guess is None:
        return None
    name = encoding_name(guess)
    if declared is None:
        note = f"The file does not name its encoding. It was read as {name}, which is a guess."
    else:
        says = encoding_name(declared)
        note = f"The file says its encoding is {says}, which does not fit. It was read as {name}, which is a guess."
    text = data.decode(guess, "replace")
    return Decoded(text, (note, *_replacement_notes(text, guess)))


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _without_mark(data: bytes) -> Decoded | None:
    """Decode UTF-16 without a byte order mark, detected by every second byte of Western text being 0."""
    pairs = len(data) // 2
    for encoding, zeros in (("utf-16-le", data[1::2]), ("utf-16-be", data[0::2])):
        text = _strict(data, encoding) if zeros.count(0) > pairs / 2 else None
        if text is not None and not CONTROL.search(text):
            return Decoded(text, ("The file does not name its encoding. It was read as UTF-16, which is a guess.",))
    return None


def _with_replacements(data: bytes, encoding: str) -> Decoded | None:
    """Decode in an encoding that fits except for a few bytes; None if it does not fit."""
    try:
        text = data.decode(encoding, "replace")
    except LookupError:
        return None
    bad = text.count(REPLACEMENT)
    good = sum(character > "\x7f" for character in text) - bad
    return Decoded(text, _replacement_notes(text, encoding)) if good >= bad * _GOOD_FOR_EACH_BAD else None


def _replacement_notes(text: str, encoding: str) -> tuple[str, ...]:
    bad = text.count(REPLACEMENT)
    if bad == 0:
        return ()
    characters, are = ("1 character", "is") if bad == 1 else (f"{bad:,} characters", "are")
    return (f"{characters} could not be decoded as {encoding_name(encoding)} and {are} shown as �.",)


def _guess(data: bytes) -> str | None:
    """Guess the encoding of bytes that are not UTF-8, from the lines with characters beyond ASCII."""
    lines, size = [], 0
    for line in data.splitlines(keepends=True):
        if not line.isascii():
            lines.append(line[:_SAMPLED_BYTES])
            size += len(lines[-1])
            if size >= _SAMPLED_BYTES:
                break
    sample = b"".join(lines)
    if _is_western(sample):
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    if best is None:
        return None
    # The old Macintosh encodings differ in only a few letters, so a guess among them is unreliable.
    return "mac_roman" if best.encoding.startswith("mac_") and "cyrillic" not in best.encoding else best.encoding


def _is_western(sample: bytes) -> bool:
    text = sample.decode("cp1252", "replace")
    high = [character for character in text if character > "\x7f"]
    letters = sum(map(str.isalpha, text))
    return set(high) <= _WESTERN and sum(map(str.isalpha, high)) <= max(1, letters / 3)
