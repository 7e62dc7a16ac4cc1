"""Chapters 1 and 2: why models stop at 512 tokens, and how scores become weights and outputs."""

from longformer_viz.attention.reference import ReferenceAttention
from longformer_viz.cost.methods import SHAPES
from longformer_viz.lesson import toy
from longformer_viz.lesson.chapter import Chapter, Step, TryIt
from longformer_viz.lesson.pictures import LENGTHS, Bar, Bars, Curves, Series, Table
from longformer_viz.lesson.predictions import ChooseWhich, Estimate, Option, Trap
from longformer_viz.lesson.wording import count_text, share_text, size_text
from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.longformer import one_head_pattern
from longformer_viz.patterns.systems import SYSTEMS

SHORT, LONG = 512, 4_096
FLOAT_BYTES = 4


def why_512() -> Chapter:
    """Return chapter 1: the cost of full attention."""
    head = FullPattern(1, 1)
    short, long = head.count_pairs(SHORT), head.count_pairs(LONG)
    shape = SHAPES["base"]
    layer_bytes = {length: head.count_pairs(length) * shape.heads * FLOAT_BYTES for length in LENGTHS}
    few = head.count_pairs(len(toy.TOKENS))
    all_pairs = toy.matrix(
        f"A grid of {few} cells, all filled: full attention scores every pair of 12 tokens.", head, row=toy.IT
    )
    growth = Curves(
        f"A steep line: pairs grow with the square of the length, to {count_text(long)} at {LONG:,} tokens.",
        "Pairs in one head",
        LENGTHS,
        (Series("full attention", tuple(float(head.count_pairs(length)) for length in LENGTHS), "full"),),
        "pairs",
    )
    memory = Bars(
        f"Weights of one layer take {size_text(layer_bytes[SHORT])} at 512 tokens, "
        f"{size_text(layer_bytes[LONG])} at 4,096.",
        f"Memory of the attention weights of one layer: {shape.heads} heads, float32",
        tuple(Bar(f"{length:,} tokens", size, size_text(size), "full") for length, size in layer_bytes.items()),
        log=True,
    )
    return Chapter(
        "why",
        "Full attention compares every token with every token.",
        (
            Step(
                f"This document has {len(toy.TOKENS)} tokens, which are words and punctuation marks. Full attention "
                f"scores every pair: {len(toy.TOKENS)}\u00a0×\u00a0{len(toy.TOKENS)}\u00a0=\u00a0{few}, one for "
                "each cell.",
                all_pairs,
            ),
            Step(
                f"Eight times as many tokens make 64 times as many pairs: {long:,}. The number of pairs grows with "
                "the square of the length.",
                growth,
                _pairs_estimate(short, long),
            ),
            Step(
                f"BERT stores a weight for each pair, in each of its {shape.heads} heads. At {LONG:,} tokens, the "
                f"weights of one layer take {size_text(layer_bytes[LONG])}.",
                memory,
            ),
            Step(
                "BERT was therefore trained on 512 tokens at most. It has no position for token 513, so a longer "
                "document is cut off.",
                _trained_lengths(),
            ),
        ),
        try_it=TryIt(
            "See measured time and memory",
            "curves",
            {"methods": "Full (eager)", "lengths": "512, 1024, 2048, 4096", "show": "Time and memory"},
        ),
    )


def _trained_lengths() -> Bars:
    limits = [
        Bar(system.name, system.trained_tokens, f"{system.trained_tokens:,}", "local")
        for system in SYSTEMS
        if system.trained_tokens is not None and system.name in ("Full (BERT, RoBERTa)", "Longformer", "ModernBERT")
    ]
    return Bars(
        "BERT was trained on 512 tokens, Longformer on 4,096, ModernBERT on 8,192.",
        "Longest input in pretraining, tokens",
        tuple(limits),
    )


def _pairs_estimate(short: int, long: int) -> Estimate:
    return Estimate(
        question=f"{SHORT} tokens make {short:,} pairs. How many pairs do {LONG:,} tokens make?",
        unit="pairs",
        low=short / 4,
        high=long * 64,
        truth=long,
        said=f"{long:,} pairs",
        factor=1.3,
        too_low="Too low. There are eight times as many queries, and each attends to eight times as many keys.",
        too_high="Too high. There are eight times as many queries and eight times as many keys: 8 × 8 = 64.",
        traps=(
            Trap(
                short * 8,
                "This is 8 times as many pairs. There are 8 times as many queries, and also 8 times as many keys.",
            ),
            Trap(short * 16, "This is 16 times as many pairs. Multiply the factors: 8 × 8. Do not add them."),
            Trap(short * 512, "This is 8 × 8 × 8 times as many pairs. A pair has two tokens, so it is only 8 × 8."),
        ),
    )


