"""The Curves page: time and memory by document length, whether a setup fits in memory, and claims about both."""

import streamlit as st

from longformer_viz.ui.curves.claims import choose_claims, claims_view
from longformer_viz.ui.curves.fit import choose_setup, fit_view
from longformer_viz.ui.curves.plan_controls import CURVE_VIEWS, choose_plan, choose_view
from longformer_viz.ui.curves.results import keep_own_sweeps
from longformer_viz.ui.curves.view import curves_view
from longformer_viz.ui.link_params import show_link_problems
from longformer_viz.ui.shared.state import keep_shared_settings

show_link_problems()
keep_shared_settings()
view, python = choose_view()
storage = st.sidebar.container()
if view == CURVE_VIEWS[0]:
    curves_view(choose_plan(), python)
elif view == CURVE_VIEWS[1]:
    fit_view(*choose_setup(), python)
else:
    claims_view(*choose_claims(), python)
with storage:
    keep_own_sweeps()
