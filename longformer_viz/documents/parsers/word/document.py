"""The text of a Word document: headers, body with notes in their paragraphs, footers."""

from collections import Counter

from lxml import etree

from longformer_viz.documents.contract import ReadDocument, ReadOptions
from longformer_viz.documents.limits import Limits
from longformer_viz.documents.parsers.archive import Archive
from longformer_viz.documents.parsers.counts import counted, left_out, moved_notes, running_notes
from longformer_viz.documents.parsers.word.body import BodyReader
from longformer_viz.documents.parsers.word.package import RELATION_ID, WORD, Package, is_on

_LEFT_OUT = (
    ("comments", "comment", "comments"),
    ("hidden passages", "passage of hidden text", "passages of hidden text"),
    ("pictures", "picture", "pictures"),
    ("charts", "chart", "charts"),
    ("diagrams", "diagram", "diagrams"),
    ("objects", "object of another program", "objects of other programs"),
    ("embedded documents", "embedded document", "embedded documents"),
    ("symbols", "symbol of an unknown font", "symbols of unknown fonts"),
)


def read(data: bytes, limits: Limits, options: ReadOptions) -> ReadDocument:
    """Read a Word document as its reader sees it, with tracked changes accepted.

    The parameters are those of `contract.Parser`.
    """
    archive = Archive(data, limits)
    package = Package(archive)
    reader = BodyReader(package)
    blocks = reader.part(package.main)
    headers, footers = (_running(package, reader, kind) for kind in ("header", "footer"))
    count = len(headers) + len(footers)
    if not options.leave_out_running_headers:
        blocks = [*headers, *blocks, *footers]
    notes = [
        *running_notes(len(headers), len(footers), options.leave_out_running_headers),
        *_notes(reader.tally),
        *(f"The part {name} is damaged and was left out." for name in sorted(set(archive.damaged_parts))),
    ]
    return ReadDocument("\n\n".join(blocks), tuple(notes), running_headers=count)


def _running(package: Package, reader: BodyReader, kind: str) -> list[str]:
    """Return the texts of the headers or footers that some page shows, each once."""
    even_pages = is_on(package.of_kind("settings"), "evenAndOddHeaders")
    texts: dict[str, None] = {}
    for section in package.main.iter(WORD + "sectPr"):
        if any(ancestor.tag == WORD + "sectPrChange" for ancestor in section.iterancestors()):
            continue
        for reference in section.findall(f"{WORD}{kind}Reference"):
            shown_on = reference.get(WORD + "type")
            is_unused = (shown_on == "first" and not is_on(section, "titlePg")) or (
                shown_on == "even" and not even_pages
            )
            part = None if is_unused else package.by_id(reference.get(RELATION_ID))
            if part is not None:
                texts["\n".join(_lines(reader, part))] = None
    texts.pop("", None)
    return list(texts)


def _lines(reader: BodyReader, part: etree._Element) -> list[str]:
    return [block.strip() for block in reader.part(part)]


def _notes(tally: Counter[str]) -> list[str]:
    notes = moved_notes(tally)
    notes += counted(
        tally["missing notes"],
        "footnote or endnote has a mark but no text.",
        "footnotes or endnotes have a mark but no text.",
    )
    notes += counted(
        tally["text boxes"],
        "text box was moved after its paragraph.",
        "text boxes were moved after their paragraph.",
    )
    notes += counted(tally["equations"], "equation is written on one line.", "equations are written on one line.")
    notes += counted(tally["partial equations"], "equation was read in part.", "equations were read in part.")
    notes += counted(tally["unreadable equations"], "equation could not be read.", "equations could not be read.")
    notes += counted(tally["insertions"], "tracked insertion was accepted.", "tracked insertions were accepted.")
    notes += counted(tally["deletions"], "tracked deletion was accepted.", "tracked deletions were accepted.")
    notes += counted(tally["moves"], "tracked move was accepted.", "tracked moves were accepted.")
    for key, one, many in _LEFT_OUT:
        notes += left_out(tally[key], one, many)
    return notes
