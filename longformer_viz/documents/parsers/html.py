"""The text of an HTML page."""

import re
from contextlib import suppress

from inscriptis import Inscriptis
from inscriptis.css_profiles import STRICT_CSS_PROFILE
from inscriptis.model.config import ParserConfig
from lxml import etree, html

from longformer_viz.documents.contract import ReadDocument, ReadOptions
from longformer_viz.documents.decoding import decoded_unicode
from longformer_viz.documents.limits import Limits


def read(data: bytes, limits: Limits, options: ReadOptions) -> ReadDocument:
    """Return the title and the visible text of an HTML page."""
    text = decoded_unicode(data)
    if text is not None:  # else its encoding may be one that only the page itself declares
        data = text.encode()
    # Without huge_tree, libxml2 silently drops a text of more than 10 MB.
    parser = html.HTMLParser(encoding=html_encoding(data), huge_tree=True)
    try:
        tree = html.document_fromstring(data, parser=parser)
    except etree.ParserError:  # nothing but comments and spaces
        return ReadDocument("")
    unseen = ("script", "style", "noscript", "template", etree.Comment, etree.ProcessingInstruction)
    etree.strip_elements(tree, *unseen, with_tail=False)
    title = " ".join((tree.findtext("head/title") or "").split())
    body = Inscriptis(tree, ParserConfig(css=STRICT_CSS_PROFILE)).get_text().strip()
    return ReadDocument(body if body.startswith(title) else f"{title}\n\n{body}")


def html_encoding(data: bytes) -> str | None:
    """The encoding to read a page in; None leaves it to the page's own declaration."""
    with suppress(UnicodeDecodeError):
        data.decode("utf-8")
        return "utf-8"
    return None if re.search(rb"charset|encoding", data[:4096], re.IGNORECASE) else "windows-1252"
