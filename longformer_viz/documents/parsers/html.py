"""The text of an HTML page."""

import re
from collections import Counter

from inscriptis import Inscriptis
from inscriptis.css_profiles import STRICT_CSS_PROFILE
from inscriptis.model.config import ParserConfig
from lxml import etree, html

from longformer_viz.documents.contract import ProblemError, ReadDocument, ReadOptions
from longformer_viz.documents.decoding import decode
from longformer_viz.documents.limits import Limits
from longformer_viz.documents.parsers.counts import left_out
from longformer_viz.documents.parsers.superscripts import superscript

_DECLARED = re.compile(
    rb"<meta\b[^<>]{0,500}?charset\s*=\s*[\"']?\s*([\w.:-]+)|^\s*<\?xml\b[^<>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)",
    re.IGNORECASE,
)
# The encodings that browsers use for these names.
_MEANT = {
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252",
    "ascii": "cp1252", "iso-8859-9": "cp1254", "shift_jis": "cp932", "x-sjis": "cp932",
    "gb2312": "gb18030", "gbk": "gb18030", "euc-kr": "cp949", "ks_c_5601-1987": "cp949",
    "utf-16": "utf-8", "utf8": "utf-8", "x-mac-cyrillic": "mac_cyrillic",
}  # fmt: skip
_NO_CHARSETS = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7", "mbcs", "oem"}
_END_TAG = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
_LINE_END = re.compile(r"(?<![ \t\xa0])[ \t\xa0]+$", re.MULTILINE)
_COLUMN_GAP = re.compile(r"(?<=\S) {3,}")
_INDENT = re.compile(r"^ {9,}", re.MULTILINE)
_EMPTY_LINES = re.compile(r"\n{3,}")
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^<>]*\?>")
_UNSEEN = ("script", "style", "noscript", "template", "ix:header", "ix:hidden")
_STYLE = "translate(@style, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ ', 'abcdefghijklmnopqrstuvwxyz')"
_HIDDEN = etree.XPath(
    f"//body//*[@hidden or contains({_STYLE}, 'display:none') or contains({_STYLE}, 'visibility:hidden')]"
)


def read(data: bytes, limits: Limits, options: ReadOptions) -> ReadDocument:
    """Read the title and the visible text of an HTML page, with notes about its encoding and what was left out.

    The parameters are those of `contract.Parser`.
    """
    found = decode(data, declared_encoding(data))
    if found is None:
        raise ProblemError("damaged")
    text, tally = page_text(found.text)
    return ReadDocument(text, (*found.notes, *page_notes(tally)))


def declared_encoding(data: bytes) -> str | None:
    """Find the encoding that a page declares, anywhere in it.

    Args:
        data: The page's bytes.

    Returns:
        Python's name of the encoding, or None.
    """
    match = _DECLARED.search(data)
    if match is None:
        return None
    name = (match[1] or match[2]).decode("ascii", "replace").lower()
    return None if name.replace("-", "_") in _NO_CHARSETS else _MEANT.get(name, name)


def page_text(page: str) -> tuple[str, Counter[str]]:
    """Return the text that a browser shows of a page, its title first, and counts of what was left out.

    Args:
        page: HTML or XHTML.

    Returns:
        The text, and the number of hidden parts, pictures and embedded pages.
    """
    tally: Counter[str] = Counter()
    # Browsers show what follows the end tags of a page; libxml2 may lose it.
    page = _END_TAG.sub("", _XML_DECLARATION.sub("", page))
    # Without huge_tree, libxml2 silently drops a text of more than 10 MB.
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        tree = html.document_fromstring(page.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:  # The page has only comments and white space.
        return "", tally
    title = " ".join((tree.findtext("head/title") or "").split())
    etree.strip_elements(tree, *_UNSEEN, etree.Comment, etree.ProcessingInstruction, with_tail=False)
    hidden: list[html.HtmlElement] = _HIDDEN(tree)  # pyright: ignore[reportAssignmentType]
    inside = set(hidden)
    for element in hidden:
        if not any(above in inside for above in element.iterancestors()):
            tally["hidden parts"] += bool("".join(element.itertext()).strip())
            element.drop_tree()
    for element in tree.iter("sup"):
        if len(element) == 0 and element.text:
            element.text = superscript(element.text)
    tally["pictures"] = sum(1 for _ in tree.iter("img", "svg", "canvas"))
    tally["embedded pages"] = sum(1 for _ in tree.iter("iframe", "object", "embed", "frame"))
    body = _narrow(Inscriptis(tree, ParserConfig(css=STRICT_CSS_PROFILE)).get_text()).strip()
    return body if body.startswith(title) else f"{title}\n\n{body}", tally


def _narrow(text: str) -> str:
    """Remove empty lines and the spaces that align a table's columns, which can be most of a report."""
    text = _LINE_END.sub("", text)
    text = _INDENT.sub(" " * 8, _COLUMN_GAP.sub("\t", text))
    return _EMPTY_LINES.sub("\n\n", text)


def page_notes(tally: Counter[str]) -> list[str]:
    """Return sentences about what `page_text` left out.

    Args:
        tally: The counts that `page_text` returned.

    Returns:
        A sentence for each kind of thing left out.
    """
    return [
        *left_out(tally["hidden parts"], "hidden part", "hidden parts"),
        *left_out(tally["pictures"], "picture", "pictures"),
        *left_out(tally["embedded pages"], "embedded page or object", "embedded pages or objects"),
    ]
