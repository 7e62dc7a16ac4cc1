"""From an upload or a paste to a document's text; the formats that need a parser go to a child process."""

import codecs
import json
import re
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import NoReturn

from longformer_viz.spec import InputError, shown

MEGABYTE = 2**20
MAX_UPLOAD_BYTES = 25 * MEGABYTE
MAX_CHARACTERS = 2_000_000
MAX_UNPACKED_BYTES = 200 * MEGABYTE  # of a .docx, which is a ZIP archive
MAX_ENTRIES = 5_000  # files inside a .docx
PARSE_SECONDS = 60
PARSE_BYTES = 1024 * MEGABYTE

PARSER = Path(__file__).with_name("parser.py")

KINDS = {"txt": "text", "md": "text", "pdf": "pdf", "docx": "docx", "html": "html", "htm": "html"}
ENDINGS = ".txt, .md, .pdf, .docx, .html or .htm"

PLAIN_TEXT = "plain text"
HTML = "HTML"
PDF = "a PDF"
WORD_DOCUMENT = "a Word document"
OLD_OFFICE = "an Office document of the old format"
LOCKED_OFFICE = "an Office document under a password"
RICH_TEXT = "rich text (RTF)"
IMAGE = "an image"
ARCHIVE = "a compressed archive"
PROGRAM = "a program"
UNKNOWN = "no text in UTF-8, UTF-16 or Windows-1252"

