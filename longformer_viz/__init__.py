"""Visualize, teach and compare attention over long documents: exact, fast Longformer attention in PyTorch."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from longformer_viz.hf.context import override
    from longformer_viz.hf.speed_up import restore, speed_up
    from longformer_viz.hf.window_check.check import PatternCheck, check_pattern
    from longformer_viz.models.loading import LoadedModel, load
    from longformer_viz.models.running import run
    from longformer_viz.models.seq2seq.running import run_seq2seq
    from longformer_viz.notebook.show import compare, rollout, show
    from longformer_viz.patterns.layer_reach import LayerReach
    from longformer_viz.spec import AttentionSpec, InputError
    from longformer_viz.tasks.answering import Answers, answer
    from longformer_viz.tasks.classifying import Classification, classify
    from longformer_viz.trace.seq2seq.cross_trace import CrossTrace
    from longformer_viz.trace.seq2seq.seq2seq_trace import Seq2SeqTrace
    from longformer_viz.trace.tokens import Tokens
    from longformer_viz.trace.trace import Trace

__all__ = [
    "Answers",
    "AttentionSpec",
    "Classification",
    "CrossTrace",
    "InputError",
    "LayerReach",
    "LoadedModel",
    "PatternCheck",
    "Seq2SeqTrace",
    "Tokens",
    "Trace",
    "answer",
    "check_pattern",
    "classify",
    "compare",
    "load",
    "override",
    "restore",
    "rollout",
    "run",
    "run_seq2seq",
    "show",
    "speed_up",
]

# Loaded on first use, so that `longformer-viz --help` does not wait for torch.
_MODULES = {
    "Answers": "tasks.answering",
    "AttentionSpec": "spec",
    "Classification": "tasks.classifying",
    "CrossTrace": "trace.seq2seq.cross_trace",
    "InputError": "spec",
    "LayerReach": "patterns.layer_reach",
    "LoadedModel": "models.loading",
    "PatternCheck": "hf.window_check.check",
    "Seq2SeqTrace": "trace.seq2seq.seq2seq_trace",
    "Tokens": "trace.tokens",
    "Trace": "trace.trace",
    "answer": "tasks.answering",
    "check_pattern": "hf.window_check.check",
    "classify": "tasks.classifying",
    "compare": "notebook.show",
    "load": "models.loading",
    "override": "hf.context",
    "restore": "hf.speed_up",
    "rollout": "notebook.show",
    "run": "models.running",
    "run_seq2seq": "models.seq2seq.running",
    "show": "notebook.show",
    "speed_up": "hf.speed_up",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
