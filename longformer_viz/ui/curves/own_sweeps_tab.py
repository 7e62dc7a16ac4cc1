"""The tab of a reader's own sweeps: a list, and controls that show, rename, save, open and delete them."""

from collections.abc import Mapping

import streamlit as st

from longformer_viz.probe.saved_sweep import (
    MOST_NAME,
    SCOPES,
    SavedSweep,
    machine_name,
    measured_on,
    read_sweeps,
    sweeps_json,
)
from longformer_viz.server.policy import check_upload
from longformer_viz.spec import InputError
from longformer_viz.ui.curves.own_sweeps import OwnSweeps, own_sweeps
from longformer_viz.ui.curves.results import hide_sweep, show_plan, show_sweep
from longformer_viz.ui.shared.download_buttons import csv_button, json_button
from longformer_viz.ui.shared.formatting import literal
from longformer_viz.ui.shared.notices import PAGE, clear_notices, leave_notice, show_notices

_NOTICE, _FILE = "measurement file", "sweep_file"
_SELECTED, _NAME = "own_selected", "own_name"


def own_sweeps_tab() -> None:
    """Show the reader's sweeps and what can be done with them."""
    own = own_sweeps()
    found = own.all()
    if found:
        _list(own, found)
        _edit(found)
    st.caption(
        "Your measurements are kept in this browser, where other visitors never see them. They survive a reload and "
        "a restart of the server. To use them on another machine, download them and open the file there."
        if found
        else "You have no measurements yet. Click *Measure here*, or open a file of measurements. This browser keeps "
        "them, and other visitors never see them."
    )
    st.file_uploader("Open a file of measurements (JSON)", type=["json"], key=_FILE, on_change=_take_file)
    show_notices(_NOTICE)
    _show_unreadable(own)


def _list(own: OwnSweeps, found: Mapping[str, SavedSweep]) -> None:
    rows = []
    for key, sweep in found.items():
        plan = sweep.results.plan
        rows.append(
            {
                "Name": sweep.name,
                "Measured": measured_on(sweep.results),
                "Machine": machine_name(sweep.results),
                "Scope": f"{SCOPES[plan.level]}, {plan.shape}",
                "Methods": len(plan.methods),
                "Lengths": f"{plan.lengths[0]:,} to {plan.lengths[-1]:,}",
                "Kept": "this session only" if key in own.reasons else "this browser",
            }
        )
    column = st.column_config.Column
    st.dataframe(
        rows,
        hide_index=True,
        width="stretch",
        column_config={
            "Machine": column(help="The processor or GPU that measured."),
            "Scope": column(help="One attention layer or a whole encoder, and its size."),
            "Lengths": column(help="The shortest and the longest document, in tokens."),
            "Kept": column(help="A measurement that the browser has no room for is lost when you reload the page."),
        },
    )
    for key, reason in own.reasons.items():
        st.warning(
            f"*{literal(found[key].name)}* is kept until you reload the page. {reason} Delete another measurement, "
            "or download this one.",
            icon=":material/save:",
        )


def _edit(found: Mapping[str, SavedSweep]) -> None:
    """Show the controls of the selected sweep."""
    if st.session_state.get(_SELECTED) not in found:
        st.session_state[_SELECTED] = next(iter(found))
    left, right = st.columns(2)
    key = left.selectbox("Measurement", list(found), key=_SELECTED, format_func=lambda key: found[key].name)
    sweep = found[key]
    st.session_state[_NAME] = sweep.name
    right.text_input("Name", key=_NAME, max_chars=MOST_NAME, on_change=_rename, args=(key,))
    with st.container(horizontal=True):
        st.button("Show in the chart", icon=":material/show_chart:", key="show_sweep", on_click=_show, args=(key,))
        json_button("Download (JSON)", sweep.to_json, "sweep.json", "take_sweep")
        csv_button("Download (CSV)", list(sweep.results.rows()), "sweep.csv", "take_sweep_csv")
        if len(found) > 1:
            json_button(
                f"Download all {len(found)} (JSON)",
                lambda: sweeps_json(tuple(found.values())),
                "sweeps.json",
                "take_sweeps",
            )
        with st.popover("Delete", icon=":material/delete:"):
            st.markdown(f"Delete *{literal(sweep.name)}* from this browser? This cannot be undone.")
            st.button("Delete this measurement", key="delete_sweep", type="primary", on_click=_delete, args=(key,))


def _rename(key: str) -> None:
    clear_notices(_NOTICE)
    own = own_sweeps()
    try:
        own.add(own.all()[key].renamed(st.session_state[_NAME]))
    except InputError as problem:
        leave_notice(_NOTICE, str(problem), (_SELECTED, PAGE))


def _show(key: str) -> None:
    sweep = own_sweeps().all()[key]
    show_sweep(key)
    show_plan(sweep.results.plan)


def _delete(*keys: str) -> None:
    for key in keys:
        hide_sweep(key)
        own_sweeps().delete(key)


def _take_file() -> None:
    upload = st.session_state[_FILE]
    clear_notices(_NOTICE)
    if upload is None:
        return
    try:
        sweeps = read_sweeps(check_upload(upload.name, upload.getvalue()))
    except InputError as problem:
        leave_notice(_NOTICE, str(problem), (_FILE, PAGE))
        return
    for sweep in sweeps:
        own_sweeps().add(sweep)
    first = sweeps[0]
    st.session_state[_SELECTED] = first.id
    if first.results.plan.training or first.results.plan.batch != 1:
        leave_notice(
            _NOTICE,
            "The curves show forward passes of one document; this file has training steps or larger batches. "
            "It is used in the view Will it fit? instead.",
            (_FILE, PAGE),
        )
        return
    _show(first.id)


def _show_unreadable(own: OwnSweeps) -> None:
    if not own.unreadable:
        return
    number = len(own.unreadable)
    what = "A measurement in this browser" if number == 1 else f"{number} measurements in this browser"
    st.warning(
        f"{what} cannot be read. {literal(next(iter(own.problems.values())))}",
        icon=":material/broken_image:",
    )
    with st.container(horizontal=True):
        st.download_button(
            "Download as is",
            "\n".join(own.unreadable.values()).encode(errors="replace"),
            "unreadable.txt",
            "text/plain",
            key="take_unreadable",
            icon=":material/download:",
            on_click="ignore",
        )
        st.button("Delete", key="delete_unreadable", on_click=_delete, args=tuple(own.unreadable))
