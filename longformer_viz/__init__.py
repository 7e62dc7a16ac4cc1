"""Visualize, teach and compare attention over long documents: exact, fast Longformer attention in PyTorch."""

from typing import TYPE_CHECKING

from longformer_viz.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from longformer_viz.cost.fit import what_helps, will_it_fit
    from longformer_viz.cost.setup import Setup
    from longformer_viz.documents.landmarks import paragraph_starts, sentence_starts
    from longformer_viz.documents.samples import sample
    from longformer_viz.figures.attention import attention_figure
    from longformer_viz.figures.bertviz_html import bertviz_page
    from longformer_viz.hf.context import override
    from longformer_viz.hf.speed_up import restore, speed_up
    from longformer_viz.hf.window_check.check import PatternCheck, check_pattern
    from longformer_viz.models.loading import LoadedModel, load
    from longformer_viz.models.running import run
    from longformer_viz.models.seq2seq.running import run_seq2seq
    from longformer_viz.notebook.show import compare, rollout, show
    from longformer_viz.patterns.bigbird import BigBirdPattern
    from longformer_viz.patterns.chunked import ChunkedPattern
    from longformer_viz.patterns.full import FullPattern
    from longformer_viz.patterns.layer_reach import LayerReach
    from longformer_viz.patterns.longformer import (
        LongformerPattern,
        character_model_preset,
        dilated_window,
        paper_dilations,
        sliding_window,
    )
    from longformer_viz.patterns.modernbert import ModernBertPattern
    from longformer_viz.patterns.reach import receptive_field, unreachable_pairs
    from longformer_viz.patterns.reformer import ReformerPattern
    from longformer_viz.probe.claims.claim import claims
    from longformer_viz.probe.curves import curves
    from longformer_viz.probe.plan import Plan
    from longformer_viz.probe.reference import recorded_results
    from longformer_viz.probe.results import Results
    from longformer_viz.probe.saved_sweep import read_sweeps
    from longformer_viz.probe.sweep import measure
    from longformer_viz.spec import AttentionSpec, InputError
    from longformer_viz.tasks.answering import Answers, answer
    from longformer_viz.tasks.attention_shares import first_token_shares, pair_around_answer
    from longformer_viz.tasks.chunking import answer_by_strategies, classify_by_strategies
    from longformer_viz.tasks.classifying import Classification, classify
    from longformer_viz.tasks.labels.evidence import label_evidence
    from longformer_viz.tasks.next_tokens import next_tokens
    from longformer_viz.tasks.sweep import answer_by_settings, what_changes
    from longformer_viz.trace.captured_mass import captured_mass, forbidden_pairs
    from longformer_viz.trace.full_attention import full_attention
    from longformer_viz.trace.panel import pattern_panel
    from longformer_viz.trace.rollout import attention_rollout
    from longformer_viz.trace.seq2seq.cross_trace import CrossTrace
    from longformer_viz.trace.seq2seq.seq2seq_trace import Seq2SeqTrace
    from longformer_viz.trace.tokens import Tokens
    from longformer_viz.trace.trace import Trace
    from longformer_viz.training.runs.fine_tune import fine_tune
    from longformer_viz.training.runs.settings import TrainingSettings

__all__ = [
    "Answers",
    "AttentionSpec",
    "BigBirdPattern",
    "ChunkedPattern",
    "Classification",
    "CrossTrace",
    "FullPattern",
    "InputError",
    "LayerReach",
    "LoadedModel",
    "LongformerPattern",
    "ModernBertPattern",
    "PatternCheck",
    "Plan",
    "ReformerPattern",
    "Results",
    "Seq2SeqTrace",
    "Setup",
    "Tokens",
    "Trace",
    "TrainingSettings",
    "answer",
    "answer_by_settings",
    "answer_by_strategies",
    "attention_figure",
    "attention_rollout",
    "bertviz_page",
    "captured_mass",
    "character_model_preset",
    "check_pattern",
    "claims",
    "classify",
    "classify_by_strategies",
    "compare",
    "curves",
    "dilated_window",
    "fine_tune",
    "first_token_shares",
    "forbidden_pairs",
    "full_attention",
    "label_evidence",
    "load",
    "measure",
    "next_tokens",
    "override",
    "pair_around_answer",
    "paper_dilations",
    "paragraph_starts",
    "pattern_panel",
    "read_sweeps",
    "receptive_field",
    "recorded_results",
    "restore",
    "rollout",
    "run",
    "run_seq2seq",
    "sample",
    "sentence_starts",
    "show",
    "sliding_window",
    "speed_up",
    "unreachable_pairs",
    "what_changes",
    "what_helps",
    "will_it_fit",
]

# Loaded on first use, so that `longformer-viz --help` does not wait for torch.
_MODULES = {
    "Answers": "tasks.answering",
    "AttentionSpec": "spec",
    "BigBirdPattern": "patterns.bigbird",
    "ChunkedPattern": "patterns.chunked",
    "Classification": "tasks.classifying",
    "CrossTrace": "trace.seq2seq.cross_trace",
    "FullPattern": "patterns.full",
    "InputError": "spec",
    "LayerReach": "patterns.layer_reach",
    "LoadedModel": "models.loading",
    "LongformerPattern": "patterns.longformer",
    "ModernBertPattern": "patterns.modernbert",
    "PatternCheck": "hf.window_check.check",
    "Plan": "probe.plan",
    "ReformerPattern": "patterns.reformer",
    "Results": "probe.results",
    "Seq2SeqTrace": "trace.seq2seq.seq2seq_trace",
    "Setup": "cost.setup",
    "Tokens": "trace.tokens",
    "Trace": "trace.trace",
    "TrainingSettings": "training.runs.settings",
    "answer": "tasks.answering",
    "answer_by_settings": "tasks.sweep",
    "answer_by_strategies": "tasks.chunking",
    "attention_figure": "figures.attention",
    "attention_rollout": "trace.rollout",
    "bertviz_page": "figures.bertviz_html",
    "captured_mass": "trace.captured_mass",
    "character_model_preset": "patterns.longformer",
    "check_pattern": "hf.window_check.check",
    "claims": "probe.claims.claim",
    "classify": "tasks.classifying",
    "classify_by_strategies": "tasks.chunking",
    "compare": "notebook.show",
    "curves": "probe.curves",
    "dilated_window": "patterns.longformer",
    "fine_tune": "training.runs.fine_tune",
    "first_token_shares": "tasks.attention_shares",
    "forbidden_pairs": "trace.captured_mass",
    "full_attention": "trace.full_attention",
    "label_evidence": "tasks.labels.evidence",
    "load": "models.loading",
    "measure": "probe.sweep",
    "next_tokens": "tasks.next_tokens",
    "override": "hf.context",
    "pair_around_answer": "tasks.attention_shares",
    "paper_dilations": "patterns.longformer",
    "paragraph_starts": "documents.landmarks",
    "pattern_panel": "trace.panel",
    "read_sweeps": "probe.saved_sweep",
    "receptive_field": "patterns.reach",
    "recorded_results": "probe.reference",
    "restore": "hf.speed_up",
    "rollout": "notebook.show",
    "run": "models.running",
    "run_seq2seq": "models.seq2seq.running",
    "sample": "documents.samples",
    "sentence_starts": "documents.landmarks",
    "show": "notebook.show",
    "sliding_window": "patterns.longformer",
    "speed_up": "hf.speed_up",
    "unreachable_pairs": "patterns.reach",
    "what_changes": "tasks.sweep",
    "what_helps": "cost.fit",
    "will_it_fit": "cost.fit",
}
__getattr__, __dir__ = lazy_exports(__name__, _MODULES)
