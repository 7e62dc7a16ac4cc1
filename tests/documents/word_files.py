"""Word files made part by part, as Word itself and other programs write them."""

import io
import zipfile

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def run(text, properties=""):
    """A run of text, with the XML of its properties."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(content, properties=""):
    """A paragraph: text, or the XML of its content."""
    content = content if content.startswith("<") else run(content)
    return f"<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>"


def in_list(list_id, level=0):
    """The properties of a paragraph that is counted in a list."""
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'


def level(index, text, number_format="decimal", more="", start=1):
    """One level of a list: its number's text and format."""
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="{start}"/><w:numFmt w:val="{number_format}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def lists(*levels, overrides=""):
    """The numbering part: one list of these levels, as numbers 1 and, with overrides, 2."""
    return (
        f'<w:numbering {NAMES}><w:abstractNum w:abstractNumId="7">{"".join(levels)}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
        f'<w:num w:numId="2"><w:abstractNumId w:val="7"/>{overrides}</w:num></w:numbering>'
    )


CLAUSES = (level(0, "%1."), level(1, "%1.%2"), level(2, "(%3)", "lowerLetter"))
"""Three levels of clauses: 1., 1.1, (a)."""


def math(content):
    """An equation."""
    return f"<m:oMath>{content}</m:oMath>"


def sign(value):
    """Characters of an equation."""
    return f"<m:r><m:t>{value}</m:t></m:r>"


def word_file(body, main="word/document.xml", **parts):
    """The bytes of a Word file.

    Args:
        body: XML of the body.
        main: Name of the main part.
        parts: XML of further parts; the name of one says its kind, with a number where there are more: header1.
    """
    relations = "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/{name.rstrip("0123456789")}" Target="{name}.xml"/>'
        for name in parts
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="a" '
        f'Type="{_OFFICE}/officeDocument" Target="/{main}"/></Relationships>',
        main.replace("word/", "word/_rels/") + ".rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f"{relations}</Relationships>",
        main: f"<w:document {NAMES}><w:body>{body}</w:body></w:document>",
        **{f"word/{name}.xml": content for name, content in parts.items()},
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def part(tag, content):
    """The XML of a part whose root has this tag."""
    return f"<w:{tag} {NAMES}>{content}</w:{tag}>"


def strict(data):
    """The same file in the strict format."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            content = old.read(name).decode()
            for usual, other in (("officeDocument", "officeDocument"), ("wordprocessingml", "wordprocessingml")):
                content = content.replace(
                    f"http://schemas.openxmlformats.org/{usual}/2006/", f"http://purl.oclc.org/ooxml/{other}/"
                )
            new.writestr(name, content)
    return stream.getvalue()
