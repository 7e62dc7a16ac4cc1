"""The values that a link carries. All are checked once, because Streamlit drops invalid values without a message."""

import streamlit as st

from longformer_viz.spec import InputError
from longformer_viz.ui.address_echo import keep_arrived
from longformer_viz.ui.answers import question_input
from longformer_viz.ui.attention import map_address, pinned
from longformer_viz.ui.attention.address_of_map import WRITTEN
from longformer_viz.ui.compare import pattern_choice, pattern_settings, reach
from longformer_viz.ui.corpus import setup as corpus_setup
from longformer_viz.ui.curves import claims, fit, plan_controls, results, view
from longformer_viz.ui.labels import label_choice
from longformer_viz.ui.lesson import address
from longformer_viz.ui.shared import pattern_controls, state
from longformer_viz.ui.shared.link_param import LinkParam
from longformer_viz.ui.shared.notices import ADDRESS, clear_notices, leave_notice, show_notices
from longformer_viz.ui.teaching import glossary_page, teach
from longformer_viz.ui.training import choose_view as train_view

_LINK = "link "  # Start of the owner's name of this module's notices; the value's name follows.
LINK_PARAMS: tuple[LinkParam, ...] = (
    *state.LINK_PARAMS,
    *pattern_controls.LINK_PARAMS,
    *map_address.LINK_PARAMS,
    *pinned.LINK_PARAMS,
    *pattern_settings.LINK_PARAMS,
    *pattern_choice.LINK_PARAMS,
    *reach.LINK_PARAMS,
    *plan_controls.LINK_PARAMS,
    *results.LINK_PARAMS,
    *view.LINK_PARAMS,
    *fit.LINK_PARAMS,
    *claims.LINK_PARAMS,
    *label_choice.LINK_PARAMS,
    *question_input.LINK_PARAMS,
    *corpus_setup.LINK_PARAMS,
    *address.LINK_PARAMS,
    *teach.LINK_PARAMS,
    *glossary_page.LINK_PARAMS,
    *train_view.LINK_PARAMS,
)


def show_link_problems() -> None:
    """Show an error for each invalid value in the address, which is checked once a session.

    An error disappears when its control gets another value, or when the visitor dismisses it.
    """
    if not st.session_state.get("is_link_checked"):
        st.session_state.is_link_checked = True
        before = st.query_params.to_dict()
        for param in LINK_PARAMS:
            if param.key in st.query_params:
                _check(param)
        keep_arrived({key: st.query_params[key] for key in WRITTEN if key in st.query_params})
        if st.query_params.to_dict() != before:
            st.rerun()
    with st.container():  # Always present, so that the elements below keep their identity.
        if show_notices(_LINK):
            st.button("Dismiss", on_click=clear_notices, args=(_LINK,))


def _check(param: LinkParam) -> None:
    """Replace a value of an earlier version, and leave a notice for an invalid one."""
    values = st.query_params.get_all(param.key)
    if (present := [param.former(value) for value in values]) != values:
        values = present
        st.query_params[param.key] = values
    try:
        for value in values:
            param.check(value)
    except InputError as problem:
        # Streamlit removes an invalid value of a control from the address. The notice disappears with the next value.
        about = {ADDRESS + param.key: (st.query_params[param.key], None)} if param.is_control else {}
        leave_notice(_LINK + param.key, f"{problem} {param.otherwise}", about)
        if param is state.MODEL:  # The choice of labels reads it before its control does.
            del st.query_params[param.key]
