"""Chapters 3 and 4: the sliding window, and dilation."""

from longformer_viz.lesson import toy
from longformer_viz.lesson.chapter import Chapter, Step, TryIt
from longformer_viz.lesson.pictures import LENGTHS, Curves, Series
from longformer_viz.lesson.predictions import DrawBand
from longformer_viz.lesson.wording import count_text, share_text
from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.longformer import one_head_pattern

WINDOW, DILATION = 4, 3
QUERY, DILATED_QUERY = 5, 10


def sliding() -> Chapter:
    """Return chapter 3: the sliding window."""
    band = one_head_pattern(WINDOW)
    pairs, few = FullPattern(1, 1).count_pairs(len(toy.TOKENS)), band.count_pairs(len(toy.TOKENS))
    window = one_head_pattern(512)
    full = {length: FullPattern(1, 1).count_pairs(length) for length in LENGTHS}
    local = {length: window.count_pairs(length) for length in LENGTHS}
    weights = toy.attend(WINDOW).weights[0, toy.IT]
    growth = Curves(
        "Two lines: with a window of 512, the pairs grow in proportion to the length, to "
        f"{count_text(local[16_384])}.",
        "Pairs in one head",
        LENGTHS,
        (
            Series("full attention", tuple(map(float, full.values())), "full"),
            Series("window of 512", tuple(map(float, local.values())), "local"),
        ),
        "pairs",
    )
    return Chapter(
        "window",
        "Each token attends only to its neighbours: most of what it needs is near.",
        (
            Step(
                "So far, “1902” attends to all tokens. A sliding window of w tokens lets it attend only to itself "
                "and to w/2 tokens on each side.",
                toy.matrix("Full attention: the row of “1902” has all 12 keys.", FullPattern(1, 1), row=QUERY),
            ),
            Step(
                f"The window counts both sides together: {WINDOW // 2} tokens before, "
                f"{WINDOW // 2} after, and the token itself.",
                toy.matrix("A window of 4: the row of “1902” has five keys.", band, row=QUERY),
                _draw("The window is 4. Which tokens can “1902” attend to? Paint them.", QUERY, WINDOW, 1),
            ),
            Step(
                f"Together the rows form a band along the diagonal. It holds {few} of {pairs} pairs.",
                toy.matrix("A band of five cells a row along the diagonal.", band),
            ),
            Step(
                "The band’s width does not depend on the length. At 16,384 tokens, a window of 512 scores "
                f"{share_text(local[16_384] / full[16_384])} of the pairs.",
                growth,
            ),
            Step(
                f"The price: “it” can no longer attend to “mill”, {toy.IT - toy.MILL} tokens away. This weight is "
                f"now {share_text(float(weights[toy.MILL]))}.",
                toy.weights_matrix("The row of “it”: “mill” is outside the window.", band, toy.IT, toy.MILL),
            ),
        ),
        try_it=TryIt(
            "Change the window of a real run", "", {"document": "Library notice", "window": 64, "layer": 2, "head": 0}
        ),
    )


def dilated() -> Chapter:
    """Return chapter 4: dilation."""
    plain, gaps = one_head_pattern(WINDOW), one_head_pattern(WINDOW, DILATION)
    two = one_head_pattern(WINDOW, 2)
    span = WINDOW * DILATION
    return Chapter(
        "dilation",
        "With gaps between its keys, a token reaches further with the same number of keys.",
        (
            Step(
                "With a dilation of 2, a token attends to every second neighbour. The "
                "window still holds 4 neighbours.",
                toy.matrix("A window of 4 with dilation 2: stripes beside the diagonal.", two, row=QUERY),
            ),
            Step(
                f"The keys of “was” are {DILATION} and {2 * DILATION} tokens away on each side. After “was”, these "
                "positions lie outside the document.",
                toy.matrix(f"Dilation {DILATION}: the row of “was” has three keys.", gaps, row=DILATED_QUERY),
                _draw(
                    f"The window is {WINDOW} and the dilation is {DILATION}. Which tokens can “was” attend to? "
                    "Paint them.",
                    DILATED_QUERY,
                    WINDOW,
                    DILATION,
                ),
            ),
            Step(
                f"A dilation of {DILATION} reaches {span // 2} tokens on each side with the same number of keys. But "
                "this head cannot attend to the tokens between its keys.",
                toy.matrix("Dilation 3: stripes that reach six tokens on each side.", gaps),
            ),
            Step(
                "Other heads without dilation attend to these tokens. The released Longformer models were trained "
                "without dilation.",
                toy.matrix("A window of 4 without dilation: a band without gaps.", plain),
            ),
        ),
        try_it=TryIt(
            "Set a dilation on a real run",
            "",
            {"document": "Library notice", "window": 64, "dilation": 4, "layer": 2, "head": 0},
        ),
    )


def _draw(question: str, query: int, window: int, dilation: int) -> DrawBand:
    """Return the prediction of one row, with the reason for each cell."""
    letters = toy.letters(one_head_pattern(window, dilation))[query]
    half, reach = window // 2, window // 2 * dilation
    why = []
    for key, letter in enumerate(letters):
        distance = abs(key - query)
        if letter != ".":
            why.append("itself" if not distance else "before" if key < query else "after")
        else:
            why.append("far" if distance > reach else "gap")
    reasons = {
        "itself": "A token always attends to itself.",
        "before": f"The {half} keys before the token are in the window.",
        "after": f"The window has two sides: {half} keys after the token are in it as well.",
        "far": f"A window of {window} has {half} keys on each side, so it reaches no further than {reach} tokens.",
    }
    if dilation > 1:
        reasons |= {
            "before": f"The keys before the token are {dilation} and {reach} tokens away.",
            "after": f"The keys after the token are {dilation} and {reach} tokens away.",
            "gap": f"This token lies in a gap. Only tokens at multiples of {dilation} are keys.",
        }
    return DrawBand(question, toy.TOKENS, query, letters, tuple(why), reasons)
