"""The document and the model, which all pages share. The address and the browser tab keep them."""

from contextlib import nullcontext, suppress
from dataclasses import dataclass
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.errors import StreamlitAPIException

from longformer_viz.documents import clean_text
from longformer_viz.documents.samples import DEFAULT_SAMPLE, sample, sample_names
from longformer_viz.models.checkpoints import NotDownloadedError
from longformer_viz.models.devices import DTYPES, check_device, devices, dtypes
from longformer_viz.models.loading import LoadedModel
from longformer_viz.models.support import check_is_encoder
from longformer_viz.server.policy import check_tokens, check_visitor_text
from longformer_viz.server.settings import app_settings
from longformer_viz.spec import InputError, shown
from longformer_viz.trace.tokens import Tokens
from longformer_viz.ui.components.tab_memory import remembered_text
from longformer_viz.ui.faults.gpu_fallback import take_fallback
from longformer_viz.ui.model_choice import check_linked_model, choose_model_name
from longformer_viz.ui.shared import pattern_controls
from longformer_viz.ui.shared.background import loaded_model, page_shown
from longformer_viz.ui.shared.formatting import literal, show_problem
from longformer_viz.ui.shared.link_param import LinkParam, one_of, whole
from longformer_viz.ui.shared.notices import PAGE, clear_notices, leave_notice, show_notices
from longformer_viz.ui.shared.upload import NOTICE, OWN_POPOVER, choose_file, review_upload, show_source

OWN_TEXT = "Your text"
# Options of select boxes are their own labels, so that the address contains what the visitor sees.
SAMPLES = {name.replace("_", " ").capitalize(): name for name in sample_names()}
_DEFAULT_DOCUMENT = next(label for label, name in SAMPLES.items() if name == DEFAULT_SAMPLE)

DOCUMENT = LinkParam("document", one_of("Document", (*SAMPLES, OWN_TEXT)), default=_DEFAULT_DOCUMENT)
MODEL = LinkParam("model", check_linked_model, default="")
DEVICE = LinkParam("device", lambda text: one_of("Device", devices())(text), default="cpu")
DTYPE = LinkParam("dtype", one_of("Number format", tuple(DTYPES)), default="float32")
PART = LinkParam("part", whole("The first token of the part"), default=0)
LINK_PARAMS = (DOCUMENT, MODEL, DEVICE, DTYPE, PART)

_PASTE = "paste"
_CUT_TOKENS = 8  # A part that begins or ends inside a word may have a few tokens more when it is tokenized alone.
_PATTERN = tuple(param.key for param in pattern_controls.LINK_PARAMS)
_SHARED = ("document", "model", "device", "dtype", *_PATTERN)


@dataclass(frozen=True, slots=True)
class Document:
    """The text that all pages show.

    Attributes:
        title: Its name, for headings.
        text: The text.
        questions: Questions that it answers.
    """

    title: str
    text: str
    questions: tuple[str, ...] = ()


def choose_document() -> Document | None:
    """Show the document's controls in the sidebar.

    Returns:
        The document, or None, with a message on the page, if there is no text.
    """
    keep_across_pages()
    take_fallback()
    if (new := st.session_state.pop("new_text", None)) is not None:  # of an upload, from its dialog
        text, source = new
        st.session_state.update(own_text=text, pasted=text, document=OWN_TEXT, own_source=source)
    with st.sidebar:
        kept = remembered_text(st.session_state.get("own_text"), shows_own_text())
        if kept and st.session_state.get("own_text") is None:
            st.session_state.own_text = st.session_state.pasted = kept
        name = st.selectbox(
            "Document",
            [*SAMPLES, OWN_TEXT],
            index=list(SAMPLES).index(DOCUMENT.default),
            **DOCUMENT.bound,
        )
        with st.popover(
            "Paste or upload your own",
            icon=":material/edit_note:",
            width="stretch",
            key=OWN_POPOVER,
            on_change="rerun",  # so that a paste or an upload can close it
        ):
            pasted = st.text_area(
                "Paste a text", key="pasted", height=240, on_change=_take_paste, persist_state="session"
            )
            _show_refusal(pasted)
            choose_file()
            st.caption("Your text stays on this server and in this browser tab. It is not sent anywhere else.")
    with st.container():  # always there, so that what follows keeps its place
        review_upload()
        show_notices(NOTICE)
        if not st.session_state.get(OWN_POPOVER):  # The open one shows it beside the field.
            show_notices(_PASTE)
        if name == OWN_TEXT:
            return _own_document(kept)
    chosen = sample(SAMPLES[name])
    st.sidebar.caption(chosen.about)
    return Document(chosen.title, chosen.text, tuple(each.question for each in chosen.questions))


def shows_own_text() -> bool:
    """Return whether the chosen document is the visitor's own text, on the first run by the address."""
    return OWN_TEXT in (st.session_state.get("document"), st.query_params.get("document"))


def _own_document(kept: str | None) -> Document | None:
    """Return the visitor's own text; None, with a message, where there is none that can be shown.

    Args:
        kept: What the browser's tab kept: None until it has told, "" where it has nothing.
    """
    text = st.session_state.get("own_text")
    if text is None and kept is None:
        st.info("Restoring your text …", icon=":material/hourglass_top:")
        return None
    if text is None:
        st.info(
            "This link refers to a text that is only in the browser where it was pasted. "
            "Paste the text, or choose a sample document.",
            icon=":material/link_off:",
        )
        return None
    with st.sidebar:
        show_source()
    try:
        return Document("Your text", clean_text(check_visitor_text(text)))
    except InputError as problem:
        show_problem(problem)
        return None