def _vector(values: list[float]) -> tuple[str, ...]:
    return tuple(f"{value:g}" for value in values)


def scores_to_values() -> Chapter:
    """Return chapter 2: scores, mask, softmax and values, by hand."""
    scores = toy.scores()
    score = float(scores[toy.IT, toy.MILL])
    full = toy.attend(toy.FULL_WINDOW)
    weight = float(full.weights[0, toy.IT, toy.MILL])
    whole = one_head_pattern(toy.FULL_WINDOW)
    exponentials = scores[toy.IT].exp()
    total = float(exponentials.sum())
    masked = toy.attend(4).weights[0, toy.IT]
    product = float(toy.QUERIES[toy.IT] @ toy.KEYS[toy.MILL])
    return Chapter(
        "scores",
        "Attention gives each token a weighted average of all values.",
        (
            Step(
                "A query says what a token asks for, and a key what it offers. “it” asks for a thing, “mill” "
                "offers one.",
                _vectors(),
            ),
            Step(
                "The score is query times key, divided by the square root of the vector size: "
                f"{product:g}\u00a0/\u00a0√{len(toy.FEATURES)}\u00a0=\u00a0{score:g}.",
                toy.scores_matrix(f"The row of “it”: “mill” has the highest score, {score:g}.", toy.IT, toy.MILL),
            ),
            Step(
                "Softmax raises e to the power of each score, then divides by the sum: "
                f"{exponentials[toy.MILL]:.1f}\u00a0/\u00a0{total:.1f}\u00a0=\u00a0{share_text(weight)}.",
                toy.weights_matrix(
                    f"The row of “it”: “mill” gets {share_text(weight)} of the weight.", whole, toy.IT, toy.MILL
                ),
                _weight_choice(full),
            ),
            Step(
                "The output is the weighted average of the values, here mostly that of “mill”.",
                _average(full),
            ),
            Step(
                "A mask forbids pairs, so their weight is 0. Now “it” gives itself "
                f"{share_text(float(masked[toy.IT]))}.",
                toy.weights_matrix("With a mask, “it” attends to five keys only.", one_head_pattern(4), toy.IT),
            ),
        ),
        try_it=TryIt(
            "See the weights of a real document",
            "",
            {"document": "Library notice", "layer": 2, "head": 0, "locked": 20, "window": 512},
        ),
    )


def _vectors() -> Table:
    return Table(
        "The query of “it” is 4, 0, 0, 0, and the key of “mill” is 2, 0, 0, 0. Both are about things.",
        ("", *toy.FEATURES),
        (
            ("query of “it”", *_vector(toy.QUERIES[toy.IT].tolist())),
            ("key of “mill”", *_vector(toy.KEYS[toy.MILL].tolist())),
            ("key of “1902”", *_vector(toy.KEYS[toy.TOKENS.index("1902")].tolist())),
        ),
        marked=(1,),
    )


def _average(full: ReferenceAttention) -> Table:
    weight, output = float(full.weights[0, toy.IT, toy.MILL]), full.output[0, toy.IT].tolist()
    return Table(
        f"The output of “it” is mostly the value of “mill”: {output[0]:.2f} of thing.",
        ("", "weight", *toy.FEATURES),
        (
            ("value of “mill”", share_text(weight), *_vector(toy.KEYS[toy.MILL].tolist())),
            (
                "value of “it”",
                share_text(float(full.weights[0, toy.IT, toy.IT])),
                *_vector(toy.KEYS[toy.IT].tolist()),
            ),
            ("10 other values", share_text(1 - weight - float(full.weights[0, toy.IT, toy.IT])), "…", "…", "…", "…"),
            ("output of “it”", "100%", *(f"{value:.2f}" for value in output)),
        ),
        marked=(3,),
    )


def _weight_choice(full: ReferenceAttention) -> ChooseWhich:
    row = toy.scores()[toy.IT]
    score, powers, weight = float(row[toy.MILL]), row.exp(), float(full.weights[0, toy.IT, toy.MILL])
    return ChooseWhich(
        "Softmax turns the scores of “it” into weights that sum to 100%. What does “mill” "
        f"get for its score of {score:g}?",
        (
            Option(
                share_text(score / float(row.clamp(min=0).sum())),
                False,
                f"This divides {score:g} by the sum of the scores. Softmax first "
                "raises e to the power of each score.",
            ),
            Option(share_text(weight), True, f"Right: e⁴ = {powers[toy.MILL]:.1f}, divided by {powers.sum():.1f}."),
            Option(
                "100%", False, "Softmax never gives all the weight to one key. Every allowed key gets some weight."
            ),
        ),
    )
