"""Go on with the CPU where the GPU fails, with a notice."""

from typing import NoReturn

import streamlit as st

from longformer_viz.models.devices import DeviceError
from longformer_viz.ui.shared.formatting import literal

_FAULT, _NOTICE = "gpu_fault", "gpu_notice"


def fall_back_to_cpu(fault: DeviceError) -> NoReturn:
    """Run the page again on the CPU. Called where a result was computed, and the GPU was the cause that it was not.

    Args:
        fault: What happened.
    """
    st.session_state[_FAULT] = str(fault)
    st.rerun()


def take_fallback() -> None:
    """Choose the CPU after a fault of the GPU, and show a notice while it stays chosen.

    Called before the control of the device is shown, in every run of a page with a model.
    """
    fault = st.session_state.pop(_FAULT, None)
    if fault is not None:
        st.session_state.update({"device": "cpu", "dtype": "float32", _NOTICE: fault})
    with st.container():  # Always there, so that what follows keeps its place.
        if _NOTICE not in st.session_state:
            return
        if st.session_state.get("device", "cpu") == "cpu":
            st.warning(
                f"The GPU could not be used, so this page runs on the CPU. {literal(st.session_state[_NOTICE])}",
                icon=":material/memory:",
            )
        else:
            del st.session_state[_NOTICE]
