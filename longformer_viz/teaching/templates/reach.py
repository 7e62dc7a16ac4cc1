"""Questions on layers and the receptive field."""

from itertools import count
from random import Random

from longformer_viz.patterns.longformer import LongformerPattern, one_head_pattern
from longformer_viz.patterns.reach import layers_to_reach
from longformer_viz.spec import LayerSpec
from longformer_viz.teaching.question import Claim
from longformer_viz.teaching.template import Draft, Template
from longformer_viz.teaching.truths import field_of

TOPIC = "Layers and reach"
_DEPTHS = (4, 8, 16)


def _layers(window: int, length: int, token: int, other: int, global_positions: tuple[int, ...] = ()) -> int:
    """Return after how many layers one token can influence another; the drawn distances need 16 at most."""
    found = (
        layers_to_reach(one_head_pattern(window, 1, global_positions, depth), length, token, other)
        for depth in _DEPTHS
    )
    return next(layers for layers in found if layers is not None)


def _layers_to_meet(random: Random) -> Draft:
    window, distance = 2 * random.randint(3, 10), random.randint(12, 40)
    token, length = random.randint(0, 9), 60
    layers = _layers(window, length, token, token + distance)
    return Draft(
        f"Every layer has a sliding window of {window}, and no token is global. "
        f"After how many layers can token {token + distance} influence token {token}?",
        Claim(layers, f"Information moves at most {window // 2} positions a layer, and the distance is {distance}."),
        (
            Claim(-(-distance // window), "Only half of the window lies on each side, so a layer moves half as far."),
            Claim(distance // (window // 2), "The rest of the distance needs a layer as well."),
            Claim(distance, "A layer moves information by half of the window, not by one position."),
            Claim(layers + 1, "One layer less is enough."),
        ),
        {"window": window, "distance": distance, "token": token, "length": length},
    )


def _field_size(random: Random) -> Draft:
    window, depth = 2 * random.randint(2, 8), random.randint(2, 6)
    length = 2 * window * depth + random.randint(11, 40)
    return Draft(
        f"A model has {depth} layers with a sliding window of {window}. "
        "How many tokens are in the receptive field of a token in the middle of a long document, itself included?",
        Claim(
            len(field_of(one_head_pattern(window, depth=depth), length, length // 2)),
            f"Each layer adds {window // 2} tokens on each side.",
        ),
        (
            Claim(window + 1, "That is a single layer. Each further layer widens the field."),
            Claim(depth * (window + 1), "The token itself counts once, not in every layer."),
            Claim(depth * window, "The token itself belongs to its field."),
            Claim(depth * window // 2 + 1, "The field grows on both sides."),
            Claim((window + 1) ** depth, "The field grows by the same number in each layer. It does not multiply."),
        ),
        {"window": window, "depth": depth, "length": length},
    )


def _can_meet(random: Random) -> Draft:
    window, depth, length = 2 * random.randint(2, 5), random.randint(2, 4), 160
    token, side = 80, random.choice([-1, 1])
    field = set(field_of(one_head_pattern(window, depth=depth), length, token))
    farthest = max(field) if side > 0 else min(field)
    candidates = (
        (token + side * window * depth, "Only half of the window lies on each side."),
        (farthest + side, "This token is one position too far away."),
        (token - side * (window * depth // 2 + 2), "This token is too far away on the other side."),
    )
    return Draft(
        f"A model has {depth} layers with a sliding window of {window} and no global tokens. "
        f"Which of these tokens can influence token {token} after the last layer?",
        Claim(f"Token {farthest}", f"{depth} layers times {window // 2} positions reach exactly this far."),
        tuple(Claim(f"Token {other}", reason) for other, reason in candidates if other not in field),
        {"window": window, "depth": depth, "length": length, "token": token},
    )


def _window_needed(random: Random) -> Draft:
    depth, distance = random.randint(2, 8), random.randint(10, 40)
    length = distance + 1
    window = next(
        width
        for width in count(2, 2)
        if (found := layers_to_reach(one_head_pattern(width, depth=depth), length, 0, distance)) is not None
        and found <= depth
    )
    return Draft(
        f"Two tokens are {distance} positions apart, and the model has {depth} layers without global tokens. "
        "What is the smallest sliding window with which one can influence the other?",
        Claim(window, f"Each layer must move information by {window // 2} positions, which is half of the window."),
        (
            Claim(window // 2, "A layer moves information by half of its window only."),
            Claim(2 * distance, "That is enough for a single layer. Several layers share the distance."),
            Claim(distance, "The layers share the distance, and half of the window lies on each side."),
        ),
        {"depth": depth, "distance": distance, "length": length},
    )


def _layers_with_global(random: Random) -> Draft:
    window, length = 2 * random.randint(3, 6), 100
    token, other = random.randint(30, 40), random.randint(60, 75)
    layers = _layers(window, length, token, other, (0,))
    without = _layers(window, length, token, other)
    return Draft(
        f"Every layer has a window of {window}, and token 0 is global. "
        f"After how many layers can token {other} influence token {token}?",
        Claim(
            layers, f"Token 0 collects from token {other} in one layer, and token {token} reads token 0 in the next."
        ),
        (
            Claim(without, "That is the way through the windows. The global token is a shorter way."),
            Claim(1, f"Token {token} attends to token 0 directly, but not to token {other}."),
            Claim(3, "The way through the global token has two steps."),
        ),
        {"window": window, "length": length, "token": token, "other": other},
    )


def _dilated_reach(random: Random) -> Draft:
    window, dilation, depth = 2 * random.randint(2, 4), random.randint(2, 4), random.randint(2, 4)
    length, token = 301, 150
    field = field_of(one_head_pattern(window, dilation, depth=depth), length, token)
    return Draft(
        f"A model has {depth} layers, each with a window of {window} and a dilation of {dilation}. "
        "How many positions away is the farthest token that can influence a token?",
        Claim(max(field) - token, f"Each layer moves information by {window // 2} steps of {dilation} positions."),
        (
            Claim(depth * window // 2, "That is the distance without dilation."),
            Claim(dilation * window // 2, "That is a single layer."),
            Claim(depth * dilation * window, "Only half of the window lies on each side."),
        ),
        {"window": window, "dilation": dilation, "depth": depth, "length": length},
    )


def _mixed_dilation(random: Random) -> Draft:
    window, dilation = 2 * random.randint(2, 5), random.randint(2, 5)
    length, token = 201, 100
    pattern = LongformerPattern((LayerSpec(window, (1,)), LayerSpec(window, (dilation,))))
    return Draft(
        f"A model has two layers with a window of {window}. The first has no dilation, the second a dilation of "
        f"{dilation}. How many positions away is the farthest token that can influence a token?",
        Claim(
            max(field_of(pattern, length, token)) - token,
            f"The layers add {window // 2} and {window // 2 * dilation} positions.",
        ),
        (
            Claim(window, "That is the distance without any dilation."),
            Claim(window * dilation, "Only the second layer has the dilation."),
            Claim(window // 2 * dilation, "The first layer adds half of its window."),
        ),
        {"window": window, "dilation": dilation, "length": length},
    )


TEMPLATES = (
    Template("layers_to_meet", TOPIC, _layers_to_meet, "layers"),
    Template("field_size", TOPIC, _field_size, "tokens"),
    Template("can_meet", TOPIC, _can_meet),
    Template("window_needed", TOPIC, _window_needed, "tokens"),
    Template("layers_with_global", TOPIC, _layers_with_global),
    Template("dilated_reach", TOPIC, _dilated_reach, "positions"),
    Template("mixed_dilation", TOPIC, _mixed_dilation),
)
