"""Longformer Viz: the router. `streamlit run app.py` starts the app."""

import os

import streamlit as st

# Before torch is loaded: its threads sleep while they wait. By default they spin, and where the browser or another
# reader wants the same cores, a run takes up to ten times as long.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

st.set_page_config(page_title="Longformer Viz", page_icon="longformer_viz/ui/icon.png", layout="wide")

# Every url_path differs from its file's stem: a first visit to a stem's address would run the page without this file.
page = st.navigation(
    [
        st.Page(
            "pages/attention.py",
            title="Attention",
            url_path="map",
            default=True,
            help="One document's real banded attention, and what window, dilation and global tokens change in it.",
        ),
        st.Page(
            "pages/patterns.py",
            title="Compare",
            url_path="compare",
            help="Longformer, BigBird, Reformer and others side by side: what each keeps and what it cannot reach.",
        ),
        st.Page(
            "pages/scaling.py",
            title="Curves",
            url_path="curves",
            help="Memory and time against length, measured here; what fits on a card; and what articles claim.",
        ),
        st.Page(
            "pages/classification.py",
            title="Labels",
            url_path="labels",
            help="A document's topic, sentiment or any label of yours, and the sentences that carry the decision.",
        ),
        st.Page(
            "pages/question_answering.py",
            title="Answers",
            url_path="answers",
            help="A question to the document: the passage that answers it, and whether that needs a Longformer.",
        ),
    ],
    position="top",
)
page.run()
