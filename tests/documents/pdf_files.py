"""PDFs written by hand and with pypdf: text, fields, scans, damage."""

import io

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    TextStringObject,
)


def pdf(*pages):
    """A minimal PDF, written by hand: a page for each text, without text where it is empty."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * page) for page in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for page, text in enumerate(pages):
        drawing = b"BT /F1 12 Tf 72 720 Td (%s) Tj ET" % text.encode("cp1252") if text else b"0 0 9 9 re f"
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] "
            b"/Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>" % (5 + 2 * page)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing))
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, len(body))
    )


def encrypted_pdf(password, owner_password):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("Behind the password"))))
    writer.encrypt(password, owner_password, algorithm="AES-256")
    return written(writer)


def written(writer):
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def add_page(writer, *drawings, rotation=0):
    """Add a page whose content is these drawing commands; /F1 is Courier, /I a picture."""
    page = writer.add_blank_page(612, 792)
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Courier"}
    font = DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()})
    picture = DecodedStreamObject()
    picture.set_data(b"\xff" * 300)
    for key, value in (("/Type", "/XObject"), ("/Subtype", "/Image"), ("/ColorSpace", "/DeviceRGB")):
        picture[NameObject(key)] = NameObject(value)
    for key, value in (("/Width", 10), ("/Height", 10), ("/BitsPerComponent", 8)):
        picture[NameObject(key)] = FloatObject(value)
    page[NameObject("/Resources")] = DictionaryObject(
        {
            NameObject("/Font"): DictionaryObject({NameObject("/F1"): font}),
            NameObject("/XObject"): DictionaryObject({NameObject("/I"): writer._add_object(picture)}),
        }
    )
    stream = DecodedStreamObject()
    stream.set_data(b"\n".join(drawings))
    page[NameObject("/Contents")] = writer._add_object(stream)
    if rotation:
        page.rotate(rotation)
    return page


def drawn(*drawings, rotation=0):
    """A PDF with one page of these drawing commands."""
    writer = PdfWriter()
    add_page(writer, *drawings, rotation=rotation)
    return written(writer)


def words(text, x=72, y=700, size=12, mode=0):
    """Draw text at a place; a letter of Courier is 0.6 of its size wide; mode 3 is invisible."""
    text = text.encode("cp1252").replace(b"(", rb"\(").replace(b")", rb"\)")
    return b"BT %d Tr /F1 %d Tf %d %d Td (%s) Tj ET" % (mode, size, x, y, text)


def lines(*texts, x=72, y=700, leading=14, size=12):
    """Draw texts one below the other."""
    return b"\n".join(words(text, x, y - leading * index, size) for index, text in enumerate(texts))


def picture(height=750):
    """Draw a picture as wide as the page."""
    return b"q 612 0 0 %d 0 0 cm /I Do Q" % height


def add_field(writer, page, box, name="field", **entries):
    """Add a form field's widget; entries such as FT="/Tx", V="text" (names begin with a slash)."""
    field = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Widget"),
            NameObject("/T"): TextStringObject(name),
            NameObject("/Rect"): ArrayObject([FloatObject(side) for side in box]),
        }
    )
    for key, value in entries.items():
        field[NameObject(f"/{key}")] = _object(value)
    reference = writer._add_object(field)
    page.setdefault(NameObject("/Annots"), ArrayObject()).append(reference)
    form = writer._root_object.setdefault(
        NameObject("/AcroForm"), DictionaryObject({NameObject("/Fields"): ArrayObject()})
    )
    form["/Fields"].append(reference)


def _object(value):
    if isinstance(value, int):
        return FloatObject(value)
    return NameObject(value) if value.startswith("/") else TextStringObject(value)
