"""The text of an EPUB book: its chapters in reading order."""

from collections import Counter
from urllib.parse import unquote

from lxml import etree

from longformer_viz.documents.contract import ProblemError, ReadDocument, ReadOptions
from longformer_viz.documents.decoding import decode
from longformer_viz.documents.limits import Limits
from longformer_viz.documents.parsers.archive import Archive, relative
from longformer_viz.documents.parsers.counts import left_out
from longformer_viz.documents.parsers.html import declared_encoding, page_notes, page_text

_CONTAINER = "META-INF/container.xml"
_PAGES = {"application/xhtml+xml", "text/html", "application/x-dtbook+xml"}


def read(data: bytes, limits: Limits, options: ReadOptions) -> ReadDocument:
    """Read the chapters of an EPUB book in reading order. A book has no running headers.

    The parameters are those of `contract.Parser`.
    """
    archive = Archive(data, limits)
    rootfile = next(archive.xml(_CONTAINER).iter("{*}rootfile"), None)
    if rootfile is None:
        raise ProblemError("damaged")
    package_name = rootfile.get("full-path", "")
    tally: Counter[str] = Counter()
    chapters, missing, notes = [], 0, []
    locked = _locked(archive)
    for name in _reading_order(archive.xml(package_name), package_name):
        if name in locked:
            raise ProblemError("encrypted")
        if name not in archive:
            missing += 1
            continue
        page = archive.read(name)
        found = decode(page, declared_encoding(page))
        if found is None:
            missing += 1
            continue
        text, counts = page_text(_without_title(found.text))
        tally.update(counts)
        notes += found.notes
        chapters.append(text.strip())
    notes = [*dict.fromkeys(notes), *page_notes(tally), *left_out(missing, "missing chapter", "missing chapters")]
    return ReadDocument("\n\n".join(filter(None, chapters)), tuple(notes))


def _reading_order(package: etree._Element, name: str) -> list[str]:
    """Return the archive paths of the chapters."""
    items = {item.get("id"): item for item in package.iter("{*}item")}
    chapters = [items.get(reference.get("idref")) for reference in package.iter("{*}itemref")]
    return [
        relative(name, unquote(item.get("href", "")))
        for item in chapters
        if item is not None and item.get("media-type", "application/xhtml+xml") in _PAGES
    ]


def _locked(archive: Archive) -> set[str]:
    """Return the archive paths of the encrypted parts. Many books encrypt only their fonts."""
    root = archive.xml_or_none("META-INF/encryption.xml")
    return set() if root is None else {unquote(each.get("URI", "")) for each in root.iter("{*}CipherReference")}


def _without_title(page: str) -> str:
    """Remove a chapter's page title, which repeats a heading and is not shown by e-book readers."""
    start, end = page.find("<title>"), page.find("</title>")
    return page[:start] + page[end + len("</title>") :] if 0 <= start < end else page
