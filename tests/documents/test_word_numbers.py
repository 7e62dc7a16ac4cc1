"""Clause numbers that Word counts, and equations on one line."""

import pytest

from longformer_viz.documents.reading import read_document, read_upload
from tests.documents.word_files import CLAUSES, in_list, level, lists, math, paragraph, part, run, sign, word_file


def text(body, **parts):
    return read_upload("a.docx", word_file(body, **parts))


def notes(body, **parts):
    return read_document("a.docx", word_file(body, **parts)).notes


# Numbers that Word counts


def numbered(*places, numbering, styles=None):
    """The numbers before paragraphs at (list, level)."""
    body = "".join(paragraph("x", in_list(*place)) for place in places)
    parts = {"numbering": numbering} | ({} if styles is None else {"styles": styles})
    return [block.removesuffix("x").strip() for block in text(body, **parts).split("\n\n")]


def test_clauses_are_counted_over_levels_and_begin_anew_below_each():
    places = [(1, 0), (1, 1), (1, 2), (1, 2), (1, 1), (1, 2), (1, 0), (1, 1)]
    assert numbered(*places, numbering=lists(*CLAUSES)) == ["1.", "1.1", "(a)", "(b)", "1.2", "(a)", "2.", "2.1"]


@pytest.mark.parametrize(
    ("number_format", "seen"),
    [
        ("decimal", ["3", "4"]),
        ("decimalZero", ["03", "04"]),
        ("lowerRoman", ["iii", "iv"]),
        ("upperRoman", ["III", "IV"]),
        ("lowerLetter", ["c", "d"]),
        ("upperLetter", ["C", "D"]),
        ("ordinal", ["3rd", "4th"]),
        ("cardinalText", ["Three", "Four"]),
        ("ordinalText", ["Third", "Fourth"]),
    ],
)
def test_number_formats(number_format, seen):
    numbering = lists(level(0, "Article %1", number_format, start=3))
    assert numbered((1, 0), (1, 0), numbering=numbering) == [f"Article {each}" for each in seen]


def test_many_and_large_numbers():
    letters = lists(level(0, "%1", "lowerLetter", start=26))
    assert numbered((1, 0), (1, 0), (1, 0), numbering=letters) == ["z", "aa", "bb"]
    roman = lists(level(0, "%1", "upperRoman", start=1999))
    assert numbered((1, 0), numbering=roman) == ["MCMXCIX"]
    words = lists(level(0, "%1", "ordinalText", start=21))
    assert numbered((1, 0), numbering=words) == ["Twenty-first"]


def test_a_list_goes_on_or_begins_anew():
    places = [(1, 0), (1, 0), (2, 0), (2, 0)]
    assert numbered(*places, numbering=lists(*CLAUSES)) == ["1.", "2.", "3.", "4."]
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    assert numbered(*places, numbering=lists(*CLAUSES, overrides=anew)) == ["1.", "2.", "1.", "2."]


def test_levels_that_never_begin_anew_and_legal_numbers():
    through = lists(level(0, "%1.", "upperRoman"), level(1, "%2)", more='<w:lvlRestart w:val="0"/>'))
    assert numbered((1, 0), (1, 1), (1, 0), (1, 1), numbering=through) == ["I.", "1)", "II.", "2)"]
    legal = lists(level(0, "Article %1", "upperRoman"), level(1, "%1.%2", more="<w:isLgl/>"))
    assert numbered((1, 0), (1, 0), (1, 1), numbering=legal) == ["Article I", "Article II", "2.1"]


def test_bullets_and_lists_without_a_number():
    assert numbered((1, 0), numbering=lists(level(0, "\uf0b7", "bullet"))) == ["•"]
    assert numbered((1, 0), numbering=lists(level(0, "", "none"))) == [""]
    assert numbered((0, 0), (9, 0), numbering=lists(*CLAUSES)) == ["", ""]


def test_numbers_come_by_styles_and_a_paragraph_may_refuse_them():
    styles = part(
        "styles",
        '<w:style w:type="paragraph" w:styleId="Heading1"><w:pPr>'
        '<w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Heading2"><w:basedOn w:val="Heading1"/></w:style>',
    )
    numbering = lists(
        level(0, "%1.", more='<w:pStyle w:val="Heading1"/>'), level(1, "%1.%2", more='<w:pStyle w:val="Heading2"/>')
    )
    body = "".join(
        paragraph(words, f'<w:pStyle w:val="{style}"/>{more}')
        for words, style, more in (
            ("Rent", "Heading1", ""),
            ("Amount", "Heading2", ""),
            ("Unnumbered", "Heading1", in_list(0)),
            ("Due", "Heading2", ""),
        )
    )
    assert text(body, numbering=numbering, styles=styles).split("\n\n") == [
        "1. Rent",
        "1.1 Amount",
        "Unnumbered",
        "1.2 Due",
    ]


def test_a_deleted_paragraph_is_not_counted():
    deleted = paragraph(f"<w:del>{run('old')}</w:del>", in_list(1) + "<w:rPr><w:del/></w:rPr>")
    body = paragraph("Rent", in_list(1)) + deleted + paragraph("Term", in_list(1))
    assert text(body, numbering=lists(*CLAUSES)) == "1. Rent\n\n2. Term"


# Equations


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (sign("P=0.05·R"), "P=0.05·R"),
        (f"<m:f><m:num>{sign('a+b')}</m:num><m:den>{sign('2')}</m:den></m:f>", "(a+b)/2"),
        (
            f"<m:sSubSup><m:e>{sign('x')}</m:e><m:sub>{sign('i')}</m:sub><m:sup>{sign('n+1')}</m:sup></m:sSubSup>",
            "x_i^(n+1)",
        ),
        (f"<m:rad><m:deg/><m:e>{sign('x')}</m:e></m:rad>", "√(x)"),
        (f"<m:rad><m:deg>{sign('3')}</m:deg><m:e>{sign('x')}</m:e></m:rad>", "√[3](x)"),
        (
            f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>{sign("i=1")}</m:sub><m:sup>{sign("n")}</m:sup>'
            f"<m:e>{sign('i')}</m:e></m:nary>",
            "∑_(i=1)^n i",
        ),
        (
            f'<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val="]"/></m:dPr><m:e>{sign("a")}</m:e></m:d>',
            "[a]",
        ),
        (
            f"<m:m><m:mr><m:e>{sign('1')}</m:e><m:e>{sign('0')}</m:e></m:mr><m:mr><m:e>{sign('0')}</m:e></m:mr></m:m>",
            "[1, 0; 0]",
        ),
        (f"<m:func><m:fName>{sign('sin')}</m:fName><m:e>{sign('x')}</m:e></m:func>", "sin x"),
        (f"<m:acc><m:e>{sign('p')}</m:e></m:acc>", "p\u0302"),
        (f"<w:del>{sign('old')}</w:del>{sign('new')}", "new"),
    ],
)
def test_equations_are_written_on_one_line(content, line):
    body = paragraph(run("The penalty is ") + math(content) + run(" a day."))
    assert text(body) == f"The penalty is {line} a day."
    assert notes(body) == ("1 equation is written on one line.",)


def test_equations_that_cannot_be_read_are_counted():
    old = '<w:r><w:object><o:OLEObject ProgID="Equation.3"/></w:object></w:r>'
    body = paragraph(run("x") + math("<m:novelty>" + sign("y") + "</m:novelty>") + math("") + old)
    assert text(body) == "xy"
    assert notes(body) == ("1 equation was read in part.", "2 equations could not be read.")
