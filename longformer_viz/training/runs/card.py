"""The model card of a run, filled in from its settings and its evaluation."""

from pathlib import Path
from typing import Any

from longformer_viz.models.embedded import NAME as EMBEDDED_NAME
from longformer_viz.training.own_data.reading import LANGUAGE, QUESTIONS, SEVERAL_LABELS
from longformer_viz.training.runs.run_state import RunState
from longformer_viz.training.runs.settings import ADAPTERS

_PIPELINES = {QUESTIONS: "question-answering", LANGUAGE: "fill-mask"}
_FIGURES = {
    "accuracy": "accuracy",
    "macro_f1": "macro F1",
    "micro_f1": "micro F1",
    "f1": "F1",
    "exact_match": "exact match",
    "perplexity": "perplexity of masked tokens",
    "bits_per_token": "bits per masked token",
}


def write_card(file: Path, run: RunState) -> None:
    """Write the model card.

    Args:
        file: The file to write.
        run: The run, with its evaluations.
    """
    file.write_text(card(run), encoding="utf-8")


def card(run: RunState) -> str:
    """Return the model card of a run as Markdown.

    Args:
        run: The run, with its evaluations.
    """
    settings, about = run.settings, run.about
    base = (
        settings.base.replace("\\", "/").rstrip("/").split("/")[-1] if Path(settings.base).is_dir() else settings.base
    )
    base = base or EMBEDDED_NAME
    use = {
        LANGUAGE: "masked tokens",
        QUESTIONS: "extractive question answering",
        SEVERAL_LABELS: "documents with several labels",
    }
    best = best_evaluation(run)
    lines = [
        "---",
        "library_name: transformers",
        f"pipeline_tag: {_PIPELINES.get(settings.task, 'text-classification')}",
        "---",
        "",
        f"# {run.name}",
        "",
        f"A long-document model for {use.get(settings.task, 'the classification of documents')}, fine-tuned from "
        f"{base} with Longformer Viz. It loads with transformers alone.",
        "",
        "## Data",
        "",
        f"- Source: {about.get('data_name', 'not named')}",
        f"- Documents: {about.get('training', 0):,} to train on, {about.get('held_out', 0):,} held out",
        f"- SHA-256 of the data: `{about.get('data_sha256', '')}`",
    ]
    if labels := about.get("labels"):
        lines.append(f"- Labels: {', '.join(labels)}")
    lines += ["", "## Evaluation", ""]
    if best is None:
        lines.append("The model was not evaluated.")
    else:
        lines += [f"On {best['documents']:,} held-out items, after epoch {best['epoch']}:", ""]
        lines += [f"- {title}: {best[key]:.3f}" for key, title in _FIGURES.items() if key in best]
    lines += ["", "## Training", "", *(f"- {name}: {value}" for name, value in _shown_settings(run).items())]
    versions = ", ".join(f"{name} {number}" for name, number in about.get("versions", {}).items())
    lines += [f"- versions: {versions}", "", "## Limits", ""]
    lines.append(
        "The figures hold for documents like the held-out ones. Other documents get an answer or a label too. "
        "Terms of use follow from the base model and from the data."
    )
    return "\n".join(lines) + "\n"


def best_evaluation(run: RunState) -> dict[str, Any] | None:
    """Return the evaluation of the epoch whose model is kept, or None.

    Args:
        run: The run.
    """
    key, sign = run.settings.score_name, -1 if run.settings.is_lower_better else 1
    found = [each for each in run.evaluations if each["epoch"] or not run.settings.epochs]
    return max(found, key=lambda each: (sign * each.get(key, 0.0), -each["epoch"]), default=None)


def _shown_settings(run: RunState) -> dict[str, Any]:
    values = run.settings.values() | {"learning_rate": run.settings.rate}
    for name in ("task", "base", "held_out", "device"):
        values.pop(name)
    if run.settings.method != ADAPTERS:
        values.pop("rank")
    return {name.replace("_", " "): value for name, value in values.items() if value is not None}
