"""The tabs below the labels: sentences, attention of the first token, strategies, and all labels."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from longformer_viz.figures.exports.labels import evidence_rows, label_reading_rows, label_rows, labels_json
from longformer_viz.figures.labels import describe_evidence, evidence_figure, first_token_figure
from longformer_viz.models.running import predicted_run_bytes
from longformer_viz.snippets.labels import FirstTokenShown, StrategiesShown, labels_lines
from longformer_viz.tasks.attention_shares import first_token_shares
from longformer_viz.tasks.chunking import CHUNK_TOKENS, classify_by_strategies
from longformer_viz.tasks.classifying import Classification
from longformer_viz.tasks.labels.embedding import PIECE_TOKENS
from longformer_viz.tasks.labels.evidence import Evidence
from longformer_viz.tasks.qa_input import own_tokens
from longformer_viz.tasks.splitting import spec_of_part
from longformer_viz.ui.components.map.attention_map import attention_map
from longformer_viz.ui.components.map.view import MapView
from longformer_viz.ui.labels.result import LabelsResult
from longformer_viz.ui.labels.view import Labelled
from longformer_viz.ui.python_lines import show_python
from longformer_viz.ui.shared.background import computed, run_key, should_start, traced
from longformer_viz.ui.shared.download_buttons import csv_button, json_button
from longformer_viz.ui.shared.figure import current_theme, show_figure
from longformer_viz.ui.shared.strategies import strategies_view
from longformer_viz.ui.shared.table import show_table
from longformer_viz.ui.shared.tabs import show_tabs

_STRATEGY_RUNS = 3
_CARRYING = 3  # number of sentences shaded in the chart of the first token


@st.fragment
def label_tabs(result: LabelsResult, python: DeltaGenerator) -> None:
    """Show the tabs below the label. Each is computed when it is opened.

    Args:
        result: The labels and the sentences that decide.
        python: Place of the lines that reproduce labels and open tab.
    """
    asked, found, evidence = result.asked, result.found, result.evidence
    opened = show_tabs(
        {
            "Sentences": lambda: _sentences(asked, found, evidence),
            "Attention of the first token": lambda: _first_token(asked, evidence),
            "Longformer or chunking": lambda: _strategies(asked, found),
            "All labels": lambda: _labels(asked, found, evidence),
        },
        key="labels_tabs",
    )
    explained = (None, "") if evidence is None else (evidence.label, evidence.method)
    show_python(python, labels_lines(asked.model, asked.tokens, asked.typed, asked.spec, *explained, opened))


def _sentences(asked: Labelled, found: Classification, evidence: Evidence | None) -> None:
    if evidence is None:
        st.caption("This chart appears once the sentences that decide have been found.")
        return
    text = asked.tokens.text
    described = describe_evidence(evidence, text, asked.names.get(evidence.label, evidence.label))
    show_figure(evidence_figure(evidence, text, current_theme()), "label_evidence", alt=described)
    is_long = evidence.sentences[-1].last >= CHUNK_TOKENS
    st.caption(
        "One bar per tested sentence, in document order. Yellow bars raise the probability of the label. Hatched "
        "bars, whose sentences are underlined with dots in the text, lower it."
        + (f" A model limited to {CHUNK_TOKENS} tokens does not read what is right of the dashed line." * is_long)
    )
    rows = evidence_rows(evidence, text)
    show_table(
        rows,
        columns=("rank", "sentence", "log-odds", "first token", "last token"),
        widths={"sentence": 530, "log-odds": 80, "first token": 90, "last token": 90},
        height=260,
    )
    with st.container(horizontal=True):
        csv_button("Download the sentences (CSV)", rows, "evidence.csv", "take_evidence")
        _json_button(asked, found, evidence, "take_evidence_json")


def _first_token(asked: Labelled, evidence: Evidence | None) -> FirstTokenShown | None:
    """Show the attention of the first token, if the labels come from it, and return what is shown."""
    if asked.typed is not None:
        st.info(
            "These labels are compared with the mean of all tokens of each chunk, so the first token has no "
            "special role. Choose Topics or Sentiment for a model that decides from its first token.",
            icon=":material/info:",
        )
        return None
    model, tokens, spec = asked.model, asked.tokens, asked.spec
    if len(tokens) > model.max_tokens:
        length = len(own_tokens(tokens))
        tokens = model.tokenize(tokens.text, limit=model.max_tokens)
        spec = spec_of_part(spec, 0, len(own_tokens(tokens)), length)
        st.caption(f"The first {len(tokens):,} tokens are shown: as many as fit in the model.")
    trace = traced(model, tokens, spec)
    if trace is None:
        return None
    carrying = [each for each in evidence.ranked[:_CARRYING] if each.known_weight > 0] if evidence else []
    shares = first_token_shares(trace, [(each.first, each.last) for each in carrying])
    layer, head = divmod(int(shares.argmax()), trace.heads)
    theme = current_theme()
    text_place, figure_place, caption_place = st.empty(), st.empty(), st.empty()
    chosen = attention_map(trace, MapView(layer, head), theme=theme, key="label_map", height=400)
    share = float(shares[chosen.layer, chosen.head])
    even = sum(each.last + 1 - each.first for each in carrying) / len(tokens)
    is_global = 0 in trace.global_positions
    reach = (
        "is global: it attends to the whole document" if is_global else "is not global here: it attends to its window"
    )
    told = f"The classifier decides from the first token, which {reach}."
    if carrying:
        told += (
            f" In layer {chosen.layer}, head {chosen.head} it gives **{share:.1%}** of its attention to the "
            f"{len(carrying)} strongest sentences, which contain {even:.1%} of the tokens."
        )
        told += " No head gives more." if (chosen.layer, chosen.head) == (layer, head) else ""
    text_place.markdown(told + " :gray-badge[computed]")
    with figure_place:
        show_figure(
            first_token_figure(trace, chosen.layer, chosen.head, carrying, theme),
            "label_first_token",
            alt=f"Attention of the first token over {len(tokens):,} tokens in layer {chosen.layer}, "
            f"head {chosen.head}: {share:.1%} of it on the sentences that decide.",
        )
    caption_place.caption(
        "Attention of the first token to each token, in document order. The strongest sentences are numbered and "
        "shaded. Dashed line: attention spread evenly. Choose the layer and head in the map below. Attention is not "
        "explanation: a head may attend to a sentence that does not decide."
    )
    return FirstTokenShown(tokens, spec, chosen.layer, chosen.head, len(carrying))


def _strategies(asked: Labelled, found: Classification) -> StrategiesShown | None:
    """Show the labels of every strategy, once the visitor has asked for it."""
    if asked.typed is not None:
        st.info(
            f"These labels are compared in chunks of {PIECE_TOKENS} tokens, so they use chunking already. "
            "Choose Topics or Sentiment to compare chunking with a Longformer.",
            icon=":material/info:",
        )
        return None
    if not should_start(
        "label_strategies", asked.key, "Compare three strategies", _STRATEGY_RUNS * found.elapsed_seconds
    ):
        return None
    model, tokens = asked.model, asked.tokens
    readings = computed(
        ("label strategies", *run_key(asked.model, asked.tokens)),
        lambda progress: classify_by_strategies(model, tokens, progress=progress),
        "Running three strategies",
        predicted_bytes=predicted_run_bytes(asked.model, asked.read_at_once),
        predicted_seconds=_STRATEGY_RUNS * asked.predicted_seconds,
        size_of=lambda readings: sum(200 * len(each.classification or ()) + 1000 for each in readings),
        may_leave=True,
    )
    if readings is None:
        return None
    rows = label_reading_rows(readings, asked.names, len(asked.tokens.text))
    strategies_view(readings, rows, "label_strategies")
    return StrategiesShown()


def _labels(asked: Labelled, found: Classification, evidence: Evidence | None) -> None:
    rows = label_rows(found, asked.names)
    original = () if all(row["label"] == row["original label"] for row in rows) else ("original label",)
    show_table(rows, columns=("rank", "label", *original, "probability"), height=320)
    with st.container(horizontal=True):
        csv_button("Download the labels (CSV)", rows, "labels.csv", "take_labels")
        _json_button(asked, found, evidence, "take_labels_json")


def _json_button(asked: Labelled, found: Classification, evidence: Evidence | None, key: str) -> None:
    spec = asked.spec if asked.typed is None else None
    json_button(
        "Download labels and evidence (JSON)",
        lambda: labels_json(asked.model.name, found, asked.names, evidence, asked.tokens.text, spec),
        "labels.json",
        key,
    )
