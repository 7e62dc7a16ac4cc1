"""From an upload to a document's text: the one entrance for all file formats."""

from longformer_viz.documents.child import parse
from longformer_viz.documents.cleaning import clean_text
from longformer_viz.documents.contract import ReadDocument, ReadOptions
from longformer_viz.documents.decoding import decode
from longformer_viz.documents.formats import format_of
from longformer_viz.documents.limits import MAX_UPLOAD_BYTES, MEGABYTE
from longformer_viz.documents.recognition import ocr_is_available
from longformer_viz.documents.refusals import PicturePagesError
from longformer_viz.spec import InputError, shown

__all__ = [
    "PicturePagesError",
    "ReadDocument",
    "ReadOptions",
    "clean_text",
    "ocr_is_available",
    "read_document",
    "read_upload",
]


def read_document(name: str, data: bytes, options: ReadOptions = ReadOptions()) -> ReadDocument:  # noqa: B008
    """Read an uploaded file.

    Formats that need a parser are read in a child process under `limits.LIMITS`.

    Args:
        name: The file's name, whose ending says how to read it.
        data: The file, at most `MAX_UPLOAD_BYTES`.
        options: What to leave out and what to recognize.

    Returns:
        The text as `clean_text` leaves it, and notes about what was moved, left out or could not be read.

    Raises:
        PicturePagesError: All pages are pictures; `ReadOptions.recognize_pictures` may read them.
        InputError: The file is too large, empty, damaged, locked or not what its name says; the message
            never holds the file's content.
    """
    if len(data) > MAX_UPLOAD_BYTES:
        raise InputError(
            f"A file may have at most {MAX_UPLOAD_BYTES // MEGABYTE} MB; {shown(name)} has "
            f"{len(data) / MEGABYTE:,.1f} MB. Split it, or paste only the part that you need."
        )
    if not data:
        return ReadDocument(clean_text(""))  # which says what is wrong with it
    parser = format_of(name, data).parser
    if parser is None:
        found = decode(data)
        return ReadDocument(clean_text("" if found is None else found.text), () if found is None else found.notes)
    document = parse(parser, name, data, options)
    return ReadDocument(clean_text(document.text), document.notes, document.picture_pages, document.running_headers)


def read_upload(name: str, data: bytes) -> str:
    """Return only the text of `read_document` with default options."""
    return read_document(name, data).text
