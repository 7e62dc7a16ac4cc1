"""A right call of each public function and method. The tests replace one argument at a time by a wrong value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import torch

import longformer_viz as viz
from longformer_viz.trace.full_attention import FullAttention

TEXT = "Ada wrote to Bo on Monday. Bo answered on Friday, and paid 12 euros.\n\nNobody else wrote."
LENGTH = 64


@dataclass(frozen=True)
class Call:
    """A function with right arguments.

    Attributes:
        name: What the test is called.
        function: The function.
        arguments: Right arguments by name.
        right: Names of wrong values that are right for an argument, by its name.
    """

    name: str
    function: Callable[..., Any]
    arguments: Mapping[str, Any]
    right: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def _each(name: str, owner: object, methods: Mapping[str, Mapping[str, Any]]) -> list[Call]:
    return [Call(f"{name}.{method}", getattr(owner, method), arguments) for method, arguments in methods.items()]


@cache
def _model() -> viz.LoadedModel:
    return viz.load()


@cache
def trace() -> viz.Trace:
    """A short run of the built-in model."""
    return viz.run(_model(), TEXT, viz.AttentionSpec(window=8))


@cache
def full() -> FullAttention:
    """Full attention of the run."""
    return viz.full_attention(trace())


def pattern() -> viz.LongformerPattern:
    """A pattern for the run's model."""
    return viz.sliding_window(4, len(trace().layers), trace().heads)


def spec_calls() -> list[Call]:
    """Settings, patterns and their numbers."""
    spec = viz.AttentionSpec(window=(8, 4), global_positions=(0,))
    numbers = {"depth": 2, "heads": 3}
    wide = viz.sliding_window(4, 2, 3)
    calls = [
        Call("AttentionSpec", viz.AttentionSpec, {"window": 8, "dilation": 1, "global_positions": (0,)}),
        Call("sliding_window", viz.sliding_window, {"window": 8, **numbers}),
        Call("dilated_window", viz.dilated_window, {"window": 8, "dilation": 2, **numbers}),
        Call("character_model_preset", viz.character_model_preset, {**numbers, "dilated_heads": 2}),
        Call("paper_dilations", viz.paper_dilations, {**numbers, "dilated_heads": 2}),
        Call("LongformerPattern", viz.LongformerPattern, {"layers": wide.layers, "global_positions": (0,)}),
        Call("FullPattern", viz.FullPattern, numbers),
        Call("ChunkedPattern", viz.ChunkedPattern, {**numbers, "chunk_size": 8, "overlap": 2}),
        Call("ModernBertPattern", viz.ModernBertPattern, {**numbers, "local_attention": 8, "every": 3}),
        Call(
            "BigBirdPattern",
            viz.BigBirdPattern,
            {
                "length": LENGTH,
                **numbers,
                "block_size": 8,
                "window_blocks": 3,
                "global_blocks": 1,
                "random_blocks": 1,
                "seed": 0,
                "draw": "paper",
            },
        ),
        Call(
            "ReformerPattern",
            viz.ReformerPattern,
            {"buckets": torch.zeros(2, 3, 1, LENGTH, dtype=torch.long), "bucket_size": 8, "seed": None},
        ),
        Call(
            "ReformerPattern.of_keys",
            viz.ReformerPattern.of_keys,
            {"keys": [torch.ones(3, LENGTH, 4)], "rounds": 1, "bucket_size": 8, "bucket_count": None, "seed": 0},
        ),
        Call("LayerReach", viz.LayerReach, {"left": 4, "right": 0}),
        Call(
            "receptive_field",
            viz.receptive_field,
            {"pattern": wide, "length": LENGTH, "token": 3, "extra_global_positions": ()},
        ),
        Call(
            "unreachable_pairs",
            viz.unreachable_pairs,
            {
                "pattern": wide,
                "length": LENGTH,
                "extra_global_positions": (),
                "examples": 3,
                "progress": None,
            },
        ),
    ]
    calls += _each(
        "AttentionSpec",
        spec,
        {
            "layers": {"own_windows": (8, 8), "heads": 3},
            "layer": {"index": 0, "depth": 2, "own_window": 8, "heads": 3},
            "positions_in": {"length": LENGTH},
        },
    )
    for each in (wide, viz.FullPattern(2, 3), viz.ChunkedPattern(2, 3), viz.ModernBertPattern(2, 3)):
        calls += _each(type(each).__name__, each, {"count_pairs": {"length": LENGTH}})
    return calls


