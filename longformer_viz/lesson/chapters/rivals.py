"""Chapter 11: BigBird, Reformer, chunking and fused attention beside Longformer."""

from dataclasses import replace

from longformer_viz.cost.prediction import predict
from longformer_viz.cost.setup import Setup
from longformer_viz.lesson import toy
from longformer_viz.lesson.chapter import Chapter, Step, TryIt
from longformer_viz.lesson.pictures import Bar, Bars, Panels
from longformer_viz.lesson.predictions import ChooseWhich, Option
from longformer_viz.lesson.wording import size_text
from longformer_viz.patterns.bigbird import BigBirdPattern
from longformer_viz.patterns.chunked import ChunkedPattern
from longformer_viz.patterns.longformer import one_head_pattern
from longformer_viz.patterns.pattern import Pattern
from longformer_viz.patterns.reach import layers_to_reach
from longformer_viz.patterns.reformer import ReformerPattern

DEPTH = 2
LONG = 16_384
QUERY, KEY = toy.TOKENS.index("was"), toy.TOKENS.index("the")


def patterns() -> dict[str, Pattern]:
    """Return each system's pattern over the document, with two layers."""
    keys = toy.KEYS[None].float()
    return {
        "Longformer": one_head_pattern(4, 1, (0,), DEPTH),
        "BigBird": BigBirdPattern(
            len(toy.TOKENS), DEPTH, 1, block_size=1, window_blocks=3, global_blocks=2, random_blocks=1
        ),
        "Reformer": ReformerPattern.of_keys([keys] * DEPTH, rounds=1, bucket_size=3, bucket_count=4),
        "Chunks": ChunkedPattern(DEPTH, 1, chunk_size=4),
        "Window only": one_head_pattern(4, depth=DEPTH),
    }


def comparing() -> Chapter:
    """Return chapter 11: other ways to avoid full attention."""
    made = patterns()
    panels = Panels(
        "The pairs of Longformer, BigBird, Reformer and chunks, side by side.",
        tuple((name, toy.matrix(f"The pairs of {name}.", made[name])) for name in list(made)[:4]),
    )
    predicted = {name: predict(Setup(name, LONG, level="layer")) for name in ("full", "fused", "longformer-512")}
    assert predicted["fused"].pairs == predicted["full"].pairs
    sizes = {name: prediction.added_bytes for name, prediction in predicted.items()}
    said = {
        "full": "full attention, stored",
        "fused": "full attention, fused",
        "longformer-512": "Longformer, window 512",
    }
    memory = Bars(
        f"At {LONG:,} tokens, fused attention needs {size_text(sizes['fused'])}, and stored full attention "
        f"{size_text(sizes['full'])}.",
        f"Memory that one layer’s attention adds at {LONG:,} tokens, predicted",
        tuple(
            Bar(said[name], size, size_text(size), "local" if name == "longformer-512" else "full")
            for name, size in sizes.items()
        ),
        log=True,
    )
    path = replace(
        panels,
        alt="Longformer and chunks: both tokens attend to the global [CLS], but no pair connects two chunks.",
        panels=tuple(
            (
                name,
                toy.matrix(f"The pairs of {name}, with the row of “{toy.TOKENS[QUERY]}” marked.", made[name], QUERY),
            )
            for name in ("Longformer", "Chunks")
        ),
    )
    return Chapter(
        "rivals",
        "Each system omits different pairs, or computes all pairs in less memory.",
        (
            Step(
                "BigBird adds random pairs. In Reformer, tokens attend to tokens in the same hash bucket. Chunking "
                "cuts the document into pieces and reads each piece alone.",
                panels,
            ),
            Step(
                "A global token connects all tokens in two layers. No number of layers connects two chunks.",
                path,
                _connected(made),
            ),
            Step(
                "Fused attention computes all pairs, but never stores them all. It needs little memory, but its time "
                "still grows with the square of the length.",
                memory,
            ),
        ),
        try_it=TryIt("Compare them on a real document", "compare", {"document": "Library notice", "window": 64}),
    )


def _connected(made: dict[str, Pattern]) -> ChooseWhich:
    options = []
    for name, pattern in made.items():
        layers = layers_to_reach(pattern, len(toy.TOKENS), QUERY, KEY)
        options.append(Option(name, layers is not None, _reason(name, layers)))
    return ChooseWhich(
        f"“{toy.TOKENS[KEY]}” is {QUERY - KEY} tokens before “{toy.TOKENS[QUERY]}”. With which patterns can it "
        f"influence “{toy.TOKENS[QUERY]}” within {DEPTH} layers?",
        tuple(options),
        several=True,
    )


def _reason(name: str, layers: int | None) -> str:
    if layers is None:
        return {
            "Chunks": "The two tokens are in different chunks, and no pair connects two chunks.",
            "Window only": f"Two layers with a window of 4 reach 4 tokens, not {QUERY - KEY}.",
        }.get(name, "They share no hash bucket, and no third token connects them.")
    return {
        "Longformer": "[CLS] is global: it attends to both, and both attend to it.",
        "BigBird": "Its first and last blocks are global, and both tokens attend to them.",
    }.get(name, "Their keys are similar, so they are in the same hash bucket.")
