"""Questions on the sliding window and its dilation (Beltagy et al. 2020, section 3.1)."""

from random import Random

from longformer_viz.patterns.longformer import one_head_pattern
from longformer_viz.spec import LayerSpec, counted
from longformer_viz.teaching.question import Claim
from longformer_viz.teaching.template import Draft, Template
from longformer_viz.teaching.truths import keys_of

TOPIC = "Window and dilation"


def _keys_inside(random: Random) -> Draft:
    window, length = 2 * random.randint(2, 20), random.randint(100, 200)
    keys = len(keys_of(one_head_pattern(window), length, length // 2))
    return Draft(
        f"The sliding window is {window}. How many keys does a token in the middle of a long document attend to, "
        "itself included?",
        Claim(keys, f"{window // 2} keys on each side and the token itself."),
        (
            Claim(window, "The token itself comes on top of the window's keys."),
            Claim(2 * window + 1, "The window counts both sides together: half of it lies on each side."),
            Claim(window // 2 + 1, "The window has keys on both sides of the token."),
        ),
        {"window": window, "length": length},
    )


def _keys_at_border(random: Random) -> Draft:
    window, length = 2 * random.randint(3, 12), random.randint(60, 100)
    query = random.randint(1, window // 2 - 1)
    keys = len(keys_of(one_head_pattern(window), length, query))
    return Draft(
        f"The sliding window is {window} and positions start at 0. "
        f"How many keys does the token at position {query} attend to, itself included?",
        Claim(keys, f"{counted(query, 'key')} on its left, {window // 2} on its right, and the token itself."),
        (
            Claim(window + 1, f"Its left side has only {counted(query, 'key')}, because the document begins there."),
            Claim(window // 2 + 1, "The keys on the left count as well, as far as they exist."),
            Claim(keys - 1, "The token attends to itself as well."),
            Claim(window, "The document begins inside this window, so some of its keys do not exist."),
        ),
        {"window": window, "length": length, "query": query},
    )


def _farthest_key(random: Random) -> Draft:
    window, length = 2 * random.randint(3, 16), 200
    query, side = random.randint(70, 130), random.choice([-1, 1])
    keys = set(keys_of(one_head_pattern(window), length, query))
    farthest = max(keys) if side > 0 else min(keys)
    candidates = (
        (query + side * window, "The window counts both sides together, so only half of it lies on this side."),
        (farthest + side, "This token is one position outside the window."),
        (query - side * (window // 2 + 1), "This token is one position outside, on the other side."),
    )
    return Draft(
        f"The sliding window is {window}. Which of these tokens does token {query} attend to?",
        Claim(f"Token {farthest}", f"It is {window // 2} positions away, which is half of the window."),
        tuple(Claim(f"Token {key}", reason) for key, reason in candidates if key not in keys),
        {"window": window, "length": length, "query": query},
    )


def _one_sided(random: Random) -> Draft:
    layer = LayerSpec(2 ** random.randint(4, 10), (1,))
    side = layer.one_sided_window
    return Draft(
        f"A configuration counts one side of the window, as AllenAI's code does: {side}. "
        "What is this window as Hugging Face and this project count it?",
        Claim(layer.window, f"{side} keys on each side make a window of {layer.window}."),
        (
            Claim(side, "This number counts only one side."),
            Claim(side // 2, "The full window is wider than one side of it."),
            Claim(layer.window + 1, "The token itself is not counted in the window."),
        ),
        {"side": side},
    )


def _dilated_key(random: Random) -> Draft:
    window, dilation, length = 2 * random.randint(2, 5), random.randint(2, 5), 120
    query = random.randint(50, 70)
    keys = set(keys_of(one_head_pattern(window, dilation), length, query))
    right = random.choice([key for key in sorted(keys) if abs(key - query) >= 2 * dilation])
    candidates = (
        (query + 1, f"This token lies in a gap. The keys are {dilation} positions apart."),
        (query + dilation * (window // 2 + 1), f"Only {window // 2} keys lie on each side. This would be one more."),
        (right + 1, f"Its distance is no multiple of the dilation {dilation}."),
    )
    return Draft(
        f"The window is {window} with a dilation of {dilation}. Which of these tokens does token {query} attend to?",
        Claim(
            f"Token {right}", f"Its distance, {abs(right - query)}, is a multiple of {dilation} inside the window."
        ),
        tuple(Claim(f"Token {key}", reason) for key, reason in candidates if key not in keys),
        {"window": window, "dilation": dilation, "length": length, "query": query},
    )


def _dilated_span(random: Random) -> Draft:
    window, dilation, length = 2 * random.randint(2, 8), random.randint(2, 5), 200
    keys = keys_of(one_head_pattern(window, dilation), length, length // 2)
    return Draft(
        f"The window is {window} with a dilation of {dilation}. "
        "How many positions away is the farthest key of a token in the middle of a long document?",
        Claim(max(keys) - length // 2, f"{window // 2} keys on one side, each {dilation} positions further."),
        (
            Claim(window // 2, "That is the distance without dilation."),
            Claim(window * dilation, "Only half of the window lies on each side."),
            Claim(
                window // 2 + dilation, "Every step is widened by the dilation, so the two numbers are multiplied."
            ),
        ),
        {"window": window, "dilation": dilation, "length": length},
    )


def _dilated_count(random: Random) -> Draft:
    window, dilation, length = 2 * random.randint(2, 8), random.randint(2, 5), 200
    keys = len(keys_of(one_head_pattern(window, dilation), length, length // 2))
    return Draft(
        f"The window is {window} with a dilation of {dilation}. "
        "How many keys does a token in the middle of a long document attend to, itself included?",
        Claim(keys, "Dilation moves the keys apart. It does not change their number."),
        (
            Claim(window * dilation + 1, "The window spans more positions, but it skips those in the gaps."),
            Claim(window // dilation + 1, "Dilation keeps all keys and moves them apart."),
            Claim(window, "The token attends to itself as well."),
        ),
        {"window": window, "dilation": dilation, "length": length},
    )


def _smallest_window(random: Random) -> Draft:
    distance, length = random.randint(4, 30), 100
    query = random.randint(35, 60)
    widths = range(2, 2 * length, 2)
    window = next(width for width in widths if query + distance in keys_of(one_head_pattern(width), length, query))
    return Draft(
        f"Token {query} must attend directly to token {query + distance}. "
        "What is the smallest sliding window that allows it?",
        Claim(window, f"Their distance is {distance}, and half of the window lies on each side."),
        (
            Claim(distance, f"Half of this window reaches only {distance // 2} positions."),
            Claim(distance + 1, "Half of this window does not reach that far."),
            Claim(window + 2, "A window that is smaller by 2 is enough."),
        ),
        {"distance": distance, "length": length, "query": query},
    )


TEMPLATES = (
    Template("keys_inside", TOPIC, _keys_inside, "keys"),
    Template("keys_at_border", TOPIC, _keys_at_border, "keys"),
    Template("farthest_key", TOPIC, _farthest_key),
    Template("one_sided", TOPIC, _one_sided),
    Template("dilated_key", TOPIC, _dilated_key),
    Template("dilated_span", TOPIC, _dilated_span, "positions"),
    Template("dilated_count", TOPIC, _dilated_count),
    Template("smallest_window", TOPIC, _smallest_window, "tokens"),
)
