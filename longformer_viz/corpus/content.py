"""Read the text of one document where it is, and tell documents apart by their content."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from longformer_viz.corpus.finding.archives import member_bytes
from longformer_viz.corpus.sources import FAULT, FILE, MEMBER, ROW, Reference
from longformer_viz.corpus.tables import row_text
from longformer_viz.documents.cleaning import clean_text
from longformer_viz.documents.limits import MAX_UPLOAD_BYTES
from longformer_viz.documents.reading import read_document
from longformer_viz.paths import read_regular
from longformer_viz.spec import InputError


@dataclass(frozen=True, slots=True)
class Content:
    """The text of a document.

    Attributes:
        text: The text.
        notes: How it was read, in full sentences.
    """

    text: str
    notes: tuple[str, ...] = ()


def content_key(reference: Reference) -> str:
    """Return the SHA-256 of a document's bytes, and of its own questions; equal documents are examined once.

    A document that cannot be read has a key of its name and its fault.

    Args:
        reference: Where the document is.
    """
    digest = hashlib.sha256()
    try:
        if reference.kind in (FILE, MEMBER):
            digest.update(_bytes(reference))
            digest.update(Path(reference.name).suffix.lower().encode())  # It states the format.
        elif reference.kind == FAULT:
            raise InputError(reference.path)
        else:
            digest.update(_row_or_text(reference).encode("utf-8", "surrogatepass"))
    except Exception as fault:  # Whatever it is, the examination states it in the document's row.
        digest.update(repr((reference.name, str(fault))).encode("utf-8", "surrogatepass"))
    if reference.asked or reference.label is not None:
        own = repr([(asked.question, asked.answers) for asked in reference.asked] + [reference.label])
        digest.update(own.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def read_content(reference: Reference) -> Content:
    """Read a document.

    Args:
        reference: Where it is.

    Raises:
        InputError: If it cannot be read, with the reason.
    """
    if reference.kind == FAULT:
        raise InputError(reference.path)
    if reference.kind not in (FILE, MEMBER):
        return Content(clean_text(_row_or_text(reference)))
    read = read_document(reference.name.rsplit("/", 1)[-1], _bytes(reference))
    return Content(read.text, read.notes)


def _bytes(reference: Reference) -> bytes:
    if reference.kind == MEMBER:
        return member_bytes(reference.path, int(reference.part))
    return read_regular(reference.path, MAX_UPLOAD_BYTES, "A document")


def _row_or_text(reference: Reference) -> str:
    return row_text(reference.path, reference.part) if reference.kind == ROW else reference.path
