"""How far a job in the background is."""

from collections.abc import Sequence

import streamlit as st

from longformer_viz.corpus.background.queue import CANCELLED, FAILED, BackgroundJob
from longformer_viz.corpus.examination import Row
from longformer_viz.spec import counted
from longformer_viz.ui.corpus.session import corpus_queue
from longformer_viz.ui.shared.formatting import duration, show_problem


def show_progress(job: BackgroundJob, rows: Sequence[Row], key: str) -> None:
    """Show how far a job is, with a button that cancels it, or how it ended.

    Args:
        job: The job.
        rows: Its rows so far.
        key: The start of the keys of its elements.
    """
    total = len(job.references)
    done = len({row["document"] for row in rows})
    if job.is_live:
        left, right = st.columns([6, 1], vertical_alignment="center")
        place = corpus_queue().place(job)
        seconds = job.seconds_left(rows)
        text = f"{done:,} of {total:,} documents" + ("" if seconds is None else f", about {duration(seconds)} left")
        if place:
            text = f"Waiting for {place} earlier {'job' if place == 1 else 'jobs'}."
        elif done == total:
            text = "Finishing …"
        elif not done:
            text = f"Reading {counted(total, 'document')} …"
        left.progress(done / total if total else 0.0, text=text)
        right.button(
            "Cancel",
            key=f"{key}_cancel",
            icon=":material/cancel:",
            on_click=corpus_queue().cancel,
            width="stretch",
            args=(job,),
        )
    elif job.state == FAILED:
        show_problem(job.message)
    elif job.state == CANCELLED:
        below = " The results so far are below." if done else ""
        st.info(f"Cancelled after {done:,} of {total:,} documents.{below}", icon=":material/cancel:")
