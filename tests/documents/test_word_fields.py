"""Fields, form fields, symbols and raised numbers of Word files."""

from longformer_viz.documents.reading import read_document, read_upload
from tests.documents.word_files import paragraph, run, word_file


def text(body, **parts):
    return read_upload("a.docx", word_file(body, **parts))


def notes(body, **parts):
    return read_document("a.docx", word_file(body, **parts)).notes


def field(*parts):
    begin, separate, end = (
        f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")
    )
    code, result = parts
    return f"{begin}<w:r><w:instrText>{code}</w:instrText></w:r>{separate}{result}{end}"


def test_a_field_shows_its_result_and_never_its_code():
    inner = field("REF a", run("inner"))
    body = paragraph(
        run("Due ") + field("DATE", run("3 May")) + f'<w:fldSimple w:instr="X">{run(" 2031")}</w:fldSimple>'
    )
    assert text(body) == "Due 3 May 2031"
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    nested = f'{begin}{inner}<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("outer")}{end}'
    assert text(paragraph(run("Is ") + nested)) == "Is outer"


def test_no_text_is_lost_where_a_field_never_ends():
    body = paragraph('<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + run("All of this.")) + paragraph("And this.")
    assert text(body) == "All of this.\n\nAnd this."


def test_older_form_fields_show_their_value():
    def form(data):
        begin = f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{data}</w:ffData></w:fldChar></w:r>'
        return begin + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'

    entries = '<w:ddList><w:result w:val="1"/><w:listEntry w:val="flat"/><w:listEntry w:val="house"/></w:ddList>'
    body = paragraph(
        form("<w:checkBox><w:checked/></w:checkBox>")
        + run(" yes ")
        + form("<w:checkBox/>")
        + run(" no ")
        + form(entries)
    )
    assert text(body) == "☒ yes ☐ no house"


def test_symbols_and_raised_numbers_keep_their_meaning():
    body = paragraph(
        '<w:r><w:sym w:font="Symbol" w:char="F061"/></w:r><w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'
        '<w:r><w:sym w:font="Unheard" w:char="F041"/></w:r>'
        + run(" 10") + run("6", '<w:vertAlign w:val="superscript"/>')
        + run(" on the 5") + run("th", '<w:vertAlign w:val="superscript"/>')
    )  # fmt: skip
    assert text(body) == "α☑ 10⁶ on the 5th"
    assert notes(body) == ("1 symbol of an unknown font was left out.",)


def test_content_controls_links_and_merged_cells():
    body = (
        f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph('In a form.')}</w:sdtContent></w:sdt>"
        + paragraph(f"<w:hyperlink>{run('A link')}</w:hyperlink><w:smartTag>{run(' and a tag')}</w:smartTag>")
        + "<w:tbl><w:tr>"
        + f'<w:tc><w:tcPr><w:hMerge w:val="restart"/></w:tcPr>{paragraph("Both")}</w:tc>'
        + f"<w:tc><w:tcPr><w:hMerge/></w:tcPr>{paragraph('')}</w:tc></w:tr>"
        + "<w:sdt><w:sdtContent><w:tr>"
        + "".join(f"<w:tc>{paragraph(each)}</w:tc>" for each in ("One", "Two"))
        + "</w:tr></w:sdtContent></w:sdt>"
        + "</w:tbl>"
    )
    assert text(body) == "In a form.\n\nA link and a tag\n\nBoth\nOne\tTwo"
