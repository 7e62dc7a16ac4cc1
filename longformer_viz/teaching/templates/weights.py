"""Questions on scores, the mask, the softmax and heads (Vaswani et al. 2017, section 3.2)."""

import math
from random import Random

from longformer_viz.cost.methods import Shape
from longformer_viz.patterns.full import FullPattern
from longformer_viz.teaching.question import Claim
from longformer_viz.teaching.template import Draft, Template
from longformer_viz.teaching.truths import per_cent, row_weights, times

TOPIC = "Scores and weights"


def _equal_scores(random: Random) -> Draft:
    window, length = 2 * random.randint(2, 6), random.randint(40, 80)
    query = length // 2
    weight = row_weights([0.0] * length, window, query)[query]
    keys = round(1 / weight)
    return Draft(
        f"A document has {length} tokens and the sliding window is {window}. All scores are equal. "
        "What weight does a token in the middle give to each key in its window?",
        Claim(
            f"1/{keys}", f"The softmax shares 1 evenly among {window // 2} keys on each side and the token itself."
        ),
        (
            Claim(f"1/{length}", "Forbidden keys get no weight. The softmax runs over the keys in the window only."),
            Claim(f"1/{window}", "The token attends to itself as well."),
            Claim(f"1/{window // 2 + 1}", "The window has keys on both sides of the token."),
        ),
        {"window": window, "length": length},
    )


def _renormalised(random: Random) -> Draft:
    shares = [random.randint(1, 8) for _ in range(5)]
    weights = [share / sum(shares) for share in shares]
    scores = [math.log(weight) for weight in weights]
    freed = weights[0] + weights[4]
    shown = [per_cent(weight) for weight in row_weights(scores, 4, 2)]
    return Draft(
        f"With a window of 4, a token gives its five keys these weights: {', '.join(shown)}. "
        "The window shrinks to 2. What weight does the token in the middle now give to itself?",
        Claim(
            per_cent(row_weights(scores, 2, 2)[2]),
            "The outer two keys are forbidden. The softmax divides each remaining weight by the sum of the three.",
        ),
        (
            Claim(per_cent(weights[2]), "The weights of a row must sum to 1 again, so this weight grows."),
            Claim(per_cent(weights[2] + freed), "All three remaining keys grow, in proportion to their weights."),
            Claim(per_cent(weights[2] + freed / 3), "The freed weight is shared in proportion, not in equal parts."),
        ),
        {f"share_{index}": share for index, share in enumerate(shares)},
    )


def _score_difference(random: Random) -> Draft:
    difference, base = random.randint(2, 5), random.randint(-3, 3)
    lower, higher, _ = row_weights([base, base + difference, base], 4, 0)
    return Draft(
        f"After scaling, key A has the score {base + difference} and key B has the score {base}. "
        "By what factor is the weight of A larger than that of B?",
        Claim(times(higher / lower), f"The softmax takes exponentials: e to the power {difference}."),
        (
            Claim(times(difference), "The softmax does not pass on differences of scores. It takes exponentials."),
            Claim(times(2**difference), "The softmax uses the base e, about 2.7, and not 2."),
            Claim(times(10**difference), "The softmax uses the base e, about 2.7, and not 10."),
        ),
        {"difference": difference, "base": base},
    )


def _full_weights(random: Random) -> Draft:
    length = random.randint(6, 30)
    return Draft(
        f"A document has {length} tokens. How many attention weights does one head of full attention compute?",
        Claim(FullPattern(1, 1).count_pairs(length), f"Each of {length} queries has a weight for {length} keys."),
        (
            Claim(length, "That is the number of weights of a single query."),
            Claim(length * (length - 1), "A token also attends to itself."),
            Claim(length * (length - 1) // 2, "The pairs have a direction, and a token also attends to itself."),
            Claim(length * (length + 1) // 2, "That is causal attention, without later keys."),
            Claim(2 * length, "Every query attends to every key, so the numbers are multiplied."),
        ),
        {"length": length},
    )


def _head_size(random: Random) -> Draft:
    heads, size = random.choice([4, 6, 8, 12, 16]), random.choice([16, 32, 64, 80])
    shape = Shape("drawn", 1, heads * size, heads, 4 * heads * size, 1000)
    return Draft(
        f"A layer has a hidden width of {shape.hidden:,} and {heads} heads. "
        "How many numbers does the query vector of one token have in one head?",
        Claim(shape.head_size, "The heads share the hidden width in equal parts."),
        (
            Claim(shape.hidden, "That is the width of all heads together."),
            Claim(shape.hidden * heads, "The heads divide the hidden width. They do not multiply it."),
            Claim(heads, "That is the number of heads."),
        ),
        {"heads": heads, "hidden": shape.hidden},
    )


def _rows(random: Random) -> Draft:
    depth, heads, length = random.randint(2, 12), random.randint(2, 12), random.randint(10, 60)
    rows = FullPattern(depth, heads).count_pairs(length) // length
    return Draft(
        f"A model has {depth} layers with {heads} heads each and reads {length} tokens. "
        "How many rows of attention weights does it compute, each summing to 1?",
        Claim(rows, "Each token has one row in every head of every layer."),
        (
            Claim(length, "That is one head of one layer."),
            Claim(heads * length, "That is one layer."),
            Claim(depth * length, "Each layer has several heads, and each head has its own rows."),
            Claim(depth * heads, "That is the number of heads. Each head has a row for every token."),
        ),
        {"depth": depth, "heads": heads, "length": length},
    )


TEMPLATES = (
    Template("equal_scores", TOPIC, _equal_scores),
    Template("renormalised", TOPIC, _renormalised),
    Template("score_difference", TOPIC, _score_difference),
    Template("full_weights", TOPIC, _full_weights, "weights"),
    Template("head_size", TOPIC, _head_size),
    Template("rows", TOPIC, _rows, "rows"),
)
