"""The text of an e-mail: its sender, recipients, date and subject, then its message."""

from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart

from longformer_viz.documents.contract import ProblemError, ReadDocument, ReadOptions
from longformer_viz.documents.decoding import decode
from longformer_viz.documents.limits import Limits
from longformer_viz.documents.parsers.html import declared_encoding, page_notes, page_text

_HEADERS = ("From", "To", "Cc", "Date", "Subject")


def read(data: bytes, limits: Limits, options: ReadOptions) -> ReadDocument:
    """Read an e-mail's headers and message, with a note that names its attachments.

    The parameters are those of `contract.Parser`.
    """
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    lines = [f"{name}: {' '.join(str(message[name]).split())}" for name in _HEADERS if message[name]]
    body = message.get_body(("plain", "html"))
    if not lines and body is None:
        raise ProblemError("damaged")
    text, notes = ("", []) if body is None else _body(body)
    attachments = [_name(part) for part in message.iter_attachments()] if message.is_multipart() else []
    if attachments:
        what = "1 attachment was" if len(attachments) == 1 else f"{len(attachments):,} attachments were"
        notes.append(f"{what} left out: {', '.join(attachments)}.")
    return ReadDocument("\n\n".join(filter(None, ("\n".join(lines), text.strip()))), tuple(notes))


def _body(part: MIMEPart) -> tuple[str, list[str]]:
    """Return the text of a message's part, in the encoding that its header or its page declares."""
    data = part.get_payload(decode=True) or b""
    assert isinstance(data, bytes)
    is_page = part.get_content_subtype() == "html"
    declared = part.get_content_charset() or (declared_encoding(data) if is_page else None)
    found = decode(data, declared)
    if found is None:
        raise ProblemError("damaged")
    if not is_page:
        return found.text, list(found.notes)
    text, tally = page_text(found.text)
    return text, [*found.notes, *page_notes(tally)]


def _name(part: MIMEPart) -> str:
    return " ".join((part.get_filename() or f"a part of type {part.get_content_type()}").split())[:80]
