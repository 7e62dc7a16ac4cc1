"""The fragments around the map, without a browser: short documents, bad places, and what they say."""

import pytest
from streamlit.testing.v1 import AppTest


def page(text, window, positions, view):
    """One fragment over one document; runs as a script of its own."""
    import streamlit as st

    from longformer_viz import AttentionSpec, run
    from longformer_viz.ui.attention.bertviz import bertviz_view
    from longformer_viz.ui.attention.downloads import downloads
    from longformer_viz.ui.attention.rollout import rollout_view
    from longformer_viz.ui.shared.background import loaded_model

    if "trace" not in st.session_state:
        st.session_state.trace = run(loaded_model(None, "cpu", "float32"), text, AttentionSpec(window, 1, positions))
    trace = st.session_state.trace
    if view == "bertviz":
        bertviz_view(trace, 7)
    elif view == "rollout":
        rollout_view(trace, len(trace.tokens) - 1)
    else:
        downloads(trace, 0, 0)


def opened(text, view, window=8, positions=(0,)):
    arguments = {"text": text, "window": window, "positions": positions, "view": view}
    return AppTest.from_function(page, default_timeout=120, kwargs=arguments).run()


@pytest.mark.parametrize("view", ["bertviz", "rollout", "downloads"])
@pytest.mark.parametrize("text", ["a", "Two words", "One for ships, the other nobody reads. " * 40])
def test_documents_of_all_lengths_are_shown(view, text):
    app = opened(text, view)
    assert not app.exception
    assert not app.error


def test_a_stretch_starts_where_the_page_says_or_as_far_on_as_the_document_goes():
    long, short = opened("One for ships, the other nobody reads. " * 40, "bertviz"), opened("Two words", "bertviz")
    assert "Tokens 7 to 38 of" in long.caption[0].value
    assert "Tokens 0 to 3 of" in short.caption[0].value


def test_a_followed_token_is_named_and_the_picture_said_to_be_no_explanation():
    app = opened("One for ships, the other nobody reads.", "rollout")
    assert "Attention rollout of token" in app.markdown[0].value.replace("\\", "")
    assert any("does not explain" in caption.value for caption in app.caption)
    app.button(key="rollout_back").click().run()
    assert "after layer 4" in app.markdown[0].value


def test_a_cancelled_work_is_not_run_and_can_be_asked_for_again(monkeypatch):
    from longformer_viz.ui.shared import background as heavy

    keys = []
    queue = heavy.job_queue()
    submit = queue.submit

    def remember(key, *rest, **more):
        keys.append(key)
        return submit(key, *rest, **more)

    monkeypatch.setattr(queue, "submit", remember)
    app = opened("One for ships, the other nobody reads.", "rollout")
    assert len(keys) == 1
    app.session_state.cancelled_work = keys[0]
    app.run()
    assert len(keys) == 1
    assert "cancelled" in app.info[0].value
    assert not app.get("plotly_chart")
    app.button[0].click().run()
    assert len(app.get("plotly_chart")) == 1
