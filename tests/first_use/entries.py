"""What a person may do first; each entry runs in a process of its own with an empty cache."""

import io
import runpy
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch

import torch
from streamlit.testing.v1 import AppTest
from transformers import LongformerConfig, LongformerModel

from longformer_viz import AttentionSpec, answer, classify, load, override, run, speed_up
from longformer_viz.models.store import model_for_task
from longformer_viz.tasks.chunking import STRATEGIES, answer_by_strategies, classify_by_strategies
from longformer_viz.tasks.classifying import with_labels
from longformer_viz.tasks.labels.evidence import label_evidence
from longformer_viz.tasks.sweep import answer_by_settings
from longformer_viz.ui.shared import tabs

APP = Path(__file__).parents[2] / "app.py"
TEXT = "The reading room closes on Friday. The Buildings Committee decides when it opens again. The film was superb."
QUESTION = "Who decides when it opens again?"


def small_longformer() -> tuple[LongformerModel, dict[str, torch.Tensor]]:
    """A random model that comes from no cache, and its input."""
    config = LongformerConfig(
        vocab_size=50,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        attention_window=8,
        max_position_embeddings=66,
    )
    return LongformerModel(config).eval(), {"input_ids": torch.arange(5, 45)[None]}


def sped_up() -> None:
    model, inputs = small_longformer()
    speed_up(model)(**inputs)


def overridden() -> None:
    model, inputs = small_longformer()
    speed_up(model)
    with override(AttentionSpec(window=4)):
        model(**inputs)


def by_module(name: str, *arguments: str) -> None:
    """As `python -m name` does it, with the document as its input."""
    with patch.object(sys, "argv", [name, *arguments]), patch.object(sys, "stdin", io.StringIO(TEXT)):
        runpy.run_module(name, run_name="__main__")


def threads() -> None:
    """Two threads that ask at once, one of them for what the other's is made from."""
    with ThreadPoolExecutor(2) as pool:
        for model in pool.map(lambda task: load(task=task), ("qa", None)):
            assert model.max_tokens == 16_384


def page(name: str) -> None:
    """A page as the first one that is opened, with the tabs below its picture in sight."""
    tabs.is_reached = lambda key: True
    app = AppTest.from_file(str(APP), default_timeout=240)
    app.query_params["document"] = "Library notice"
    app.switch_page(f"pages/{name}.py").run()
    assert not app.exception, app.exception[0].value
    assert not app.error, app.error[0].value
    assert app.main.children


LIBRARY: dict[str, Callable[[], object]] = {
    "load": load,
    "load qa": lambda: load(task="qa"),
    "load topics": lambda: load(task="topics"),
    "load sentiment": lambda: load(task="sentiment"),
    "run": lambda: run(load(), TEXT),
    "answer": lambda: answer(load(task="qa"), QUESTION, TEXT),
    "classify topics": lambda: classify(load(task="topics"), TEXT),
    "classify sentiment": lambda: classify(load(task="sentiment"), TEXT),
    "classify typed labels": lambda: classify(load(), TEXT, labels=["notice", "recipe"]),
    "classify kinds of documents": lambda: classify(load(), TEXT, labels="kinds"),
    "another kind of labels": lambda: classify(with_labels(load(), "topics"), TEXT),
    "evidence": lambda: label_evidence(load(), TEXT, "pos", labels="sentiment"),
    "evidence for a typed label": lambda: label_evidence(load(), TEXT, "notice", labels=["notice", "recipe"]),
    "strategies for an answer": lambda: answer_by_strategies(load(task="qa"), QUESTION, TEXT, STRATEGIES),
    "strategies for a label": lambda: classify_by_strategies(load(task="sentiment"), TEXT),
    "sweep": lambda: answer_by_settings(load(), QUESTION, TEXT, windows=[64], dilations=[1]),
    "model for task": lambda: model_for_task(load(), "sentiment"),
    "threads": threads,
}
WITHOUT_MODEL: dict[str, Callable[[], object]] = {
    "speed_up": sped_up,
    "override": overridden,
}
HELP: dict[str, Callable[[], object]] = {
    "help": lambda: by_module("longformer_viz", "--help"),
    "help of measure": lambda: by_module("longformer_viz", "measure", "--help"),
    "help of train": lambda: by_module("longformer_viz", "train", "--help"),
    "help of ship": lambda: by_module("longformer_viz.training.ship", "--help"),
}
COMMANDS: dict[str, Callable[[], object]] = {
    "command models": lambda: by_module("longformer_viz", "models", "--prepare", "--no-language-model"),
    "command trace": lambda: by_module("longformer_viz", "trace", "-"),
    "command answer": lambda: by_module("longformer_viz", "answer", "-", QUESTION),
    "command classify": lambda: by_module("longformer_viz", "classify", "-"),
}
PAGES: dict[str, Callable[[], object]] = {
    name: lambda name=name: page(name)
    for name in ("attention", "patterns", "scaling", "classification", "question_answering")
}
ENTRIES = LIBRARY | WITHOUT_MODEL | HELP | COMMANDS | PAGES