def trace_calls() -> list[Call]:
    """What is computed from a run."""
    run = trace()
    head = {"layer": 0, "head": 0}
    reduced = {**head, "size": 8, "outside": 0.0}
    calls = _each(
        "Trace",
        run,
        {
            "band": head,
            "sink_weights": head,
            "weights": {**head, "rows": slice(0, 4), "columns": slice(0, 4), "outside": 0.0},
            "overview": reduced,
            "band_overview": reduced,
            "strongest": {**head, "count": 3},
            "show": {**head, "selected_token": 1, "theme": "light", "height": 560, "static": True},
        },
    )
    shown = {**head, "selected_token": 1, "theme": "light", "height": 560, "static": True}
    calls += [
        Call("show", viz.show, {"trace": run, **shown}),
        Call("compare", viz.compare, {"trace": run, "other": run, "difference": False, "names": ("a", "b"), **shown}),
        Call("rollout", viz.rollout, {"trace": run, "token": 1, "layer": 0, "theme": "light"}),
        Call("attention_rollout", viz.attention_rollout, {"trace": run, "token": 1, "progress": None}),
        Call("attention_figure", viz.attention_figure, {"trace": run, **head, "token": 1, "theme": "light"}),
        Call(
            "bertviz_page",
            viz.bertviz_page,
            {"trace": run, "view": "head", "start": 0, "count": 4, "layer": 0, "theme": "light"},
        ),
        Call("full_attention", viz.full_attention, {"trace": run, "progress": None}),
        Call(
            "captured_mass",
            viz.captured_mass,
            {"trace": run, "pattern": pattern(), "full": full(), "progress": None},
        ),
        Call(
            "forbidden_pairs",
            viz.forbidden_pairs,
            {"trace": run, "pattern": pattern(), "full": full(), "count": 3, **head, "progress": None},
        ),
        Call(
            "pattern_panel", viz.pattern_panel, {"trace": run, "pattern": pattern(), **head, "full": None, "size": 8}
        ),
        Call("first_token_shares", viz.first_token_shares, {"trace": run, "spans": [(1, 3)]}),
        Call("sentence_starts", viz.sentence_starts, {"tokens": run.tokens}),
        Call("paragraph_starts", viz.paragraph_starts, {"tokens": run.tokens}),
        Call(
            "Tokens",
            viz.Tokens,
            {
                "ids": run.tokens.ids,
                "offsets": run.tokens.offsets,
                "pieces": run.tokens.pieces,
                "text": run.tokens.text,
            },
        ),
    ]
    mass = viz.captured_mass(run, pattern(), full())
    calls += _each("CapturedMass", mass, {"tokens_with_smallest_share": {"count": 3}})
    return calls


