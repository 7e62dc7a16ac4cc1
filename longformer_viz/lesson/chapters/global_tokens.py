"""Chapters 5 and 6: global tokens, and their one softmax with projections of their own."""

import torch
from torch import Tensor

from longformer_viz.lesson import placing, toy
from longformer_viz.lesson.chapter import Chapter, Step, TryIt
from longformer_viz.lesson.pictures import ShadedText
from longformer_viz.lesson.predictions import ChooseWhich, Option
from longformer_viz.lesson.wording import share_text
from longformer_viz.models.loading import LoadedModel
from longformer_viz.patterns.longformer import one_head_pattern

WINDOW = 4
FIRST = (0,)


def connecting(model: LoadedModel) -> Chapter:
    """Return chapter 5: global tokens.

    Args:
        model: The built-in model for questions, which judges the learner's choice.
    """
    mixed = one_head_pattern(WINDOW, 1, FIRST)
    extra = mixed.count_pairs(len(toy.TOKENS)) - one_head_pattern(WINDOW).count_pairs(len(toy.TOKENS))
    usual = placing.question_positions(model)
    found = placing.place(model, list(usual))
    text = placing.pieces(model)
    alone = placing.place(model, [])
    shown = ShadedText(
        f"With the question global, the model answers “{found.answer}”.",
        text,
        tuple(1.0 if at in usual else 0.0 for at in range(len(text))),
        tuple(at for at, piece in enumerate(text) if piece.strip() == found.answer),
        "Shaded: the tokens that Longformer makes global for a question. Underlined: the answer. Window "
        f"{placing.WINDOW}.",
    )
    return Chapter(
        "global",
        "A few tokens attend to all tokens, and all tokens attend to them.",
        (
            Step(
                "[CLS] is now global: it attends to every token, and every token attends to it. This adds only "
                f"{extra} pairs to the band.",
                toy.matrix(
                    "A band, with a full first row and a full first column for the global token [CLS].",
                    mixed,
                    row=0,
                    column=0,
                ),
            ),
            Step(
                "Now “mill” and “it” are connected in two layers: [CLS] attends to "
                "“mill”, then “it” attends to [CLS].",
                toy.matrix(
                    "The cells from [CLS] to “mill” and from “it” to [CLS] are filled.", mixed, row=toy.IT, column=0
                ),
            ),
            Step(
                f"Longformer makes the question global. The answer is then “{found.answer}”, with a probability of "
                f"{share_text(found.probability)}. Without global tokens it is “{alone.answer}”, with "
                f"{share_text(alone.probability)}.",
                shown,
                placing.prediction(model),
            ),
        ),
        try_it=TryIt(
            "Ask a real document",
            "answers",
            {
                "document": "Library notice",
                "window": 64,
                "question": "Who decides when the Upper Reading Room reopens?",
            },
        ),
    )


def one_softmax() -> Chapter:
    """Return chapter 6: window and global keys in one softmax, and the second projections."""
    mixed = one_head_pattern(WINDOW, 1, FIRST)
    own, shared = (toy.attend(WINDOW, 1, FIRST, own=own) for own in (True, False))
    row = own.weights[0, toy.IT]
    events = [at for at, token in enumerate(toy.TOKENS) if token in ("burned", "rebuilt")]
    before, after = (float(found.weights[0, 0, events].sum()) for found in (shared, own))
    return Chapter(
        "softmax",
        "Window and global keys share one softmax. The row of a global token has projections of its own.",
        (
            Step(
                "The row of “it” has the five keys of its window, and [CLS]. Their weights sum to 100%, and [CLS] "
                f"gets {share_text(float(row[0]))}.",
                toy.weights_matrix(
                    "The row of “it”: five window keys and the global key share 100%.", mixed, toy.IT, 0
                ),
            ),
            Step(
                "They set only the row of [CLS]. A global token has another task: it collects from the whole "
                "document.",
                toy.weights_matrix("The row of [CLS] with projections of its own.", mixed, 0),
                _projection_choice(own.weights[0], shared.weights[0]),
            ),
            Step(
                f"With the usual projections, [CLS] would give “burned” and “rebuilt” only {share_text(before)} of "
                "its weight.",
                toy.weights_matrix(
                    "The row of [CLS] with the usual projections is spread over all tokens.", mixed, 0, own=False
                ),
            ),
            Step(
                "With projections of its own, [CLS] asks for events. It gives “burned” and “rebuilt” "
                f"{share_text(after)}.",
                toy.weights_matrix("The row of [CLS] puts most weight on “burned” and “rebuilt”.", mixed, 0),
            ),
        ),
        try_it=TryIt(
            "See the row of a global token",
            "",
            {
                "document": "Library notice",
                "window": 64,
                "globals": "First token",
                "locked": 0,
                "layer": 2,
                "head": 0,
            },
        ),
    )


def _projection_choice(own: Tensor, shared: Tensor) -> ChooseWhich:
    """Return the prediction on which weights `[n, n]` the projections of global tokens set."""
    changed = (own - shared).abs().sum(-1).nonzero().flatten().tolist()
    assert changed == [0]
    column_changes = bool(torch.any(own[1:, 0] != shared[1:, 0]))
    return ChooseWhich(
        "Longformer computes queries, keys and values of global tokens with a second set of projections. Which "
        "weights do they set?",
        (
            Option(
                "Only the row of [CLS]",
                changed == [0],
                "Right: they are used only where the global token itself attends.",
            ),
            Option(
                "Only the column of [CLS]",
                column_changes,
                "In the column, the other tokens attend to [CLS]. They use their usual projections, in one softmax "
                "with their window.",
            ),
            Option(
                "Row and column of [CLS]",
                column_changes,
                "The row is right. In the column, the other tokens attend to [CLS] with their usual projections.",
            ),
        ),
    )
