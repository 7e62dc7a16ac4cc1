"""The upload of a file: its text is read, shown, edited by the visitor, and used on a click."""

import threading
from dataclasses import dataclass, field

import streamlit as st

from longformer_viz.documents.cleaning import clean_text
from longformer_viz.documents.formats import NAME_ENDINGS
from longformer_viz.documents.reading import (
    PicturePagesError,
    ReadDocument,
    ReadOptions,
    ocr_is_available,
    read_document,
)
from longformer_viz.server.policy import check_upload, check_visitor_text
from longformer_viz.server.settings import app_settings
from longformer_viz.spec import InputError
from longformer_viz.ui.shared.formatting import literal, show_problem
from longformer_viz.ui.shared.notices import PAGE, clear_notices, leave_notice

NOTICE = "upload"
OWN_POPOVER = "own_popover"
_TEXT_HEIGHT = 300
_reading = threading.BoundedSemaphore(2)  # Files at once, because each may take a core and a gigabyte of memory.


@dataclass(slots=True)
class Upload:
    """A file whose text is not yet used, and what was read from it for each choice of options.

    Attributes:
        file_id: Streamlit's id of the file.
        name: Name of the file.
        data: Its bytes.
        is_recognized: Whether to recognize text in pictures (OCR) from the start, because all pages are pictures.
        read: Text and notes by the options that they were read with.
    """

    file_id: str
    name: str
    data: bytes
    is_recognized: bool = False
    read: dict[ReadOptions, ReadDocument] = field(default_factory=dict)

    def first_reading(self) -> ReadDocument:
        """Read the file with its initial options.

        Raises:
            InputError: If the file cannot be read.
        """
        return self.document(ReadOptions(recognize_pictures=self.is_recognized))

    def document(self, options: ReadOptions) -> ReadDocument:
        """Read the file, once for each choice of options.

        Args:
            options: What to leave out and what to recognize.

        Returns:
            The text and the notes.

        Raises:
            InputError: If the file cannot be read.
        """
        if options not in self.read:
            with st.spinner(f"Reading {literal(self.name)} …"), _reading:
                read = read_document(self.name, self.data, options, app_settings().max_run_seconds)
            check_visitor_text(read.text)
            self.read[options] = read
        return self.read[options]


@dataclass(frozen=True, slots=True)
class TextSource:
    """The source of the visitor's own text.

    Attributes:
        name: Name of the file.
        notes: The parser's notes about it.
    """

    name: str
    notes: tuple[str, ...]


def choose_file() -> None:
    """Show the control that takes a file of any format in the readers' table."""
    st.file_uploader("Upload a file", type=list(NAME_ENDINGS), key="upload", on_change=_take)


def review_upload() -> None:
    """Read a file that has just come, and open the dialog that shows its text before it is used."""
    upload = st.session_state.get("upload_review")
    if upload is None:
        return
    try:
        upload.first_reading()
    except InputError as problem:
        if isinstance(problem, PicturePagesError) and ocr_is_available() and not upload.is_recognized:
            _offer_recognition(upload, problem)
            return
        st.session_state.upload_review = None
        leave_notice(NOTICE, str(problem), ("upload", "document", "own_text", PAGE))
        return
    _review(upload)


def show_source() -> None:
    """Show what the reader of the visitor's own text said about it, in the sidebar."""
    source = st.session_state.get("own_source")
    if source is None:
        return
    count = len(source.notes)
    st.caption(f"Read from {literal(source.name)}.")
    if count:
        with st.expander(f"{count} note{'s' if count != 1 else ''} on how the file was read", icon=":material/info:"):
            _show_notes(source.notes)


def _take() -> None:
    """Store a file to be read. If it was removed, its message is removed too."""
    clear_notices(NOTICE)
    file = st.session_state.upload
    st.session_state.upload_review = None
    if file is None:
        return
    st.session_state[OWN_POPOVER] = False  # It would cover the dialog and receive its clicks.
    try:
        data = check_upload(file.name, file.getvalue())
    except InputError as problem:
        leave_notice(NOTICE, str(problem), ("upload", "document", "own_text", PAGE))
        return
    st.session_state.upload_review = Upload(file.file_id, file.name, data)


def _forget() -> None:
    st.session_state.upload_review = None


@st.dialog("This file contains only images", on_dismiss=_forget)
def _offer_recognition(upload: Upload, problem: PicturePagesError) -> None:
    """Offer to recognize the text of a file whose pages are all pictures."""
    show_problem(problem)
    with st.container(horizontal=True):
        is_wanted = st.button(
            "Recognize the text (OCR)",
            key="recognize_all",
            type="primary",
            icon=":material/document_scanner:",
            help="Takes a few seconds per page. You can correct the text before it is used.",
        )
        is_left = st.button("Cancel", key="leave_pictures", on_click=_forget)
    if is_wanted:
        upload.is_recognized = True
    if is_wanted or is_left:
        st.rerun()


@st.dialog("Check the extracted text", width="large", on_dismiss=_forget)
def _review(upload: Upload) -> None:
    first = upload.first_reading()
    options = _choose_options(first, upload.is_recognized)
    try:
        document = upload.document(options)
    except InputError as problem:
        show_problem(problem)
        document = first
    st.markdown(f"**{literal(upload.name)}**: {len(document.text):,} characters")
    _show_notes(document.notes)
    key = f"read_text_{upload.file_id}_{options.leave_out_running_headers}_{options.recognize_pictures}"
    st.text_area(
        "Correct any errors in the text",
        document.text,
        key=key,
        height=_TEXT_HEIGHT,
        help="The app uses only this text, not the file.",
    )
    problem_place = st.container()
    with st.container(horizontal=True):
        is_used = st.button("Use this text", key="use_read_text", type="primary", icon=":material/check:")
        is_left = st.button("Cancel", key="leave_read_text", on_click=_forget)
    if is_left:
        st.rerun()
    if is_used:
        try:
            _use(clean_text(check_visitor_text(st.session_state[key])), TextSource(upload.name, document.notes))
        except InputError as problem:
            with problem_place:
                show_problem(problem)
        else:
            st.rerun()


def _choose_options(first: ReadDocument, is_recognized: bool) -> ReadOptions:
    """Show the options that make a difference to this file."""
    is_left_out = False
    if first.running_headers:
        is_left_out = st.toggle("Leave out running headers and page numbers", key="leave_out_headers")
    if first.picture_pages and ocr_is_available() and not is_recognized:
        is_recognized = st.toggle("Recognize text in images (OCR)", key="recognize_pictures")
    return ReadOptions(leave_out_running_headers=is_left_out, recognize_pictures=is_recognized)


def _show_notes(notes: tuple[str, ...]) -> None:
    st.markdown("\n".join(f"- {literal(note)}" for note in notes))


def _use(text: str, source: TextSource) -> None:
    """Pass the text to the page's next run, because a widget takes a new value only before it is made."""
    st.session_state.upload_review = None
    st.session_state.new_text = (text, source)
