"""Pictures of terms that no pattern shows: models, figures and measurements, in the colours of the app."""

import math

from longformer_viz.figures.palette import GLOBAL, HASHED, LOCAL, NEUTRAL
from longformer_viz.figures.teaching import sketches as draw


def rollout(ink: str) -> str:
    """Draw paths from a token down through two layers."""
    paths = ((60, 30), (60, 60), (60, 90), (30, 15), (30, 45), (90, 75), (90, 105), (60, 45), (60, 75))
    strong = paths[:3]
    lines = [draw.line(x1, 12, x2, 40, LOCAL, 2.5 - 0.5 * n) for n, (x1, x2) in enumerate(strong)]
    lines += [draw.line(x1, 40, x2, 68, LOCAL, 1.2) for x1, x2 in paths[3:]]
    dots = [(60, 12), *((x, 40) for x in (30, 60, 90)), *((x, 68) for x in (15, 45, 75, 105))]
    return "".join(lines) + "".join(f'<circle cx="{x}" cy="{y}" r="5" fill="{GLOBAL}"/>' for x, y in dots)


def layers(ink: str) -> str:
    """Draw layers above each other."""
    return "".join(
        f'<rect x="30" y="{10 + 22 * level}" width="60" height="16" rx="3" fill="{LOCAL}" '
        f'fill-opacity="{0.9 - 0.25 * level:.2f}" stroke="{NEUTRAL}"/>'
        + (draw.line(60, 26 + 22 * level, 60, 32 + 22 * level, ink, 1.6) if level < 2 else "")
        for level in range(3)
    )


def model_run(ink: str) -> str:
    """Draw a document, a model and its result."""
    model = f'<rect x="44" y="22" width="32" height="36" rx="4" fill="{LOCAL}" fill-opacity="0.6"/>'
    text = "".join(draw.line(6, y, 28, y, NEUTRAL, 3) for y in (30, 40, 50))
    return (
        text
        + draw.arrow(30, 43, 40, ink)
        + model
        + draw.arrow(77, 90, 40, ink)
        + draw.bars((0.3, 0.6), 94, 20, (), 58)
    )


def hashed_buckets(ink: str) -> str:
    """Draw tokens that are sorted by the bucket of their hash."""
    colours = (LOCAL, HASHED, GLOBAL, LOCAL, GLOBAL, HASHED)
    order = sorted(range(6), key=lambda number: colours[number])
    first = "".join(draw.boxes(draw.SIX_EMPTY, ink, (number,), 8, colour) for number, colour in enumerate(colours))
    second = "".join(
        draw.boxes(draw.SIX_EMPTY, ink, (place,), 52, colours[number]) for place, number in enumerate(order)
    )
    step = 112 / 6
    lines = "".join(
        draw.line(4 + (number + 0.5) * step, 28, 4 + (place + 0.5) * step, 52, NEUTRAL)
        for place, number in enumerate(order)
    )
    return first + second + lines


def weighted_values(ink: str) -> str:
    """Draw three value vectors, scaled by weights and added to one."""
    vectors = ((0.9, 0.2, 0.5), (0.3, 0.8, 0.6), (0.5, 0.5, 0.1))
    weights = (0.2, 0.7, 0.1)
    mixed = tuple(sum(w * v[n] for w, v in zip(weights, vectors, strict=True)) for n in range(3))
    parts = [draw.bars(vector, 4 + 25 * number, 21, (), 58) for number, vector in enumerate(vectors)]
    parts += [draw.words(f"×{weight}", 14 + 25 * number, 72, ink, 9) for number, weight in enumerate(weights)]
    return "".join(parts) + draw.arrow(79, 92, 40, ink) + draw.bars(mixed, 95, 21, (GLOBAL,) * 3, 58)


def clock(ink: str) -> str:
    """Draw a stopwatch."""
    return (
        f'<circle cx="60" cy="44" r="26" fill="none" stroke="{ink}" stroke-width="3"/>'
        + draw.line(60, 44, 60, 26, LOCAL, 3)
        + draw.line(60, 44, 73, 52, LOCAL, 3)
        + draw.line(60, 18, 60, 9, ink, 4)
    )


def ruler(ink: str) -> str:
    """Draw positions, those beyond 512 dashed."""
    ticks = "".join(draw.line(6 + 12 * n, 40, 6 + 12 * n, 50, ink if n <= 4 else NEUTRAL) for n in range(10))
    return (
        draw.line(6, 50, 54, 50, LOCAL, 4)
        + draw.line(54, 50, 114, 50, NEUTRAL, 4, "4 3")
        + ticks
        + draw.words("512", 54, 33, ink)
    )


def memory_peak(ink: str) -> str:
    """Draw memory over time, with its peak."""
    shape = "M8 68L24 56L44 50L62 16L78 46L112 52"
    return (
        f'<path d="{shape}V68H8z" fill="{LOCAL}" fill-opacity="0.35"/>'
        + draw.curve(shape, LOCAL)
        + f'<circle cx="62" cy="16" r="4" fill="{GLOBAL}"/>'
        + draw.line(8, 68, 112, 68, NEUTRAL)
    )


def log_odds(ink: str) -> str:
    """Draw a scale with a bar on the positive side."""
    return (
        draw.line(8, 44, 112, 44, NEUTRAL, 2)
        + draw.line(60, 36, 60, 52, ink, 2)
        + f'<rect x="60" y="38" width="34" height="12" fill="{LOCAL}"/>'
        + draw.words("0", 60, 68, ink)
        + draw.words("−", 16, 68, ink)
        + draw.words("+", 104, 68, ink)
    )


def log_sum(ink: str) -> str:
    """Draw several bars that become one."""
    return draw.bars((0.3, 0.7, 0.45), 6, 50) + draw.arrow(62, 84, 44, ink) + draw.bars((0.95,), 90, 22, (GLOBAL,))


def softmax(ink: str) -> str:
    """Draw scores that become weights."""
    scores = (1.0, 3.0, 2.0)
    total = sum(math.exp(score) for score in scores)
    weights = tuple(math.exp(score) / total for score in scores)
    before = draw.bars(tuple(score / 4 for score in scores), 4, 42, (NEUTRAL,) * 3)
    return before + draw.arrow(51, 69, 44, ink) + draw.bars(weights, 74, 42)


def captured_mass(ink: str) -> str:
    """Draw the weights of a row; those inside the window are coloured."""
    heights = (0.1, 0.25, 0.6, 0.9, 0.55, 0.2, 0.12)
    inside = (NEUTRAL, NEUTRAL, LOCAL, LOCAL, LOCAL, NEUTRAL, NEUTRAL)
    return draw.bars(heights, 8, 104, inside)
