"""The text of a Markdown file, with its HTML tags removed."""

from longformer_viz.documents.contract import ProblemError, ReadDocument, ReadOptions
from longformer_viz.documents.decoding import decode
from longformer_viz.documents.limits import Limits
from longformer_viz.documents.parsers.markdown_tags import without_tags


def read(data: bytes, limits: Limits, options: ReadOptions) -> ReadDocument:
    """Return Markdown as written, but without HTML tags, comments, scripts and styles outside code."""
    found = decode(data)
    if found is None:
        raise ProblemError("damaged")
    text = without_tags(found.text)
    return ReadDocument(text, (*found.notes, *(() if text == found.text else ("HTML tags were left out.",))))
