"""Questions on what attention costs: pairs and memory."""

from random import Random

from longformer_viz.cost.methods import ELEMENT_BYTES
from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.longformer import one_head_pattern
from longformer_viz.teaching.question import Claim
from longformer_viz.teaching.template import Draft, Template
from longformer_viz.teaching.truths import per_cent, times

TOPIC = "Cost"
_NO_GROWTH = "It does not grow"


def _longer_full(random: Random) -> Draft:
    length, factor = random.choice([200, 300, 500]), random.randint(2, 10)
    full = FullPattern(1, 1)
    return Draft(
        f"A document grows from {length} to {factor * length:,} tokens. "
        "By what factor does the number of pairs in full attention grow?",
        Claim(
            times(full.count_pairs(factor * length) / full.count_pairs(length)),
            f"There are {factor} times as many queries, and each has {factor} times as many keys.",
        ),
        (
            Claim(times(factor), "The number of keys of each query grows as well."),
            Claim(times(2 * factor), "Multiply the factors of queries and keys. Do not add them."),
            Claim(times(2**factor), "The growth is the square of the factor. It is not exponential."),
        ),
        {"length": length, "factor": factor},
    )


def _longer_window(random: Random) -> Draft:
    length, factor = random.choice([500, 1000]), random.randint(2, 4)
    window = random.choice([16, 32, 64])
    pattern = one_head_pattern(window)
    growth = round(pattern.count_pairs(factor * length) / pattern.count_pairs(length))
    return Draft(
        f"A document grows from {length:,} to {factor * length:,} tokens. The sliding window stays at {window}. "
        "By about what factor does the number of scored pairs grow?",
        Claim(times(growth), "Each query keeps the same number of keys, so the pairs grow with the length."),
        (
            Claim(times(factor**2), "That is full attention. Here each query keeps the same number of keys."),
            Claim(_NO_GROWTH, "There are more queries, and each has its own window."),
            Claim(times(2 * factor), "The number of keys of a query does not grow."),
        ),
        {"length": length, "factor": factor, "window": window},
    )


def _wider_window(random: Random) -> Draft:
    length, window, factor = 1000, random.choice([16, 32, 64]), random.randint(2, 4)
    growth = round(
        one_head_pattern(factor * window).count_pairs(length) / one_head_pattern(window).count_pairs(length)
    )
    return Draft(
        f"The sliding window grows from {window} to {factor * window}, and the document stays the same. "
        "By about what factor does the number of scored pairs grow in a long document?",
        Claim(times(growth), "Each query has about that many times the keys. The number of queries stays the same."),
        (
            Claim(times(factor**2), "Only the number of keys grows. The number of queries stays the same."),
            Claim(_NO_GROWTH, "Each query has more keys, so there are more pairs."),
            Claim(times(2 * factor), "The window counts both sides already."),
        ),
        {"length": length, "factor": factor, "window": window},
    )


def _share_of_pairs(random: Random) -> Draft:
    length, window = random.choice([256, 512, 1024, 2048]), random.choice([16, 32, 64, 128])
    full = FullPattern(1, 1).count_pairs(length)

    def share(width: int) -> str:
        return per_cent(one_head_pattern(width).count_pairs(length) / full)

    return Draft(
        f"A document has {length:,} tokens and the sliding window is {window}. "
        "What share of the pairs of full attention does it score?",
        Claim(
            share(window), f"About {window + 1} of {length:,} keys for each query, and slightly fewer at the ends."
        ),
        (
            Claim(share(window // 2), "The window has keys on both sides."),
            Claim(share(2 * window), "The window counts both sides already."),
            Claim(per_cent((window / length) ** 2), "Only the keys are limited. Every token is still a query."),
        ),
        {"length": length, "window": window},
    )


def _pairs_scored(random: Random) -> Draft:
    length, window = random.randint(8, 16), 2 * random.randint(1, 3)
    pairs = one_head_pattern(window).count_pairs(length)
    return Draft(
        f"A document has {length} tokens and the sliding window is {window}. "
        "How many pairs does one head score? Count each token with itself as a pair.",
        Claim(
            pairs, f"{window + 1} for each token, minus the keys that are missing at the two ends of the document."
        ),
        (
            Claim(length * (window + 1), "At both ends of the document some keys are missing."),
            Claim(
                length * window, "The token itself counts, and some keys are missing at both ends of the document."
            ),
            Claim(pairs - length, "Each token with itself is a pair as well."),
            Claim(length**2, "That is full attention."),
        ),
        {"length": length, "window": window},
    )


def _memory(random: Random) -> Draft:
    length, heads = random.choice([1000, 2000, 3000, 4000, 8000]), random.choice([8, 12, 16])
    pairs = FullPattern(1, heads).count_pairs(length)

    def megabytes(count: float) -> str:
        return f"{count / 1e6:,.1f}".removesuffix(".0") + " MB"

    size = ELEMENT_BYTES["float32"]
    return Draft(
        f"One layer of full attention has {heads} heads and stores its weights in float32. "
        f"How much memory do its weights need for {length:,} tokens?",
        Claim(megabytes(size * pairs), f"{heads} heads with {length:,} times {length:,} weights of {size} bytes."),
        (
            Claim(megabytes(size * pairs / heads), "Every head has weights of its own."),
            Claim(megabytes(pairs), f"A number in float32 takes {size} bytes."),
            Claim(megabytes(size * heads * length), "Each token has a weight for every other token."),
        ),
        {"length": length, "heads": heads},
    )


def _sixteen_bits(random: Random) -> Draft:
    length, factor = random.choice([500, 1000, 2000]), random.randint(2, 8)
    full = FullPattern(1, 1)
    before = full.count_pairs(length) * ELEMENT_BYTES["float32"]
    after = full.count_pairs(factor * length) * ELEMENT_BYTES["bfloat16"]
    return Draft(
        f"A document grows from {length:,} to {factor * length:,} tokens, and the numbers change from float32 to "
        "bfloat16. By what factor does the memory for the weights of full attention grow?",
        Claim(times(after / before), f"{factor} squared times as many weights, each of half the size."),
        (
            Claim(times(factor**2), "A number in bfloat16 takes half the memory."),
            Claim(times(factor / 2), "The number of weights grows with the square of the length."),
            Claim(times(2 * factor**2), "A number in bfloat16 takes half the memory, not twice as much."),
        ),
        {"length": length, "factor": factor},
    )


TEMPLATES = (
    Template("longer_full", TOPIC, _longer_full),
    Template("longer_window", TOPIC, _longer_window),
    Template("wider_window", TOPIC, _wider_window),
    Template("share_of_pairs", TOPIC, _share_of_pairs),
    Template("pairs_scored", TOPIC, _pairs_scored, "pairs"),
    Template("memory", TOPIC, _memory),
    Template("sixteen_bits", TOPIC, _sixteen_bits),
)
