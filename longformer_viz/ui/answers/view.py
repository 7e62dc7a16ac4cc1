"""Answers: the summary, and tabs with scores, attention of the question, strategies, and a sweep of settings."""

import hashlib
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from longformer_viz.figures.answers import describe_scores, question_attention_figure, scores_figure
from longformer_viz.figures.exports.answers import answer_rows, answers_json, reading_rows, sweep_rows
from longformer_viz.figures.sweep import sweep_figure
from longformer_viz.models.loading import LoadedModel
from longformer_viz.models.running import predicted_run_bytes, predicted_run_seconds
from longformer_viz.server.policy import check_visitor_text
from longformer_viz.snippets.answers import QuestionShown, SettingsShown, StrategiesShown, answers_lines
from longformer_viz.spec import AttentionSpec
from longformer_viz.tasks.answering import Answers, answer
from longformer_viz.tasks.attention_shares import pair_around_answer, question_shares
from longformer_viz.tasks.chunking import answer_by_strategies
from longformer_viz.tasks.input_checks import check_answers, check_words, tokenized_question
from longformer_viz.tasks.sweep import Sweep, answer_by_settings, sweep_settings, what_changes
from longformer_viz.trace.tokens import Tokens
from longformer_viz.ui.answers.summary import answer_figures, answer_headline
from longformer_viz.ui.components.map.attention_map import attention_map
from longformer_viz.ui.components.map.view import MapView
from longformer_viz.ui.python_lines import show_python
from longformer_viz.ui.shared.background import computed, run_key, should_start, traced
from longformer_viz.ui.shared.download_buttons import csv_button, json_button
from longformer_viz.ui.shared.figure import current_theme, show_figure
from longformer_viz.ui.shared.formatting import literal
from longformer_viz.ui.shared.key_figures import show_key_figures
from longformer_viz.ui.shared.settings_badge import settings_badge
from longformer_viz.ui.shared.strategies import strategies_view
from longformer_viz.ui.shared.table import show_table
from longformer_viz.ui.shared.tabs import show_tabs

