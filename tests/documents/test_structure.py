"""Blocks of plain text: headings, list items, rows of tables, code, and paragraphs with their own line ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from longformer_viz.documents.samples import sample
from longformer_viz.documents.structure.blocks import BlockKind, blocks

PARAGRAPH, HEADING, ITEM, ROW, LINES, CODE = BlockKind
PROSE = "The Provider must run the System and staff a help desk until the last vessel has berthed."


def kinds(text):
    return [(block.kind, block.level) for block in blocks(text)]


def parts(text):
    return [text[block.start : block.stop] for block in blocks(text)]


HOSTILE = [
    "",
    "   \n \t \r\n ",
    "one",
    "\r\rMac lines\rand more\r\r",
    "```\nnever closed\n\nmore",
    "| | |\n|---|---|\n||\n|",
    "- \n* \n1.\n1. \n(a)",
    "===\n---\n# \n#\n####### seven",
    "\u2028line\u2029paragraph\x0bpage\x0c\x85end \U0001f600",
    "# <b>bold</b>\n\n<script>alert(1)</script>\n\n| <img src=x> | & |\n| a | b |",
    "a\n" * 3000,
    "| a | b |\n" * 500,
    "~~~x\n" * 500,
    "word " * 4000,
]


@given(some.text(alphabet="ab A1.,\n\r\t|-#=`~()*:\u2028", max_size=120))
def test_any_text_is_split_into_blocks_without_loss(text):
    check_blocks(text)


@pytest.mark.parametrize("text", [*HOSTILE, *(sample(name).text for name in ("services_contract", "news_dossier"))])
def test_every_visible_character_lies_in_one_block_and_blocks_stand_in_order(text):
    check_blocks(text)


def check_blocks(text):
    found = blocks(text)
    last = 0
    for block in found:
        assert not text[last : block.start].strip()
        assert last <= block.start < block.stop
        assert text[block.start : block.stop].strip()
        last = block.stop
    assert not text[last:].strip()


def test_a_contract_has_headings_and_numbered_clauses():
    clauses = f"1. Definitions\n\n1.1 Fee means the sum.\n\n1.2 {PROSE}\n\n2. Term"
    text = f"Services Contract\n\nBackground\n\n{PROSE}\n\n{clauses}"
    assert kinds(text) == [
        (HEADING, 1), (HEADING, 2), (PARAGRAPH, 0), (HEADING, 2), (ITEM, 1), (ITEM, 1), (HEADING, 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("# Title", 1),
        ("### Title of a part", 3),
        ("4.2 Receivers", 3),
        ("2 Related work", 2),
        ("ARTICLE IV", 2),
        ("Schedule B", 2),
        ("Events after the period", 2),
        ("What is attention?", 2),
    ],
)
def test_headings_of_many_forms(line, level):
    assert kinds(f"{PROSE}\n\n{line}\n\n{PROSE}") == [(PARAGRAPH, 0), (HEADING, level), (PARAGRAPH, 0)]


@pytest.mark.parametrize(
    "line",
    [
        "Judith Marrable, Chair",
        "By Imogen Sallis",
        "Dear shareholder,",
        "It was late.",
        "and so it went on",
        "#hashtag",
        "2,041 tokens were read",
        "a word in lower case",
    ],
)
def test_short_lines_that_are_no_headings(line):
    assert kinds(f"{PROSE}\n\n{line}\n\n{PROSE}")[1] == (PARAGRAPH, 0)


def test_an_underlined_line_is_a_heading_with_its_underline():
    assert parts("Title\n=====\n\nPart\n----\nText follows here.") == [
        "Title\n=====",
        "Part\n----",
        "Text follows here.",
    ]
    assert kinds("Title\n=====\n\nPart\n----\nText follows here.") == [(HEADING, 1), (HEADING, 2), (PARAGRAPH, 0)]


def test_list_items_nest_and_take_their_wrapped_lines_along():
    text = (
        "- The first item of this list is so long that it had to be\n  wrapped by hand.\n"
        "  - a nested one\n- the third\n\n(a) lettered\n(b) again"
    )
    assert kinds(text) == [(ITEM, 0), (ITEM, 1), (ITEM, 0), (ITEM, 0), (ITEM, 0)]
    assert parts(text)[0].endswith("wrapped by hand.")


@pytest.mark.parametrize("number", ["1.1", "10.12", "A.2", "(3)", "(iv)", "b)", "7.", "•"])
def test_clauses_with_many_kinds_of_numbers_are_items(number):
    assert kinds(f"{number} {PROSE}")[0][0] == ITEM


@pytest.mark.parametrize("start", ["3.7 million", "A.M. is before noon, and", "12 ships", "I.e. they"])
def test_words_that_only_look_like_a_number_are_text(start):
    assert kinds(f"{start} {PROSE.lower()}")[0][0] == PARAGRAPH


def test_numbered_short_lines_are_a_list_and_no_headings():
    assert kinds("1. Apples\n\n2. Pears\n\n3. Plums")[:2] == [(ITEM, 0), (ITEM, 0)]


@pytest.mark.parametrize("row", ["Name\tPrice\tDay", "| Name | Price |", "Name | Price"])
def test_rows_of_a_table_stand_together_and_a_single_one_is_no_table(row):
    assert kinds(f"{row}\n{row}\n{row}") == [(ROW, 0)] * 3
    if not row.startswith("|"):
        assert kinds(f"{PROSE}\n\n{row}.\n\n{PROSE}")[1][0] == PARAGRAPH


def test_list_markers_with_a_tab_are_no_table():
    assert kinds("1.\tApples are red.\n2.\tPears are green.") == [(ITEM, 0), (ITEM, 0)]


def test_a_paragraph_wrapped_by_hand_is_one_and_paragraphs_of_a_line_each_are_several():
    wrapped = (
        "The carrier takes passengers and vehicles between the four\ninhabited islands. On most days a sailing "
        "missed is a\nnight on the wrong island."
    )
    assert parts(wrapped) == [wrapped]
    assert len(blocks(f"{PROSE} {PROSE}\n{PROSE} {PROSE}\n{PROSE}")) == 3


def test_verse_and_addresses_keep_their_line_ends():
    address = "Quillby Data Services\n9 Ropewalk Yard\nMerrow Quay"
    assert kinds(f"{PROSE}\n\n{address}") == [(PARAGRAPH, 0), (LINES, 0)]


def test_fenced_code_is_one_block_whatever_stands_in_it():
    code = "```python\n# no heading\n\n- no item\n```"
    assert kinds(f"{PROSE}\n\n{code}\n\n{PROSE}") == [(PARAGRAPH, 0), (CODE, 0), (PARAGRAPH, 0)]
    assert parts(f"{PROSE}\n\n{code}")[1] == code
