"""Marked text in its blocks: no mark is lost where a block ends, and every visible character stays."""

from longformer_viz.documents.structure.blocks import BlockKind
from longformer_viz.widget.marked_parts import Part, marked_parts, marked_payload

TEXT = "1. Term\n\n1.1 The term is five years.\n\n- item one\n- item two"


def blocks_of(parts):
    told = marked_payload(parts, [], height=1, label="", chosen=None, folded_from=None, numbered=9)
    return told["blocks"]


def test_a_mark_across_two_blocks_stands_in_both():
    start = TEXT.index("five")
    mark = Part(TEXT[start : TEXT.index(" two")], mark=1, level=3, title="answer 1")
    found = blocks_of(marked_parts(TEXT, [(start, mark)]))
    assert [(BlockKind(kind).name, level, number, apart) for kind, level, number, apart, _ in found] == [
        ("HEADING", 2, 0, False),
        ("LIST_ITEM", 1, 1, True),
        ("LIST_ITEM", 0, 2, True),
        ("LIST_ITEM", 0, 3, False),
    ]
    marked = [[part[0] for part in parts if part[1] == 1] for *_, parts in found]
    assert marked == [[], ["five years."], ["- item one"], ["- item"]]
    shown = ["".join(part[0] for part in parts) for *_, parts in found]
    assert shown == [line for line in TEXT.split("\n") if line]


def test_an_empty_text_and_one_of_very_many_lines_are_one_block():
    assert [parts for *_, parts in blocks_of(marked_parts(" ", []))] == [[[" ", 0, 0, ""]]]
    long = "\n\n".join(["A line."] * 5001)
    assert [len(parts) for *_, parts in blocks_of(marked_parts(long, []))] == [1]
