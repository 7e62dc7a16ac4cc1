"""The rollout of a token on the page, layer by layer, with play, pause and step."""

import streamlit as st

from longformer_viz.figures.position_note import position_note
from longformer_viz.figures.rollout import describe_rollout, rollout_figure
from longformer_viz.snippets.attention import RolloutShown
from longformer_viz.trace.rollout import Rollout, attention_rollout
from longformer_viz.trace.trace import Trace
from longformer_viz.ui.attention.followed_token import choose_followed
from longformer_viz.ui.shared.background import computed, trace_key
from longformer_viz.ui.shared.figure import current_theme, show_figure
from longformer_viz.ui.shared.formatting import literal

_SECONDS_A_LAYER = 0.9
_SECONDS_A_PAIR = 5e-9  # measured, on two cores

WHAT_IT_IS = (
    "Attention rollout (Abnar and Zuidema 2020) estimates where a token's content comes from. "
    "It assumes that half of each layer's output is the token itself. The other half is mixed from all tokens, by "
    "the mean attention of the heads. "
    "It does not explain the model's output: it ignores values, feed-forward layers and normalization. "
    ":gray-badge[computed]"
)


def rollout_view(trace: Trace, selected: int | None) -> RolloutShown | None:
    """Show the rollout of one token with its controls.

    Args:
        trace: The run.
        selected: The token selected in the map or the text, or None.

    Returns:
        What is shown; None without a token.
    """
    token = choose_followed(trace.tokens, selected)
    if token is None:
        st.caption(WHAT_IT_IS)
        return None
    rollout = _rollout_of(trace, token)
    if rollout is None:
        return None
    last = len(trace.layers) - 1
    state = st.session_state.setdefault("rollout", {"layer": last, "playing": False})
    state["layer"] = min(state["layer"], last)
    state["shown"] = False
    _controls(state, last)
    # Streamlit reruns a fragment with a timer, so the fragment exists only while the rollout plays.
    strips = st.fragment(_strips, run_every=_SECONDS_A_LAYER) if state["playing"] else _strips
    strips(rollout, trace, state)
    st.caption(f"{WHAT_IT_IS} {position_note(trace)}")
    return RolloutShown(token)


def _controls(state: dict, last: int) -> None:
    def play() -> None:
        state.update(playing=True, layer=0 if state["layer"] >= last else state["layer"])

    def step(by: int) -> None:
        state.update(playing=False, layer=min(max(state["layer"] + by, 0), last))

    with st.container(horizontal=True, vertical_alignment="center"):
        if state["playing"]:
            st.button(
                "Pause", key="rollout_pause", icon=":material/pause:", on_click=lambda: state.update(playing=False)
            )
        else:
            st.button("Play", key="rollout_play", icon=":material/play_arrow:", on_click=play, disabled=last < 1)
        st.button("Step back", key="rollout_back", icon=":material/skip_previous:", on_click=step, args=(-1,))
        st.button("Step forward", key="rollout_step", icon=":material/skip_next:", on_click=step, args=(1,))


def _strips(rollout: Rollout, trace: Trace, state: dict) -> None:
    """Show the figure and its description; each rerun by the timer shows one more layer."""
    last = len(trace.layers) - 1
    if state["playing"] and state["shown"]:
        state["layer"] = min(state["layer"] + 1, last)
    state["shown"] = True
    if state["playing"] and state["layer"] == last:
        state["playing"] = False
        st.rerun()  # A fragment cannot end its own timer, but a rerun of the page does.
    layer = state["layer"]
    description = describe_rollout(rollout, trace, layer)
    show_figure(rollout_figure(rollout, trace, layer, current_theme()), "rollout_figure", alt=description)
    st.markdown(literal(description))


def _rollout_of(trace: Trace, token: int) -> Rollout | None:
    """Return the rollout of a token; None if the visitor cancelled it."""
    return computed(
        ("rollout", trace_key(trace), token),
        lambda progress: attention_rollout(trace, token, progress),
        "Computing the rollout",
        predicted_seconds=_SECONDS_A_PAIR * trace.pairs_scored,
        size_of=lambda rollout: rollout.weights.nbytes,
        may_leave=True,
    )