def keep_shared_settings() -> None:
    """Keep the document's and the model's settings on a page that does not show their controls."""
    _keep(_SHARED)


def keep_pattern_settings() -> None:
    """Keep the pattern's settings in a run of a page that does not show their controls."""
    _keep(_PATTERN)


def _keep(names: tuple[str, ...]) -> None:
    st.session_state.update({name: st.session_state[name] for name in names if name in st.session_state})


def keep_across_pages() -> None:
    """Keep the settings of a link on the next page, because Streamlit keeps only changed controls."""
    state, page = st.session_state, page_shown()
    if state.get("page_shown", page) != page:
        kept = {name: state[name] for name in _SHARED if name in state}
        state.update(kept)
        for name, value in kept.items():
            with suppress(StreamlitAPIException):  # one that stands at its default is bound still, and in no address
                if value not in ("", None):
                    st.query_params[name] = str(value)
    state.page_shown = page


def _take_paste() -> None:
    clear_notices(NOTICE)
    clear_notices(_PASTE)
    try:
        text = check_visitor_text(st.session_state.pasted)
    except InputError as problem:  # The text stays in its field.
        leave_notice(_PASTE, str(problem), ("pasted", "document", "own_text", PAGE))
        return
    # Otherwise closing the popover during the run would send the earlier document again.
    st.session_state[OWN_POPOVER] = False
    st.session_state.update(own_text=text, document=OWN_TEXT, own_source=None)


def _show_refusal(pasted: str) -> None:
    """Show why the text in the field is not the document, where the server does not accept it."""
    if pasted == st.session_state.get("own_text"):  # The page shows what is wrong with its document.
        return
    try:
        check_visitor_text(pasted)
    except InputError as problem:
        show_problem(problem)


def choose_model(
    task: str | None = None,
    message_place: DeltaGenerator | None = None,
    page: Literal["attention", "answers", "labels"] = "attention",
) -> LoadedModel | None:
    """Show the model's controls. Return None, with a button or a message, where the model is not loaded.

    Args:
        task: What the page needs of the built-in model: None, "qa", "topics" or "sentiment".
        message_place: Where on the page an error is shown; None shows it beside the controls.
        page: What the page shows, which decides the families that it supports.
    """
    name = choose_model_name(MODEL, page)
    left, right = st.columns(2)
    device = left.selectbox("Device", devices(), **DEVICE.bound)
    dtype = right.selectbox("Number format", dtypes(device), **DTYPE.bound)
    try:
        check_device(device)
        wanted = st.session_state.get("download") == name and bool(name)
        model = loaded_model(name or None, device, dtype, download=wanted, task=task)
        if page != "attention":
            check_is_encoder(model, page.capitalize())
        return model
    except NotDownloadedError as problem:
        with message_place or nullcontext():
            _offer_download(name, problem)
    except InputError as problem:
        with message_place or nullcontext():
            show_problem(problem)
    keep_pattern_settings()  # the pattern's controls are away until there is a model
    return None


def _offer_download(name: str, problem: NotDownloadedError) -> None:
    if not app_settings().allow_downloads:
        show_problem(f"This server has not downloaded this model. You entered {shown(name)}. Choose another model.")
        return
    st.info(literal(str(problem)), icon=":material/download:")
    st.button(f"Download {literal(name)}", on_click=lambda: st.session_state.update(download=name))


def choose_part(model: LoadedModel, document: Document) -> Tokens:
    """Tokenize the document. If it is longer than one run may be, show a slider for the part.

    Args:
        model: The model.
        document: The document.

    Returns:
        The tokens of the document or the part.
    """
    tokens = model.tokenize(document.text)
    most = app_settings().max_tokens
    if most is None or most >= model.max_tokens:
        return _part(model, tokens, model.max_tokens, "The model reads")
    return _part(model, tokens, most, "This server runs a model over")


def choose_part_for_passes(model: LoadedModel, document: Document) -> Tokens:
    """Tokenize the document for a page that reads a long one in several passes, which only the server limits.

    Args:
        model: The model.
        document: The document.

    Returns:
        The tokens of the document, or of a part as if it were a document.
    """
    tokens = model.tokenize(document.text)
    most = app_settings().max_tokens
    if most is None or len(tokens) <= most:
        return tokens
    part = _part(model, tokens, most - _CUT_TOKENS, "This server reads")
    spans = [span for span in part.offsets if span[1] > span[0]]
    cut = model.tokenize(document.text[spans[0][0] : spans[-1][1]])
    check_tokens(len(cut))
    return cut


def _part(model: LoadedModel, tokens: Tokens, most: int, who: str) -> Tokens:
    """Return the tokens, or the part that the visitor chooses where there are more than `most`."""
    total = len(tokens)
    if total <= most:
        return tokens
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    left.warning(
        f"The document has {total:,} tokens. {who} at most {most:,}. Choose the part to show.",
        icon=":material/content_cut:",
    )
    start = right.slider("First token", 0, total - most, PART.default, step=256, **PART.bound)
    start = min(max(start, 0), total - most)  # A browser can send a value beyond the slider's ends.
    return model.tokenize(tokens.text, start=start, limit=most)
