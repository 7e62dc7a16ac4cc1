"""The patterns to compare as the visitor set them, and how each is made over a run."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

import streamlit as st

from longformer_viz.models.loading import LoadedModel
from longformer_viz.models.support import is_decoder
from longformer_viz.patterns.bigbird import BigBirdPattern
from longformer_viz.patterns.chunked import ChunkedPattern
from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.longformer import (
    LongformerPattern,
    character_model_preset,
    dilated_window,
    sliding_window,
)
from longformer_viz.patterns.modernbert import ModernBertPattern
from longformer_viz.patterns.pattern import Pattern
from longformer_viz.patterns.reformer import ReformerPattern
from longformer_viz.spec import AttentionSpec
from longformer_viz.trace.tokens import Tokens
from longformer_viz.trace.trace import Trace
from longformer_viz.ui.compare.pattern_settings import DRAWS, OWN, SCHEDULES
from longformer_viz.ui.shared.formatting import span
from longformer_viz.ui.shared.link_param import LinkParam, one_of, renamed
from longformer_viz.ui.shared.pattern_controls import Dilation, choose_globals, choose_window
from longformer_viz.ui.shared.settings_badge import changed_settings

SCHEDULE = LinkParam(
    "schedule",
    one_of("Dilation by layer and head", SCHEDULES),
    default=SCHEDULES[0],
    former=renamed(
        {"All alike": SCHEDULES[0], "The same everywhere": SCHEDULES[0], "Table 12, two heads": SCHEDULES[1]}
    ),
)
DRAW = LinkParam("draw", one_of("The draw of random blocks", DRAWS), default=DRAWS[0])


@dataclass(frozen=True, slots=True)
class Chosen:
    """A pattern with the settings that the visitor chose.

    Attributes:
        name: Name of the pattern.
        words: Its settings, for a caption.
        key: A key that is equal for equal settings.
        make: Makes the pattern over a run; it may raise InputError.
        own: Whether it is the model's own pattern.
    """

    name: str
    words: str
    key: Hashable
    make: Callable[[Trace], Pattern]
    own: bool = False


def chosen_pattern(
    name: str,
    model: LoadedModel,
    tokens: Tokens,
    values: dict[str, int],
    windows: int | tuple[int, ...] | None,
    dilation: Dilation,
) -> Chosen:
    """Return a pattern with its settings. Longformer, Dilated and BigBird show further controls.

    Args:
        name: The pattern's name.
        model: The model that runs.
        tokens: The document's tokens.
        values: The pattern's settings by their keys.
        windows: The Longformer's window, from More settings; None uses its slider.
        dilation: The Longformer's dilation, from More settings.

    Raises:
        InputError: If typed global positions are not valid.
    """
    if name == "Longformer":
        return _longformer(model, tokens, windows, dilation)
    if name == OWN:
        return _own(model)
    return _full(model) if name == "Full" else _MAKERS[name](model, values)


def _longformer(
    model: LoadedModel, tokens: Tokens, windows: int | tuple[int, ...] | None, dilation: Dilation
) -> Chosen:
    window = choose_window(model)
    positions = choose_globals(tokens)
    spec = AttentionSpec(windows or window, dilation, positions)
    positions = spec.positions_in(len(tokens))
    layers = spec.layers(model.windows, model.heads)
    gap = "" if dilation == 1 else f", dilation {dilation}" if isinstance(dilation, int) else ", dilations by layer"
    wide = "windows by layer" if windows else f"window {window:,}"
    words = f"{wide}{gap}, {len(positions):,} global token{'s' * (len(positions) != 1)}"
    own = model.reaches is None and not changed_settings(model, layers, positions)
    return Chosen("Longformer", words, (layers, positions), lambda _: LongformerPattern(layers, positions), own)


def _own(model: LoadedModel) -> Chosen:
    if model.reaches is None:
        words = f"window {span(model.windows)}, the first token global"
    else:
        words = " and ".join(sorted({reach.label for reach in model.reaches}, reverse=True))
    return Chosen(OWN, words, (), lambda trace: trace.pattern, True)


def _full(model: LoadedModel) -> Chosen:
    reaches = model.reaches or ()
    own = bool(reaches) and not any(reach.is_local for reach in reaches)
    words = "each token and all before it" if own and is_decoder(model) else "every pair"
    return Chosen("Full", words, (), lambda _: FullPattern(len(model.windows), model.heads), own)


def _sliding(model: LoadedModel, values: dict[str, int]) -> Chosen:
    window = values["sliding"]
    return Chosen(
        "Sliding",
        f"window {window:,}, no global token",
        window,
        lambda _: sliding_window(window, len(model.windows), model.heads),
    )


def _dilated(model: LoadedModel, values: dict[str, int]) -> Chosen:
    schedule = st.selectbox(
        "Dilation by layer and head",
        SCHEDULES,
        **SCHEDULE.bound,
        persist_state="session",
        help="Table 12 of the Longformer paper: the window doubles with depth, from 512 to 8,192, and two heads are "
        "dilated by 1 to 4. Here it is rescaled to this model's depth. The paper's model was causal and read "
        "characters. The sliders have no effect while this is selected.",
    )
    depth, heads = len(model.windows), model.heads
    if schedule == SCHEDULES[1]:
        return Chosen(
            "Dilated",
            f"Table 12 rescaled to {depth} layers; heads 0 and 1 dilated",
            schedule,
            lambda _: character_model_preset(depth, heads, dilated_heads=min(2, heads)),
        )
    window, gap = values["dilated"], values["gap"]
    return Chosen(
        "Dilated",
        f"{window:,} keys, {gap} tokens apart",
        (window, gap),
        lambda _: dilated_window(window, gap, depth, heads),
    )


def _bigbird(model: LoadedModel, values: dict[str, int]) -> Chosen:
    drawn = st.selectbox(
        "How random blocks are drawn",
        DRAWS,
        **DRAW.bound,
        persist_state="session",
        help="The paper draws among all blocks. Transformers draws only among the first ones, and only in training "
        "mode. In evaluation mode it draws none.",
    )
    block, window, globals_, random, seed = values.values()
    draw = "paper" if drawn == DRAWS[0] else "hugging face"
    return Chosen(
        "BigBird",
        f"blocks of {block:,}: {window} window, {globals_} global, {random} random",
        (block, window, globals_, random, seed, draw),
        lambda trace: BigBirdPattern(
            len(trace.tokens), len(model.windows), model.heads, block, window, globals_, random, seed, draw
        ),
    )


def _reformer(model: LoadedModel, values: dict[str, int]) -> Chosen:
    rounds, bucket, seed = values.values()
    return Chosen(
        "Reformer",
        f"{rounds} round{'s' * (rounds != 1)}, buckets of {bucket:,}",
        (rounds, bucket, seed),
        lambda trace: ReformerPattern.of_keys([kept.key for kept in trace.layers], rounds, bucket, seed=seed),
    )


def _modernbert(model: LoadedModel, values: dict[str, int]) -> Chosen:
    local, every = values.values()
    return Chosen(
        "ModernBERT",
        f"window {local:,}, one layer in {every} full",
        (local, every),
        lambda _: ModernBertPattern(len(model.windows), model.heads, local, every),
    )


def _chunks(model: LoadedModel, values: dict[str, int]) -> Chosen:
    size, overlap = values.values()
    return Chosen(
        "Chunks",
        f"chunks of {size:,}, {f'overlap {overlap:,}' if overlap else 'no overlap'}",
        (size, overlap),
        lambda _: ChunkedPattern(len(model.windows), model.heads, size, overlap),
    )


_MAKERS: dict[str, Callable[[LoadedModel, dict[str, int]], Chosen]] = {
    "Sliding": _sliding,
    "Dilated": _dilated,
    "BigBird": _bigbird,
    "Reformer": _reformer,
    "ModernBERT": _modernbert,
    "Chunks": _chunks,
}