_STRATEGY_RUNS = 5  # approximate cost of five strategies, in runs over the whole document


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, its document, and the settings.

    Attributes:
        model: The model.
        question: The question.
        tokens: The document's tokens.
        spec: The attention pattern.
    """

    model: LoadedModel
    question: str
    tokens: Tokens
    spec: AttentionSpec

    @property
    def key(self) -> tuple:
        """A key that is equal for equal questions about equal documents."""
        return (*run_key(self.model, self.tokens), self.question)

    @property
    def predicted_bytes(self) -> int:
        """Predicted memory of the largest pass, in bytes."""
        return predicted_run_bytes(self.model, min(len(self.tokens), self.model.max_tokens))

    @property
    def predicted_seconds(self) -> float:
        """Predicted time of one run over the document, in seconds."""
        layers = self.spec.layers(self.model.windows, self.model.heads)
        return predicted_run_seconds(self.model, len(self.tokens), layers, len(self.spec.global_positions or ()) + 1)


def answered(asked: Asked) -> Answers | None:
    """Answer a question, or return the cached answers.

    Args:
        asked: The question, the document and the settings.

    Returns:
        The answers, or None if the visitor cancelled the work.

    Raises:
        InputError: If the question or the document cannot be used.
    """
    model, question, tokens, spec = asked.model, asked.question, asked.tokens, asked.spec
    check_answers(model)
    tokenized_question(model, check_visitor_text(question))
    check_words(tokens)
    return computed(
        answers_request(asked),
        lambda progress: answer(model, question, tokens, spec, progress=progress),
        "Reading the document",
        predicted_bytes=asked.predicted_bytes,
        predicted_seconds=asked.predicted_seconds,
        size_of=_answers_bytes,
        in_sidebar=True,
        may_leave=True,
    )


def answers_request(asked: Asked) -> tuple:
    """Return the cache key of the answers to `asked`."""
    model, spec = asked.model, asked.spec
    layers, positions = spec.layers(model.windows, model.heads), spec.positions_in(len(asked.tokens))
    return ("answer", *asked.key, layers, positions)


def _answers_bytes(answers: Answers | None) -> int:
    if answers is None:
        return 0
    return answers.start_scores.nbytes + answers.end_scores.nbytes + 2000


def show_answer(asked: Asked, answers: Answers) -> None:
    """Show the answer with its probability, and the time and memory of the search.

    Args:
        asked: The question, the document and the settings.
        answers: The answers.
    """
    with st.container(key="asked"):  # Seen in the presenter view, which hides the question's field.
        st.markdown(f"*{literal(asked.question)}*")
    st.markdown(answer_headline(answers, asked.tokens.text))
    layers = asked.spec.layers(asked.model.windows, asked.model.heads)
    badge = settings_badge(asked.model, layers, asked.spec.positions_in(len(asked.tokens)))
    show_key_figures(answer_figures(answers, len(asked.tokens)), badge)


@st.fragment
def answers_view(asked: Asked, answers: Answers, python: DeltaGenerator) -> None:
    """Show the tabs below the answer. Each is computed when it is opened.

    Args:
        asked: The question, the document and the settings.
        answers: The answers.
        python: Place of the lines that reproduce answers and open tab.
    """
    opened = show_tabs(
        {
            "Scores": lambda: _scores(asked, answers),
            "Attention of the question": lambda: _look(asked, answers),
            "Longformer or chunking": lambda: _strategies(asked, answers),
            "What changes the answer": lambda: _sweep(asked, answers),
        },
        key="answer_tabs",
    )
    show_python(python, answers_lines(asked.model, asked.question, asked.tokens, asked.spec, opened))


def _scores(asked: Asked, answers: Answers) -> None:
    figure = scores_figure(answers, asked.tokens, current_theme())
    show_figure(figure, "answer_scores", alt=describe_scores(answers, asked.tokens))
    st.caption(
        "Start and end scores of each token, as logits against “no answer” (dashed line at 0). An answer runs from a "
        "token with a high start score to one with a high end score. Numbers mark the answers, shading marks the "
        "sentence of the first one. Probabilities come from the sum of both scores, after calibration. "
        ":gray-badge[computed]"
    )
    rows = answer_rows(answers)
    show_table(rows)
    with st.container(horizontal=True):
        csv_button("Download the ranked answers (CSV)", rows, "answers.csv", "take_answers")
        json_button(
            "Download answers and all scores (JSON)",
            lambda: answers_json(asked.model.name, answers, asked.tokens, asked.spec),
            "answers.json",
            "take_answers_json",
        )


def _look(asked: Asked, answers: Answers) -> QuestionShown | None:
    """Show the attention of the question, and return which head is shown."""
    best = answers[0]
    pair, spec, shift = pair_around_answer(asked.model, asked.question, asked.tokens, asked.spec, best)
    trace = traced(asked.model, pair.tokens, spec)
    if trace is None:
        return None
    shares = question_shares(trace, pair, best.first + shift, best.last + shift)
    layer, head = divmod(int(shares.argmax()), trace.heads)
    theme = current_theme()
    text_place = st.empty()
    figure_place, caption_place = st.empty(), st.empty()
    chosen = attention_map(trace, MapView(layer, head), theme=theme, key="answer_map", height=400)
    share = shares[chosen.layer, chosen.head]
    is_most = (chosen.layer, chosen.head) == (layer, head)
    most = (
        "No head gives more."
        if is_most
        else f"The largest share is {shares.max():.1%}, in layer {layer}, head {head}."
    )
    text_place.markdown(
        f"The question's {pair.global_count - 1} tokens are global: they attend to the whole document. In layer "
        f"{chosen.layer}, head {chosen.head} they give **{share:.1%}** of their attention to the answer. {most} "
        ":gray-badge[computed]"
    )
    with figure_place:
        show_figure(
            question_attention_figure(trace, pair, shift, best, chosen.layer, chosen.head, theme),
            "answer_looks",
            alt=f"Attention of the question's tokens over the document in layer {chosen.layer}, head {chosen.head}: "
            f"{share:.1%} of it on the answer, tokens {best.first:,} to {best.last:,}.",
        )
    caption_place.caption(
        "One row per token of the question, in document order. A dark spot under the triangle is attention to the "
        "answer. Choose the layer and head in the map below, which shows question and document together. Attention "
        "is not explanation: a head may attend to the answer without deciding it."
    )
    return QuestionShown(chosen.layer, chosen.head)


def _strategies(asked: Asked, answers: Answers) -> StrategiesShown | None:
    """Show the answer of every strategy, once the visitor has asked for it."""
    model, question, tokens = asked.model, asked.question, asked.tokens
    if not should_start("strategies", asked.key, "Compare five strategies", _STRATEGY_RUNS * answers.elapsed_seconds):
        return None
    readings = computed(
        ("strategies", *asked.key),
        lambda progress: answer_by_strategies(model, question, tokens, progress=progress),
        "Running five strategies",
        predicted_bytes=asked.predicted_bytes,
        predicted_seconds=_STRATEGY_RUNS * asked.predicted_seconds,
        size_of=lambda readings: sum(_answers_bytes(each.answers) for each in readings),
        may_leave=True,
    )
    if readings is None:
        return None
    right = _right_answer(asked)
    rows = reading_rows(readings, len(tokens.text), right)
    strategies_view(readings, rows, "strategies", right)
    return StrategiesShown()


def _right_answer(asked: Asked) -> str:
    """Return the right answer that the visitor typed for this question and document; empty if there is none."""
    return st.text_input(
        "The right answer, if you know it",
        key=f"right answer {hashlib.sha256(repr(asked.key).encode('utf-8', 'surrogatepass')).hexdigest()}",
        persist_state="session",
        help="Each strategy is scored against it, by exact match and by the F1 score of the words. Case, "
        "punctuation and English articles do not count.",
    )


def _sweep(asked: Asked, answers: Answers) -> SettingsShown | None:
    """Show the answer with every setting, once the visitor has asked for it."""
    model, question, tokens = asked.model, asked.question, asked.tokens
    settings = sweep_settings(model.windows)
    offer = f"Try {len(settings)} settings"
    if not should_start("sweep", asked.key, offer, len(settings) * answers.elapsed_seconds):
        return None
    found: Sweep | None = computed(
        ("sweep", *asked.key),
        lambda progress: answer_by_settings(model, question, tokens, progress=progress),
        f"Trying {len(settings)} settings",
        predicted_bytes=asked.predicted_bytes,
        predicted_seconds=len(settings) * asked.predicted_seconds,
        size_of=lambda found: sum(_answers_bytes(point.answers) for point in found.points),
        may_leave=True,
    )
    if found is None:
        return None
    told = what_changes(found)
    st.markdown(f"**{literal(told)}** :gray-badge[computed]")
    show_figure(sweep_figure(found, current_theme()), "answer_sweep", alt=told)
    st.caption(
        "Each cell shows one setting with its answer and probability. Yellow with a tick: the same passage or "
        "the same words as with the default settings. All cells use the same weights, trained with the "
        "default settings only. A model trained with other settings might find other answers."
    )
    rows = sweep_rows(found)
    with st.expander("All settings as a table"):
        show_table(rows)
    csv_button("Download all settings (CSV)", rows, "sweep.csv", "take_sweep")
    return SettingsShown()
