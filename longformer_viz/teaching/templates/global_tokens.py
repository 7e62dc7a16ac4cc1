"""Questions on global tokens (Beltagy et al. 2020, section 3.1)."""

import math
from random import Random

from longformer_viz.cost.methods import SHAPES
from longformer_viz.cost.parameters import weight_count
from longformer_viz.cost.setup import Setup
from longformer_viz.patterns.longformer import one_head_pattern
from longformer_viz.spec import counted
from longformer_viz.teaching.question import Claim
from longformer_viz.teaching.template import Draft, Template
from longformer_viz.teaching.truths import keys_of, per_cent, row_weights

TOPIC = "Global tokens"


def _keys_of_global(random: Random) -> Draft:
    window, length = 2 * random.randint(2, 8), random.randint(60, 200)
    position = random.randint(0, length - 1)
    return Draft(
        f"A document has {length} tokens and the window is {window}. Token {position} is the only global token. "
        "How many keys does it attend to, itself included?",
        Claim(
            len(keys_of(one_head_pattern(window, 1, (position,)), length, position)),
            "A global token attends to every token.",
        ),
        (
            Claim(window + 1, "That is a local token. A global token attends beyond the window."),
            Claim(length + window + 1, "The keys in its window are already among all tokens."),
            Claim(length - 1, "A token attends to itself as well."),
        ),
        {"window": window, "length": length, "position": position},
    )


def _keys_with_globals(random: Random) -> Draft:
    window, length = 2 * random.randint(3, 8), 100
    query, inside = random.randint(45, 55), random.randint(1, 2)
    near = {query + 1 + step for step in range(inside)}
    far = set(random.sample(range(20), random.randint(1, 3)))
    positions = tuple(sorted(near | far))
    keys = len(keys_of(one_head_pattern(window, 1, positions), length, query))
    listed = ", ".join(map(str, positions[:-1])) + f" and {positions[-1]}"
    return Draft(
        f"The window is {window}, and the tokens {listed} are global. "
        f"How many keys does the local token {query} attend to, itself included?",
        Claim(keys, f"{window + 1} keys in the window, and outside it {counted(len(far), 'global key')}."),
        (
            Claim(window + 1 + len(positions), "A global key inside the window counts once."),
            Claim(window + 1, "Every token also attends to the global tokens outside its window."),
            Claim(length, "Only the global tokens attend to everything."),
        ),
        {"window": window, "length": length, "query": query, **{f"global_{p}": p for p in positions}},
    )


def _pair_with_global(random: Random) -> Draft:
    window, length = 2 * random.randint(2, 6), 100
    position, query = random.randint(2, 20), random.randint(50, 90)
    pattern = one_head_pattern(window, 1, (position,))
    keys = set(keys_of(pattern, length, query))
    candidates = (
        (position + 1, "This token is not global. It is only next to the global token."),
        (position - 1, "This token is not global. It is only next to the global token."),
        (query - window // 2 - 1, "This token is one position outside the window."),
    )
    return Draft(
        f"The window is {window}, and token {position} is global. "
        f"Which of these tokens does token {query} attend to directly?",
        Claim(f"Token {position}", "Every token attends to a global token, at any distance."),
        tuple(Claim(f"Token {key}", reason) for key, reason in candidates if key not in keys),
        {"window": window, "length": length, "position": position, "query": query},
    )


def _pairs_added(random: Random) -> Draft:
    window, length = 2 * random.randint(1, 4), random.randint(30, 60)
    position = length // 2
    local, mixed = one_head_pattern(window), one_head_pattern(window, 1, (position,))
    return Draft(
        f"A document has {length} tokens and the window is {window}. Token {position} becomes global. "
        "How many more pairs does each head score?",
        Claim(
            mixed.count_pairs(length) - local.count_pairs(length),
            f"{length - window - 1} tokens lie outside its window. Each adds a pair in both directions.",
        ),
        (
            Claim(length, "Both its row and its column get longer, and the pairs in its window existed before."),
            Claim(2 * length, "The pairs in its window existed before."),
            Claim(length - window - 1, "The other tokens also attend to it, so each adds two pairs."),
            Claim(2 * length - 1, "The pairs in its window existed before."),
        ),
        {"window": window, "length": length, "position": position},
    )


def _one_softmax(random: Random) -> Draft:
    window, length = 4, 20
    share, query = random.randint(5, 95), 12
    # Five keys in the window share what the global key leaves.
    scores = [0.0] * length
    scores[0] = math.log((100 - share) / share * (window + 1))
    weights = row_weights(scores, window, query, (0,))
    local = sum(weights[query - 2 : query + 3])
    return Draft(
        f"A local token gives the keys in its window {per_cent(local)} of its weight in one head. "
        "How much do the global keys outside its window get together?",
        Claim(per_cent(weights[0]), "Window and global keys share one softmax, so all weights of the row sum to 1."),
        (
            Claim("100%", "Global keys have no softmax of their own. They share one with the window."),
            Claim(per_cent(local), "The two parts share one softmax. They are equal only by chance."),
            Claim("0%", "Every token also attends to the global keys."),
        ),
        {"share": share},
    )


def _projections(random: Random) -> Draft:
    depth, shape = random.randint(2, 24), SHAPES["base"]
    weights = weight_count(Setup("longformer-512", level="layer"))
    one_layer = weights // (shape.hidden**2 + shape.hidden)  # Projections of queries, keys and values.
    return Draft(
        f"A Longformer has {depth} layers. How many projections for queries, keys and values does it have in all?",
        Claim(depth * one_layer, f"{one_layer} a layer: three for the window and three for global attention."),
        (
            Claim(3 * depth, "Global attention has its own projections for queries, keys and values."),
            Claim(one_layer, "Each layer has its own projections."),
            Claim(4 * depth, "Global attention has three projections of its own, not one."),
        ),
        {"depth": depth},
    )


TEMPLATES = (
    Template("keys_of_global", TOPIC, _keys_of_global, "keys"),
    Template("keys_with_globals", TOPIC, _keys_with_globals, "keys"),
    Template("pair_with_global", TOPIC, _pair_with_global),
    Template("pairs_added", TOPIC, _pairs_added),
    Template("one_softmax", TOPIC, _one_softmax),
    Template("projections", TOPIC, _projections),
)
