"""The choice of a model by its source: built in, a training run, from the hub, or from a folder or file."""

from pathlib import Path

import streamlit as st

from longformer_viz.models.embedded import NAME as DEFAULT
from longformer_viz.models.gguf.smollm2 import COST
from longformer_viz.models.gguf.smollm2 import NAME as SMOLLM2
from longformer_viz.models.runs import RUN_PREFIX, finished_runs, is_run_name
from longformer_viz.models.support import FAMILIES_NOTE
from longformer_viz.ui.shared.link_param import LinkParam

_SOURCE = "model_source"
_BUILT_IN = {f"Built in: {DEFAULT}": "", f"Built in: {SMOLLM2}, a decoder": SMOLLM2}
_HUB, _FOLDER = "From the hub", "From a folder or file"
_RUN = "Your run: "


def choose_model_name(param: LinkParam, page: str) -> str:
    """Show the source of the model and its name.

    Args:
        param: The model's name in the address.
        page: What the page shows, a key of `FAMILIES_NOTE`.

    Returns:
        The name for `load`; "" for the built-in default.
    """
    typed = str(st.session_state.get(param.key, st.query_params.get(param.key, ""))).strip()
    st.session_state[_SOURCE] = _source_of(typed, st.session_state.get(_SOURCE))

    def take() -> None:
        source = st.session_state[_SOURCE]
        is_run = source.startswith(_RUN)
        st.session_state[param.key] = source.replace(_RUN, RUN_PREFIX, 1) if is_run else _BUILT_IN.get(source, "")

    st.selectbox(
        "Model",
        [*_BUILT_IN, *map(_of_run, finished_runs()), _HUB, _FOLDER],
        key=_SOURCE,
        on_change=take,
        help=f"This page supports {FAMILIES_NOTE[page]}\n\nThe built-in {SMOLLM2} takes {COST}.",
    )
    return st.text_input(
        "Name, folder or file",
        **param.bound,
        placeholder=DEFAULT,
        help="A Hugging Face Hub name such as allenai/longformer-base-4096, a folder on this server, a GGUF file, or "
        "run: and the name of one of your training runs.",
    ).strip()


def _of_run(name: str) -> str:
    return _RUN + name


def _source_of(typed: str, chosen: str | None) -> str:
    """Return the source of a typed name; a source chosen before its name is typed stays."""
    for source, name in _BUILT_IN.items():
        if typed == name and not (typed == "" and chosen in (_HUB, _FOLDER)):
            return source
    if typed == "":
        return _HUB if chosen is None or chosen.startswith(_RUN) else chosen
    if is_run_name(typed):
        return _of_run(typed.removeprefix(RUN_PREFIX)) if typed.removeprefix(RUN_PREFIX) in finished_runs() else _HUB
    try:
        is_here = Path(typed).expanduser().exists() or typed.startswith(("/", ".", "~"))
    except (OSError, RuntimeError):  # The path is too long, or names an unknown user's home.
        is_here = False
    return _FOLDER if is_here else _HUB
