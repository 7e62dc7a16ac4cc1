"""Chapter 7: layers widen the receptive field."""

import torch

from longformer_viz.lesson import toy
from longformer_viz.lesson.chapter import Chapter, Step, TryIt
from longformer_viz.lesson.pictures import Layers
from longformer_viz.lesson.predictions import ChooseWhich, Estimate, Option, Trap
from longformer_viz.patterns.longformer import LongformerPattern, one_head_pattern, sliding_window
from longformer_viz.patterns.reach import layers_to_reach, receptive_field

WINDOW, DEPTH = 4, 6
REAL_WINDOW, REAL_DEPTH, REAL_LENGTH = 512, 6, 4_096
PAIRS = ((300, 1_500), (1_000, 2_900), (2_000, 3_536), (0, 4_095))


def widening() -> Chapter:
    """Return chapter 7: the receptive field after several layers."""
    local = one_head_pattern(WINDOW, depth=DEPTH)
    needed = layers_to_reach(local, len(toy.TOKENS), toy.IT, toy.MILL)
    mixed = one_head_pattern(WINDOW, 1, (0,), DEPTH)
    with_global = layers_to_reach(mixed, len(toy.TOKENS), toy.IT, toy.MILL)
    assert needed is not None
    assert with_global is not None
    return Chapter(
        "reach",
        "Each layer passes information on, so distant tokens can influence each other after several layers.",
        (
            Step(
                f"In layer 2, “it” attends to {WINDOW // 2} tokens on each side. In layer 1, these tokens attended "
                "to their own neighbours.",
                field_picture(local, 2, toy.IT, None, "After two layers, “it” can know four tokens on each side."),
            ),
            Step(
                f"Each layer adds {WINDOW // 2} tokens on each side. “mill” enters the receptive field "
                f"of “it” after {needed} layers.",
                field_picture(local, needed, toy.IT, toy.MILL, f"After {needed} layers, “mill” is reached."),
                _layers_estimate(needed),
            ),
            Step(
                f"{REAL_DEPTH} layers with a window of {REAL_WINDOW} reach {REAL_DEPTH * REAL_WINDOW // 2:,} "
                "tokens on each side.",
                field_picture(local, 3, toy.IT, None, "Each layer widens the receptive field on both sides."),
                _meeting_pairs(),
            ),
            Step(
                f"With one global token, {with_global} layers connect any two tokens.",
                field_picture(mixed, with_global, toy.IT, toy.MILL, "Through [CLS], two layers reach every token."),
            ),
        ),
        try_it=TryIt(
            "Play the layers on a real document",
            "compare",
            {"document": "Library notice", "window": 32, "reach_from": 250, "reach_to": 20},
        ),
    )


def _layers_estimate(needed: int) -> Estimate:
    distance = toy.IT - toy.MILL
    return Estimate(
        f"“mill” is {distance} tokens before “it”. The window is {WINDOW}. After how many "
        "layers can “it” know about “mill”?",
        "layers",
        1,
        32,
        needed,
        f"{needed} layers",
        1.1,
        f"Too few. Each layer adds {WINDOW // 2} tokens on each side, and the distance is {distance} tokens.",
        f"Too many. Each layer adds {WINDOW // 2} tokens on each side.",
        (
            Trap(
                2,
                f"Two layers reach {WINDOW} tokens. Each layer adds {WINDOW // 2} tokens on each side, not {WINDOW}.",
            ),
            Trap(
                distance,
                f"This assumes one token for each layer, but each layer adds {WINDOW // 2} tokens on each side.",
            ),
        ),
    )


def field_picture(pattern: LongformerPattern, layers: int, token: int, target: int | None, alt: str) -> Layers:
    """Return the receptive field of a token through some layers of a pattern.

    Args:
        pattern: The pattern; all of its layers are alike.
        layers: Number of layers.
        token: Position of the token at the top.
        target: Position of the input token that the step asks about; None for none.
        alt: The text alternative.
    """
    length = len(toy.TOKENS)
    fields = receptive_field(pattern, length, token)
    reached = tuple(tuple(fields[layers - height].nonzero().flatten().tolist()) for height in range(layers + 1))
    position = torch.arange(length)
    allowed = pattern.allows(0, 0, position[:, None], position)
    edges = tuple(
        (height, query, key)
        for height in range(1, layers + 1)
        for query in reached[height]
        for key in allowed[query].nonzero().flatten().tolist()
    )
    return Layers(alt, toy.TOKENS, reached, edges, target)


def _meeting_pairs() -> ChooseWhich:
    window = sliding_window(REAL_WINDOW, REAL_DEPTH, 1)
    options = []
    for query, key in PAIRS:
        layers = layers_to_reach(window, REAL_LENGTH, query, key)
        distance = key - query
        needed = -(-distance // (REAL_WINDOW // 2))
        reason = (
            f"They are {distance:,} tokens apart, so they need {needed} layers of {REAL_WINDOW // 2} tokens each."
        )
        options.append(Option(f"Tokens {query:,} and {key:,}", layers is not None, reason))
    return ChooseWhich(
        f"A model has {REAL_DEPTH} layers with a window of {REAL_WINDOW} and no global tokens. Which pairs of "
        "tokens can influence each other?",
        tuple(options),
        several=True,
    )
