"""From the bytes of a text file to its characters, in whatever encoding they are."""

import codecs
import re
from dataclasses import dataclass

from longformer_viz.documents.cleaning import CONTROL

BYTE_ORDER_MARKS = (  # UTF-32 first: its little-endian mark begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)
REPLACEMENT = "\ufffd"
_SAMPLED_BYTES = 100_000
_GOOD_FOR_EACH_BAD = 10  # an encoding stands if it reads this many special characters for each one it cannot
# What Western texts have beyond ASCII; other languages' encodings put their letters at other characters as well.
_WESTERN = set("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûüÿŒœŠšŽž“”‘’‚„–—…€•§°£©®™«»¿¡·½¼×\xa0\xad†ªº‹›")
_NAMES = {
    "koi8_r": "KOI8-R", "koi8_u": "KOI8-U", "cp932": "Shift JIS",
    "gb18030": "GB18030", "big5": "Big5", "cp949": "EUC-KR",
    "utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "mac_roman": "Mac Roman",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's characters, and what a reader should know about how they were found."""

    text: str
    notes: tuple[str, ...] = ()


def decode(data: bytes, declared: str | None = None) -> Decoded | None:
    """Decode a text file.

    Args:
        data: The file.
        declared: Python's name of the encoding that the file names for itself, such as a page's charset.

    Returns:
        The text, with a note where the encoding was guessed or does not fit; None where the bytes are no text.
    """
    found = _decode(data, declared)
    if found is None or "\0" in found.text:
        return None
    controls = len(found.text) - len(CONTROL.sub("", found.text))
    return found if controls <= len(found.text) / 20 else None  # a log with coloured lines has some


def decoded(data: bytes) -> str | None:
    """Return only the text of `decode`."""
    found = decode(data)
    return None if found is None else found.text


def encoding_name(encoding: str) -> str:
    """Return the name of an encoding as a reader knows it: Windows-1251, KOI8-R."""
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
    """UTF-16 without its mark: every other byte of Western text is 0."""
    pairs = len(data) // 2
    for encoding, zeros in (("utf-16-le", data[1::2]), ("utf-16-be", data[0::2])):
        text = _strict(data, encoding) if zeros.count(0) > pairs / 2 else None
        if text is not None and not CONTROL.search(text):
            return Decoded(text, ("The file does not name its encoding. It was read as UTF-16, which is a guess.",))
    return None


def _with_replacements(data: bytes, encoding: str) -> Decoded | None:
    """The text in an encoding that fits but for a few bytes; None where it does not fit."""
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
    """The likeliest encoding of bytes that are no UTF-8, judged by the lines that have more than ASCII."""
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
    # The old Macintosh's encodings differ in a few letters; a guess among them is not safe.
    return "mac_roman" if best.encoding.startswith("mac_") and "cyrillic" not in best.encoding else best.encoding


def _is_western(sample: bytes) -> bool:
    text = sample.decode("cp1252", "replace")
    high = [character for character in text if character > "\x7f"]
    letters = sum(map(str.isalpha, text))
    return set(high) <= _WESTERN and sum(map(str.isalpha, high)) <= max(1, letters / 3)
