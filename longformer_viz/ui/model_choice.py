"""The choice of a model by its source: built in, a training run, from the hub, or from a folder or file."""

from pathlib import Path

import streamlit as st

from longformer_viz.models.embedded import NAME as DEFAULT
from longformer_viz.models.gguf.smollm2 import COST
from longformer_viz.models.gguf.smollm2 import NAME as SMOLLM2
from longformer_viz.models.runs import RUN_PREFIX, finished_runs, is_run_name
from longformer_viz.models.support import FAMILIES_NOTE
from longformer_viz.server.policy import check_model, offered_models
from longformer_viz.server.settings import app_settings
from longformer_viz.ui.shared.link_param import LinkParam

_SOURCE = "model_source"
_BUILT_IN = {f"Built in: {DEFAULT}": "", f"Built in: {SMOLLM2}, a decoder": SMOLLM2}
_HUB, _FOLDER = "From the hub", "From a folder or file"
_RUN = "Your run: "


def check_linked_model(name: str) -> None:
    """Check a model's name in a link where the server offers a list of models. Elsewhere the page checks it.

    Args:
        name: The name; "" for the built-in default.

    Raises:
        InputError: The server does not offer it.
    """
    if app_settings().models is not None:
        check_model(name)


def choose_model_name(param: LinkParam, page: str) -> str:
    """Show the source of the model and its name, or the list of the models that the server offers.

    Args:
        param: The model's name in the address.
        page: What the page shows, a key of `FAMILIES_NOTE`.

    Returns:
        The name for `load`; "" for the built-in default.
    """
    offered = offered_models()
    if offered is not None:
        return _choose_offered(param, page, offered)
    settings = app_settings()
    typed = str(st.session_state.get(param.key, st.query_params.get(param.key, ""))).strip()
    st.session_state[_SOURCE] = _source_of(typed, st.session_state.get(_SOURCE))

    def take() -> None:
        source = st.session_state[_SOURCE]
        is_run = source.startswith(_RUN)
        st.session_state[param.key] = source.replace(_RUN, RUN_PREFIX, 1) if is_run else _BUILT_IN.get(source, "")

    runs = map(_of_run, finished_runs()) if settings.allow_training else ()
    st.selectbox(
        "Model",
        [*_BUILT_IN, *runs, _HUB, *([_FOLDER] if settings.allow_folders else [])],
        key=_SOURCE,
        on_change=take,
        help=f"This page supports {FAMILIES_NOTE[page]}\n\nThe built-in {SMOLLM2} takes {COST}.",
    )
    return st.text_input(
        "Name, folder or file" if settings.allow_folders else "Name",
        **param.bound,
        placeholder=DEFAULT,
        help="A Hugging Face Hub name such as allenai/longformer-base-4096"
        + (", a folder on this server, a GGUF file" if settings.allow_folders else "")
        + (", or run: and the name of one of your training runs." if settings.allow_training else "."),
    ).strip()


def _choose_offered(param: LinkParam, page: str, offered: tuple[str, ...]) -> str:
    """Show the list of the models that the server offers, and return the name of the chosen one."""
    if st.session_state.get(param.key) not in (None, *offered):
        del st.session_state[param.key]
    return st.selectbox(
        "Model",
        offered,
        format_func=lambda name: name or DEFAULT,
        **param.bound,
        help=f"The models that this server offers. This page supports {FAMILIES_NOTE[page]}",
    )


def _of_run(name: str) -> str:
    return _RUN + name


def _source_of(typed: str, chosen: str | None) -> str:
    """Return the source of a typed name; a source chosen before its name is typed stays."""
    for source, name in _BUILT_IN.items():
        if typed == name and not (typed == "" and chosen in (_HUB, _FOLDER)):
            return source
    if typed == "":
        return _HUB if chosen is None or chosen.startswith(_RUN) else chosen
    settings = app_settings()
    if is_run_name(typed):
        run = typed.removeprefix(RUN_PREFIX)
        return _of_run(run) if settings.allow_training and run in finished_runs() else _HUB
    if not settings.allow_folders:
        return _HUB
    try:
        is_here = Path(typed).expanduser().exists() or typed.startswith(("/", ".", "~"))
    except (OSError, RuntimeError):  # The path is too long, or names an unknown user's home.
        is_here = False
    return _FOLDER if is_here else _HUB
