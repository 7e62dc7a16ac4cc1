"""The text of a PDF."""

from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import LimitReachedError

from longformer_viz.documents.contract import ProblemError, ReadDocument, ReadOptions
from longformer_viz.documents.limits import Limits


def read(data: bytes, limits: Limits, options: ReadOptions) -> ReadDocument:
    """Return the text of a PDF, its pages separated by a blank line."""
    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise ProblemError("encrypted")
    try:
        pages = [page.extract_text().strip() for page in reader.pages]
    except LimitReachedError:
        raise ProblemError("too_big") from None
    if not any(pages):
        raise ProblemError("no_text", pages=len(pages))
    return ReadDocument("\n\n".join(page for page in pages if page))