EXPECTED = {"text": PLAIN_TEXT, "pdf": PDF, "docx": WORD_DOCUMENT, "html": HTML}
SIGNATURES = (
    (b"%PDF-", PDF),
    (b"{\\rtf", RICH_TEXT),
    (b"\x89PNG\r\n\x1a\n", IMAGE),
    (b"\xff\xd8\xff", IMAGE),
    (b"GIF87a", IMAGE),
    (b"GIF89a", IMAGE),
    (b"PK\x05\x06", ARCHIVE),
    (b"\x1f\x8b", ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (b"Rar!\x1a\x07", ARCHIVE),
    (b"\x7fELF", PROGRAM),
)
CURES = {
    PLAIN_TEXT: "Rename it to end in .txt.",
    HTML: "Rename it to end in .html.",
    PDF: "Rename it to end in .pdf.",
    WORD_DOCUMENT: "Rename it to end in .docx.",
    OLD_OFFICE: "Open it in its own program and save it as .docx.",
    LOCKED_OFFICE: "Open it in its own program and save it as .docx without a password.",
    RICH_TEXT: "Open it in a word processor and save it as .docx.",
    IMAGE: "Run text recognition (OCR) over it and upload the text.",
    ARCHIVE: "Unpack it and upload the document inside.",
    PROGRAM: "Upload a document.",
    UNKNOWN: f"Save the document as UTF-8 text or upload another format ({ENDINGS}).",
}

BYTE_ORDER_MARKS = (  # UTF-32 first: its little-endian mark begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)
LINE_END = re.compile("\r\n|[\r\v\f\x85]")
CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
SURROGATE = re.compile("[\ud800-\udfff]")


def clean_text(text: str) -> str:
    """`text` with Unix line ends and without what no reader can see and no tokenizer should get.

    Carriage returns, form feeds, vertical tabs and next-line characters become line ends; other control
    characters but tab go; a lone half of a surrogate pair becomes U+FFFD. All else stays as it is:
    emoji, right-to-left text, zero-width characters, markup.

    Raises InputError where no visible character is left, or more than `MAX_CHARACTERS` characters.
    """
    text = LINE_END.sub("\n", text)
    text = CONTROL.sub("", text)
    if SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if len(text) > MAX_CHARACTERS:
        _refuse_length(len(text))
    if not any(map(_is_visible, text)):
        raise InputError(
            f"The document is empty: it must have at least one visible character; got {shown(text)}. "
            "Paste some text, or choose another document."
        )
    return text


def read_upload(name: str, data: bytes) -> str:
    """The text of an uploaded .txt, .md, .pdf, .docx, .html or .htm file, as `clean_text` leaves it.

    name: the file's name, whose ending says how to read it. data: the file, at most `MAX_UPLOAD_BYTES`.
    Parsing takes at most `PARSE_SECONDS` and `PARSE_BYTES` of memory, in a process of its own.

    Raises InputError where the file is too large, empty, damaged, locked or not what its name says; the
    message never holds the file's content.
    """
    if len(data) > MAX_UPLOAD_BYTES:
        raise InputError(
            f"A file may have at most {MAX_UPLOAD_BYTES // MEGABYTE} MB; {shown(name)} has "
            f"{len(data) / MEGABYTE:,.1f} MB. Split it, or paste the part you want to look at."
        )
    if not data:
        return clean_text("")  # which says what is wrong with it
    ending = name.rpartition(".")[2].strip().lower() if "." in name else ""
    kind = KINDS.get(ending)
    found = _content(data)
    if kind is None:
        raise InputError(
            f"A file's name must end in {ENDINGS}; {shown(name)} does not, and holds {found}. {CURES[found]}"
        )
    if kind == "text" and found in (PLAIN_TEXT, HTML):
        return clean_text(_decoded(data) or "")
    if kind == "html" and (found in (PLAIN_TEXT, HTML) or (found == UNKNOWN and b"\0" not in data)):
        text = _decoded_unicode(data)  # else its encoding may be one that only the page itself declares
        return clean_text(_parsed(kind, name, data if text is None else text.encode()))
    if found == EXPECTED[kind] or (kind == "pdf" and b"%PDF-" in data[:1024]):
        return clean_text(_parsed(kind, name, data))
    raise InputError(f"A .{ending} file must hold {EXPECTED[kind]}; {shown(name)} holds {found}. {CURES[found]}")


def _refuse_length(characters: int) -> NoReturn:
    raise InputError(
        f"A document may have at most {MAX_CHARACTERS:,} characters; got {characters:,}. "
        "Split it, or keep the part you want to look at."
    )


def _is_visible(character: str) -> bool:
    # Unassigned characters count: newer emoji are unknown to an older Python.
    category = unicodedata.category(character)
    return category[0] in "LNPS" or category in ("Mc", "Co", "Cn")


def _content(data: bytes) -> str:
    """What the bytes are, whatever the file's name says: a key of `CURES`."""
    for signature, content in SIGNATURES:
        if data.startswith(signature):
            return content
    if data.startswith(b"PK\x03\x04"):
        return WORD_DOCUMENT if b"[Content_Types].xml" in data and b"word/" in data else ARCHIVE
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return LOCKED_OFFICE if "EncryptedPackage".encode("utf-16-le") in data else OLD_OFFICE
    text = _decoded(data)
    if text is None:
        return UNKNOWN
    return HTML if text[:1024].lstrip().lower().startswith(("<!doctype html", "<html")) else PLAIN_TEXT


def _decoded(data: bytes) -> str | None:
    """The bytes as text in UTF-8, UTF-16, UTF-32 or, if they read like it, Windows-1252; else None."""
    text = _decoded_unicode(data)
    if text is None and _byte_order_mark(data) is None:
        text = _decoded_western(data)
    if text is None or "\0" in text:
        return None
    controls = len(text) - len(CONTROL.sub("", text))
    return text if controls <= len(text) / 20 else None  # a log with coloured lines has some


def _byte_order_mark(data: bytes) -> str | None:
    return next((encoding for mark, encoding in BYTE_ORDER_MARKS if data.startswith(mark)), None)


def _decoded_unicode(data: bytes) -> str | None:
    try:
        return data.decode(_byte_order_mark(data) or "utf-8")
    except UnicodeDecodeError:
        return None


def _decoded_western(data: bytes) -> str | None:
    # Every other script fills its single-byte encodings with high bytes; Western text has few.
    high_bytes = len(data.translate(None, bytes(range(128))))
    if high_bytes > max(20, len(data) * 0.3):
        return None
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return None


def _parsed(kind: str, name: str, data: bytes) -> str:
    """The text that the child process finds in a file."""
    limits = {
        "seconds": PARSE_SECONDS,
        "memory_bytes": PARSE_BYTES,
        "unpacked_bytes": MAX_UNPACKED_BYTES,
        "entries": MAX_ENTRIES,
        "characters": MAX_CHARACTERS,
    }
    command = [sys.executable, "-I", str(PARSER), kind, json.dumps(limits)]
    try:
        child = subprocess.run(
            command, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=PARSE_SECONDS
        )
        answer = json.loads(child.stdout)
    except subprocess.TimeoutExpired:
        answer = {"problem": "slow"}
    except ValueError:  # it died, and wrote nothing or half an answer
        answer = {"problem": "stopped"}
    if "text" in answer:
        return answer["text"]
    _refuse(answer, name)


def _refuse(answer: dict, name: str) -> NoReturn:
    file = shown(name)
    match answer["problem"]:
        case "encrypted":
            raise InputError(
                f"A document must open without a password; {file} asks for one. "
                "Save a copy without it and upload that."
            )
        case "no_text":
            raise InputError(
                f"A PDF must hold text, not only pictures of it; {file} has none on its {answer['pages']:,} "
                "pages. Run text recognition (OCR) over it, or paste the text."
            )
        case "too_big":
            raise InputError(
                f"A document may unpack to at most {MAX_UNPACKED_BYTES // MEGABYTE:,} MB in {MAX_ENTRIES:,} "
                f"parts and take {PARSE_BYTES // MEGABYTE:,} MB of memory; {file} goes beyond that. "
                "Split it, or paste the text."
            )
        case "too_long":
            _refuse_length(answer["characters"])
        case "slow":
            raise InputError(
                f"A document must be readable within {PARSE_SECONDS} seconds; {file} was not. "
                "Split it, or paste the text."
            )
        case "missing":
            raise ImportError(f"Package {answer['module']} is missing; run pip install -r requirements.txt.")
    raise InputError(
        f"A document must be readable from start to end; {file} is damaged or cut short. "
        "Open it in its own program and save it again, or paste the text."
    )
