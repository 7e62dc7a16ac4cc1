"""The table of file formats: their file endings, the content they require and their parsers."""

from dataclasses import dataclass

from longformer_viz.documents.content import (
    ARCHIVE,
    EPUB,
    HTML,
    IMAGE,
    LOCKED_OFFICE,
    OLD_OFFICE,
    OPEN_DOCUMENT,
    PDF,
    PLAIN_TEXT,
    PROGRAM,
    RICH_TEXT,
    SUBMISSION,
    UNKNOWN,
    WORD_DOCUMENT,
    content_of,
)
from longformer_viz.spec import InputError, shown


@dataclass(frozen=True, slots=True)
class Format:
    """A file format.

    Attributes:
        endings: The endings of its file names, without the dot.
        content: The content that its files must have, as a message names it.
        parser: Module of `documents.parsers` that reads it in a child process. None if decoding is enough.
        accepted: Other contents that such a file may have.
    """

    endings: tuple[str, ...]
    content: str
    parser: str | None
    accepted: tuple[str, ...] = ()


FORMATS = (
    Format(("txt",), PLAIN_TEXT, None, accepted=(HTML, SUBMISSION)),
    Format(("md", "markdown"), PLAIN_TEXT, "markdown", accepted=(HTML,)),
    Format(("pdf",), PDF, "pdf"),
    Format(("docx", "docm"), WORD_DOCUMENT, "word"),
    Format(("html", "htm", "xhtml"), HTML, "html", accepted=(PLAIN_TEXT,)),
    Format(("rtf",), RICH_TEXT, "rich_text"),
    Format(("odt",), OPEN_DOCUMENT, "open_document"),
    Format(("epub",), EPUB, "epub"),
    Format(("eml",), "an e-mail", "mail", accepted=(PLAIN_TEXT, HTML)),
)
_SUBMISSION = Format((), SUBMISSION, "edgar")
_BY_ENDING = {ending: kind for kind in FORMATS for ending in kind.endings}
NAME_ENDINGS = tuple(_BY_ENDING)
"""The endings of the files that can be read, without the dot."""
_DOTTED = [f".{ending}" for ending in NAME_ENDINGS]
ENDINGS = f"{', '.join(_DOTTED[:-1])} or {_DOTTED[-1]}"

CURES = {
    PLAIN_TEXT: "Rename it to end in .txt.",
    HTML: "Rename it to end in .html.",
    PDF: "Rename it to end in .pdf.",
    WORD_DOCUMENT: "Rename it to end in .docx.",
    OLD_OFFICE: "Open it in a word processor and save it as .docx.",
    LOCKED_OFFICE: "Open it in a word processor and save it as .docx without a password.",
    RICH_TEXT: "Rename it to end in .rtf.",
    OPEN_DOCUMENT: "Rename it to end in .odt.",
    EPUB: "Rename it to end in .epub.",
    SUBMISSION: "Rename it to end in .txt.",
    IMAGE: "Run text recognition (OCR) on it and upload the text.",
    ARCHIVE: "Unpack it and upload the document inside.",
    PROGRAM: "Upload a document.",
    UNKNOWN: f"Save the document as UTF-8 text or upload another format ({ENDINGS}).",
}


def format_of(name: str, data: bytes) -> Format:
    """Return the format that a file's name states, after checking that its bytes agree.

    Args:
        name: The file's name with its ending.
        data: The file's bytes.

    Returns:
        A row of `FORMATS`.

    Raises:
        InputError: If the ending is unknown, or the file has another content.
    """
    ending = name.rpartition(".")[2].strip().lower() if "." in name else ""
    promised = _BY_ENDING.get(ending)
    found = content_of(data)
    if promised is None:
        raise InputError(
            f"A file name must end in {ENDINGS}; {shown(name)} does not, and the file contains {found}. "
            f"{CURES[found]}"
        )
    if not _keeps(promised, found, data):
        raise InputError(
            f"A .{ending} file must contain {promised.content}; {shown(name)} contains {found}. {CURES[found]}"
        )
    return _SUBMISSION if found == SUBMISSION else promised


def _keeps(promised: Format, found: str, data: bytes) -> bool:
    if found == promised.content or found in promised.accepted:
        return True
    if promised.content == PDF:  # PDF readers allow a few bytes before the header.
        return b"%PDF-" in data[:1024]
    # A page may have an encoding that only the page itself declares.
    return promised.content == HTML and found == UNKNOWN and b"\0" not in data
