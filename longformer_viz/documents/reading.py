"""Read an upload in any file format."""

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


def read_document(
    name: str,
    data: bytes,
    options: ReadOptions = ReadOptions(),  # noqa: B008
    most_seconds: float | None = None,
) -> ReadDocument:
    """Read an uploaded file.

    Formats that need a parser are read in a child process under `limits.LIMITS`.

    Args:
        name: The file's name. Its ending states the format.
        data: The file's bytes, at most `MAX_UPLOAD_BYTES`.
        options: What to leave out and what to recognize.
        most_seconds: A lower limit on the time of a parser, in seconds; None for that of `limits.LIMITS`.

    Returns:
        The text as `clean_text` returns it, and notes about what was moved, left out or could not be read.

    Raises:
        PicturePagesError: If all pages are images. `ReadOptions.recognize_pictures` may read them.
        InputError: If the file is too large, empty, damaged, locked, or has another format than its name states. The
            message never contains the file's content.
    """
    if len(data) > MAX_UPLOAD_BYTES:
        raise InputError(
            f"A file may have at most {MAX_UPLOAD_BYTES // MEGABYTE} MB; {shown(name)} has "
            f"{len(data) / MEGABYTE:,.1f} MB. Split it, or paste only the part that you need."
        )
    if not data:
        return ReadDocument(clean_text(""))  # It raises the error for an empty document.
    parser = format_of(name, data).parser
    if parser is None:
        found = decode(data)
        return ReadDocument(clean_text("" if found is None else found.text), () if found is None else found.notes)
    document = parse(parser, name, data, options, most_seconds)
    return ReadDocument(clean_text(document.text), document.notes, document.picture_pages, document.running_headers)


def read_upload(name: str, data: bytes) -> str:
    """Read a file with default options, and return only its text.

    Args:
        name: The file's name. Its ending states the format.
        data: The file's bytes.

    Returns:
        The text.

    Raises:
        InputError: If `read_document` raises it.
    """
    return read_document(name, data).text
