"""The content of a file, detected from its bytes and not from its name."""

from longformer_viz.documents.decoding import decoded

PLAIN_TEXT = "plain text"
HTML = "HTML"
PDF = "a PDF"
WORD_DOCUMENT = "a Word document"
OLD_OFFICE = "an old Office document, such as .doc"
LOCKED_OFFICE = "a password-protected Office document"
RICH_TEXT = "rich text (RTF)"
IMAGE = "an image"
ARCHIVE = "a compressed archive"
PROGRAM = "a program"
OPEN_DOCUMENT = "an OpenDocument text"
EPUB = "an EPUB book"
SUBMISSION = "an EDGAR submission"
UNKNOWN = "no text in a known encoding"

_OPEN_DOCUMENT_TYPE = b"mimetypeapplication/vnd.oasis.opendocument.text"
_EPUB_TYPE = b"mimetypeapplication/epub+zip"

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
    """Detect the content of a file.

    Args:
        data: The file's bytes.

    Returns:
        One of the constants of this module, which messages quote.
    """
    for signature, content in SIGNATURES:
        if data.startswith(signature):
            return content
    if data.startswith(b"PK\x03\x04"):
        return _archive(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return LOCKED_OFFICE if "EncryptedPackage".encode("utf-16-le") in data else OLD_OFFICE
    text = decoded(data)
    if text is None:
        return UNKNOWN
    start = text[:1024].lstrip().lower()
    if start.startswith(("<sec-document>", "<sec-header>", "<submission>")):
        return SUBMISSION
    return HTML if start.startswith(("<!doctype html", "<html")) else PLAIN_TEXT


def _archive(data: bytes) -> str:
    """Return the content of a ZIP archive, from its part names and the type that some archives state first."""
    if b"[Content_Types].xml" in data and b"word/" in data:
        return WORD_DOCUMENT
    if _OPEN_DOCUMENT_TYPE in data[:200]:
        return OPEN_DOCUMENT
    is_book = _EPUB_TYPE in data[:200] or b"META-INF/container.xml" in data
    return EPUB if is_book else ARCHIVE