def model_calls() -> list[Call]:
    """Models and what they are asked for."""
    model, tokens = _model(), trace().tokens
    question, spec = "Who wrote?", viz.AttentionSpec(window=8)
    found = viz.answer(model, question, TEXT)
    swept = viz.answer_by_settings(model, question, TEXT, windows=(8,), dilations=(1,), placements=())
    calls = [
        Call(
            "load",
            viz.load,
            {
                "name": "no/such-model",
                "task": None,
                "device": "cpu",
                "dtype": "float32",
                "download": False,
                "convert": True,
            },
        ),
        Call("run", viz.run, {"model": model, "document": TEXT, "spec": spec, "progress": None}),
        Call(
            "answer",
            viz.answer,
            {
                "model": model,
                "question": question,
                "document": tokens,
                "spec": spec,
                "count": 2,
                "question_global": True,
                "pair_globals": (),
                "max_tokens": None,
                "overlap": None,
                "parts": None,
                "progress": None,
            },
        ),
        Call(
            "answer_by_settings",
            viz.answer_by_settings,
            {
                "model": model,
                "question": question,
                "document": tokens,
                "windows": (8,),
                "dilations": (1,),
                "placements": (),
                "progress": None,
            },
        ),
        Call(
            "answer_by_strategies",
            viz.answer_by_strategies,
            {
                "model": model,
                "question": question,
                "document": tokens,
                "strategies": (),
                "settings": None,
                "progress": None,
            },
        ),
        Call(
            "classify",
            viz.classify,
            {
                "model": model,
                "document": tokens,
                "labels": "topics",
                "spec": spec,
                "max_tokens": None,
                "overlap": None,
                "progress": None,
            },
        ),
        Call("classify by labels", viz.classify, {"model": model, "document": TEXT, "labels": ["a", "b"]}),
        Call(
            "classify_by_strategies",
            viz.classify_by_strategies,
            {
                "model": model,
                "document": tokens,
                "labels": "topics",
                "strategies": (),
                "settings": None,
                "progress": None,
            },
        ),
        Call(
            "label_evidence",
            viz.label_evidence,
            {
                "model": model,
                "document": tokens,
                "label": "positive",
                "spec": spec,
                "labels": "sentiment",
                "method": "gradient times input",
                "tried": 1,
                "progress": None,
            },
        ),
        Call(
            "next_tokens",
            viz.next_tokens,
            {"model": model, "document": tokens, "window": None, "first_tokens": 0, "progress": None},
        ),
        Call(
            "run_seq2seq",
            viz.run_seq2seq,
            {"model": model, "document": tokens, "target": "a", "spec": None, "max_new_tokens": 2},
        ),
        Call(
            "pair_around_answer",
            viz.pair_around_answer,
            {"model": viz.load(task="qa"), "question": question, "document": tokens, "spec": spec, "place": found[0]},
        ),
        Call("what_changes", viz.what_changes, {"found": swept}),
        Call("override", _entered, {"spec": spec}),
        Call("speed_up", viz.speed_up, {"model": model.model}),
        Call("restore", viz.restore, {"model": torch.nn.Linear(2, 2)}),
        Call(
            "check_pattern",
            viz.check_pattern,
            {
                "model": lambda ids, mask: torch.zeros(1, ids.shape[1], 2),
                "promised": [viz.LayerReach(2, 2)],
                "length": 32,
                "vocabulary": 50,
            },
            {"model": ("class",)},  # A function of another kind, whose own error is shown.
        ),
        Call("sample", viz.sample, {"name": "story"}),
    ]
    calls += _each(
        "LoadedModel",
        model,
        {"tokenize": {"text": TEXT, "start": 0, "limit": 8}, "count_tokens": {"text": TEXT}},
    )
    return calls


def cost_calls() -> list[Call]:
    """Costs, measurements and training."""
    setup, plan = viz.Setup(length=512), viz.Plan()
    results = next(iter(viz.recorded_results().values()))
    fields = ("shape", "level", "batch", "training", "checkpointing", "accumulation", "optimizer", "device")
    shared = {name: getattr(setup, name) for name in fields}
    own = ("methods", "lengths", "level", "shape", "quantities", "device", "batch", "training", "checkpointing")
    more = ("accumulation", "optimizer", "threads", "point_seconds", "point_bytes")
    calls = [
        Call("Setup", viz.Setup, {"method": "full", "length": 512, **shared, "own_shape": None}),
        Call("Plan", viz.Plan, {name: getattr(plan, name) for name in (*own, *more)}),
        Call("will_it_fit", viz.will_it_fit, {"setup": setup, "memory_bytes": 2**30}),
        Call("what_helps", viz.what_helps, {"setup": setup, "memory_bytes": 2**30}),
        Call("curves", viz.curves, {"plan": results.plan, "quantity": "time", "results": results}),
        Call("read_sweeps", viz.read_sweeps, {"text": results.to_json()}),
        Call("measure", viz.measure, {"plan": None, "progress": None}),
        Call(
            "fine_tune",
            viz.fine_tune,
            {
                "data": "/no/such/file.csv",
                "name": "hostile",
                "settings": None,
                "text_column": None,
                "label_column": None,
                "has_header": None,
                "progress": None,
            },
            {"data": ("none",)},  # The sample set, with which a training would begin.
        ),
        Call("TrainingSettings", viz.TrainingSettings, viz.TrainingSettings().values()),
        Call("TrainingSettings.read", viz.TrainingSettings.read, {"values": {"rank": 4}}),
        Call("Results.load", viz.Results.load, {"path": "/no/such/file.json"}),
    ]
    calls += _each("Plan", plan, {"setup": {"method": "full", "length": 512}})
    calls += _each(
        "Results",
        results,
        {"seconds": {"method": "full"}, "peak_bytes": {"method": "full"}, "save": {"path": "/no/such/folder/a.json"}},
    )
    return calls


def _entered(spec: Any) -> None:
    with viz.override(spec):
        pass
