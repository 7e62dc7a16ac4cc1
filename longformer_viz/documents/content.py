"""What a file holds, judged by its bytes whatever its name says."""

from longformer_viz.documents.decoding import decoded

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


def content_of(data: bytes) -> str:
    """Return what the bytes hold, as a message names it: one of the constants of this module."""
    for signature, content in SIGNATURES:
        if data.startswith(signature):
            return content
    if data.startswith(b"PK\x03\x04"):
        return WORD_DOCUMENT if b"[Content_Types].xml" in data and b"word/" in data else ARCHIVE
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return LOCKED_OFFICE if "EncryptedPackage".encode("utf-16-le") in data else OLD_OFFICE
    text = decoded(data)
    if text is None:
        return UNKNOWN
    return HTML if text[:1024].lstrip().lower().startswith(("<!doctype html", "<html")) else PLAIN_TEXT
