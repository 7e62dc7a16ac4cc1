"""The text of a Markdown file, without its HTML tags."""

from longformer_viz.documents.contract import ProblemError, ReadDocument, ReadOptions
from longformer_viz.documents.decoding import decode
from longformer_viz.documents.limits import Limits
from longformer_viz.documents.parsers.markdown_tags import without_tags


def read(data: bytes, limits: Limits, options: ReadOptions) -> ReadDocument:
    """Read Markdown as written, without the HTML tags, comments, scripts and styles outside code.

    The parameters are those of `contract.Parser`.
    """
    found = decode(data)
    if found is None:
        raise ProblemError("damaged")
    text = without_tags(found.text)
    return ReadDocument(text, (*found.notes, *(() if text == found.text else ("HTML tags were left out.",))))
