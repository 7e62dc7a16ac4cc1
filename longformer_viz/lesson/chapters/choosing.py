"""Chapter 12: a decision for a document of the learner's own, with predicted and measured figures."""

from functools import cache

from longformer_viz.cost.families import CHUNK, FAMILIES
from longformer_viz.cost.methods import Method
from longformer_viz.lesson.chapter import Chapter, Step, TryIt
from longformer_viz.lesson.chapters.cost import added_bytes
from longformer_viz.lesson.pictures import Advice, Decision, Table
from longformer_viz.lesson.predictions import ChooseWhich, Option
from longformer_viz.lesson.wording import size_text
from longformer_viz.probe.claims.figures import recorded
from longformer_viz.spec import counted

LENGTHS = (512, 2_048, 4_096, 8_192, 16_384)
ONE, SEVERAL = "one passage at a time", "distant passages together"
NEEDS = (ONE, SEVERAL)
METHODS = ("full", "fused", "chunks", "longformer-512", "modernbert")
NAMES = {
    "full": "BERT, cut at 512 tokens",
    "fused": "full attention, fused",
    "chunks": "BERT on 512-token chunks",
    "longformer-512": "Longformer, window 512",
    "modernbert": "ModernBERT",
}


def best_method(length: int, need: str) -> tuple[str, str]:
    """Return the method that fits a document, and why in two sentences.

    Args:
        length: Tokens in the document.
        need: One of `NEEDS`.
    """
    longformer, modern = FAMILIES["longformer"].trained_tokens, FAMILIES["modernbert"].trained_tokens
    if length <= FAMILIES["full"].trained_tokens:
        return "full", "Full attention fits. BERT reads the whole document, so nothing is lost."
    if need == ONE:
        return (
            "chunks",
            "Chunks are enough. Each passage is read with full attention, and the cost grows in proportion to the "
            "length.",
        )
    if length <= longformer:
        return (
            "longformer-512",
            f"Longformer connects distant passages, and was trained on up to {longformer:,} tokens.",
        )
    if length <= modern:
        return (
            "modernbert",
            f"ModernBERT was trained on up to {modern:,} tokens. Its full layers connect distant passages.",
        )
    return "longformer-512", (
        f"Longformer can read this length, but beyond {longformer:,} tokens it needs further training. Compare "
        "its answers with those of chunks."
    )


def advice(length: int, need: str) -> Advice:
    """Return the advice for one length and need, with the figures of each method.

    Args:
        length: Tokens in the document.
        need: One of `NEEDS`.
    """
    name, say = best_method(length, need)
    table = Table(
        f"At {length:,} tokens, {NAMES[name]} is advised among {len(METHODS)} methods.",
        (
            "one attention layer",
            "trained tokens",
            "connects all tokens",
            "memory (predicted)",
            "time (measured)",
        ),
        _rows(length),
        (METHODS.index(name),),
    )
    return Advice(length, need, say, table)


@cache
def _rows(length: int) -> tuple[tuple[str, ...], ...]:
    """Return the figures of each method at a length."""
    rows = []
    for method in METHODS:
        read = min(length, FAMILIES["full"].trained_tokens) if method == "full" else length
        seconds = recorded().seconds(method).get(read)
        connects = read == length and (method != "chunks" or length <= CHUNK)
        rows.append(
            (
                NAMES[method],
                f"{FAMILIES[Method.named(method).family].trained_tokens:,}" if method != "fused" else "–",
                "yes" if connects else "no",
                size_text(added_bytes(method, read)),
                "–" if seconds is None else f"{seconds:.2f} s",
            )
        )
    return tuple(rows)


def deciding() -> Chapter:
    """Return chapter 12: which method to use when."""
    decision = Decision(
        "For each length and need, a table of methods in which the advised one is marked.",
        LENGTHS,
        NEEDS,
        tuple(advice(length, need) for length in LENGTHS for need in NEEDS),
    )
    right, _ = best_method(4_096, SEVERAL)
    why = {
        "full": "It would read only the first 512 of 4,096 tokens.",
        "chunks": "No chunk holds both clauses, and chunks never attend to one another.",
        "longformer-512": (
            "Right: its global tokens connect the clauses, and 4,096 tokens are what it was trained on."
        ),
    }
    machine = recorded().machine
    return Chapter(
        "choose",
        "Choose by document length, task and memory, and check with measurements.",
        (
            Step(
                "The two clauses are in different chunks. Longformer connects them through its global tokens.",
                advice(4_096, SEVERAL).table,
                ChooseWhich(
                    "A contract has 4,096 tokens. The answer needs a clause at the start and "
                    "a clause at the end. Which method do you use?",
                    tuple(Option(NAMES[name], name == right, why[name]) for name in why),
                ),
            ),
            Step(
                "Now decide for a document of your own. Then open Check yourself to see what you learned. The "
                f"times were measured on {machine.processor} with {counted(machine.threads, 'thread')}.",
                decision,
            ),
        ),
        try_it=TryIt(
            "Check whether it fits your machine",
            "curves",
            {
                "curves": "Will it fit?",
                "fit_method": "Longformer 512",
                "fit_length": 4_096,
                "fit_training": "false",
            },
        ),
    )
