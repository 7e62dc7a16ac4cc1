"""Sessions that end: nothing keeps their texts but the bounded caches, which other sessions' texts replace."""

import gc
from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from longformer_viz.documents import landmarks
from longformer_viz.server.settings import app_settings
from longformer_viz.ui.shared.background import job_queue
from longformer_viz.widget import text_parts
from tests.faults.processes import PATIENCE_SECONDS, ROOT

PAGES = ("attention", "question_answering", "classification", "patterns")
LONG = 50_000


@pytest.fixture
def short_runs(monkeypatch) -> Iterator[None]:
    """A server that runs a model over 64 tokens at once: here the sessions count, not the runs."""
    monkeypatch.setenv("LONGFORMER_VIZ_MAX_TOKENS", "64")
    app_settings.cache_clear()
    yield
    monkeypatch.undo()
    app_settings.cache_clear()


def visit(number: int) -> None:
    """Open the app with a text of 100 KB that no other session has, and go to another page."""
    text = f"session {number:04d} " + " ".join(f"word{number}x{each}" for each in range(9_000))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_SECONDS)
    app.session_state.own_text = app.session_state.pasted = text
    app.query_params["document"] = "Your text"
    app.run()
    app.switch_page(f"pages/{PAGES[number % len(PAGES)]}.py").run()
    assert not app.exception
    assert not app.error


def sessions_held() -> set[str]:
    """Return the sessions whose text is still referred to by something, the long strings of this process."""
    gc.collect()
    return {
        text[:12]
        for holder in gc.get_objects()
        for text in gc.get_referents(holder)
        if type(text) is str and len(text) > LONG and text.startswith("session ")
    }


@pytest.mark.filterwarnings("ignore")
def test_nothing_of_an_ended_session_stays(short_runs, default_model):
    caches = (text_parts.block_table, text_parts.sentence_table, landmarks._found_tokens)
    for number in range(8):
        visit(number)
    job_queue().cache.clear()
    assert len(sessions_held()) <= sum(cache.cache_info().currsize for cache in caches)
    for cache in caches:
        cache.cache_clear()
    st.cache_data.clear()
    assert sessions_held() == set()
