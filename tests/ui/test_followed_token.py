"""The token that a rollout follows: found by a word in any case, in its context, and never markup."""

from streamlit.testing.v1 import AppTest

from longformer_viz.trace.tokens import Tokens
from longformer_viz.ui.attention.followed_token import in_context, occurrences

TEXT = "The ferry fee. No Ferry, no fee"
OFFSETS = ((0, 0), (0, 3), (4, 9), (10, 13), (13, 14), (15, 17), (18, 21), (21, 23), (23, 24), (25, 27), (28, 31))
TOKENS = Tokens((5,) * len(OFFSETS), OFFSETS, tuple(TEXT[start:stop] or "[CLS]" for start, stop in OFFSETS), TEXT)


def test_words_are_found_in_any_case_at_the_first_token_they_touch():
    assert occurrences(TOKENS, "ferry") == [2, 6]
    assert occurrences(TOKENS, "NO FEE") == [9]
    assert occurrences(TOKENS, "erry") == [2, 6]
    assert occurrences(TOKENS, ".*") == []


def test_the_context_is_one_line_with_the_position():
    assert in_context(TOKENS, 2).startswith("2: … The ferry fee.")


def script(selected):
    import streamlit as st

    from longformer_viz.ui.attention.followed_token import choose_followed
    from tests.ui.test_followed_token import TOKENS

    st.text(f"follows {choose_followed(TOKENS, selected)}")


def follows(app):
    return app.text[0].value.removeprefix("follows ")


def test_nothing_is_followed_until_a_token_is_selected_or_found():
    app = AppTest.from_function(script, args=(None,)).run()
    assert follows(app) == "None"
    assert "Select a token" in app.caption[0].value
    app.text_input[0].set_value("ferry").run()
    assert follows(app) == "2"
    app.selectbox[0].select(6).run()
    assert follows(app) == "6"
    app.text_input[0].set_value("harbour").run()
    assert follows(app) == "None"
    assert "No token" in app.caption[0].value


def test_the_selected_token_is_followed_and_a_search_goes_before_it():
    app = AppTest.from_function(script, args=(4,)).run()
    assert follows(app) == "4"
    app.text_input[0].set_value("fee").run()
    assert follows(app) == "3"
