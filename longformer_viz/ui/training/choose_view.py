"""The choice between a new training run and the runs there are."""

import streamlit as st

from longformer_viz.models.runs import run_folder
from longformer_viz.ui.shared.link_param import LinkParam, one_of

NEW_RUN, RUNS = TRAIN_VIEWS = ("New run", "Runs")
VIEW = LinkParam("train_view", one_of("View", TRAIN_VIEWS), default=NEW_RUN)
RUN = LinkParam("run", run_folder, None, is_control=False, otherwise="The page shows the newest run.")
LINK_PARAMS = (VIEW, RUN)


def choose_view() -> str:
    """Show the control that selects one of the two views, and return it."""
    return (
        st.segmented_control(
            "View", TRAIN_VIEWS, default=VIEW.default, required=True, **VIEW.bound, label_visibility="collapsed"
        )
        or NEW_RUN
    )
