"""The model card of a shipped adapter, written from its settings."""

from typing import Any

from longformer_viz.trace.position_tiling import PositionTiling
from longformer_viz.training.calibration import ANSWERABLE_SHARE

_ABOUT = {
    "qa": 'extractive question answering, with a score for "not in this document"',
    "topics": "the twenty newsgroups' topics",
    "sentiment": "positive or negative film reviews",
}
_SOURCES = {
    "qamr": "QAMR (Michael et al. 2018), MIT licence",
    "squadshifts": "SQuADShifts (Miller et al. 2020), CC BY 4.0",
    "squad2": "SQuAD 2.0, one article of the development split (Rajpurkar et al. 2018), CC BY-SA 4.0",
    "squad_train": "SQuAD, training split (Rajpurkar et al. 2016, 2018), CC BY-SA 4.0",
    "covid_qa": "COVID-QA (Möller et al. 2020), Apache-2.0 repository",
    "20news": "20 Newsgroups by date, training split; its makers state no licence",
    "imdb": "IMDB Large Movie Review, training split (Maas et al. 2011); its makers state no licence",
}
_LIMITS = {
    "qa": (
        "English only. An answer is a span of at most 40 tokens, copied from the document: nothing is put together "
        "from two places, nothing is counted or inferred. Probabilities were calibrated on paragraphs; on documents "
        "of thousands of tokens they are rougher."
    ),
    "topics": (
        "English newsgroups of 1993, of which several overlap (four on religion and politics, five on computers). "
        "A text about anything else still gets one of the twenty. Not every such text is found unlike the training "
        "data, above all short ones: see the table below."
    ),
    "sentiment": "English film reviews. Other texts get a label too; mixed ones get the more frequent tone.",
}
_PRIOR = f"""
## Calibration

Probabilities were fitted on one half of the held-out questions, weighed by a stated prior. {ANSWERABLE_SHARE:.0%} of
the weight is on answerable questions. The rest is on plausible questions without an answer: edited ones of held-out
documents. That is the prior of SQuAD 2.0's development split. Questions put to another paragraph have no weight.
Where fewer questions lack an answer, the probabilities are too low.
"""

_FIGURES = {
    "questions": "answerable questions",
    "texts": "held-out texts",
    "f1": "F1",
    "exact_match": "exact match",
    "calibration_error": "expected calibration error of the best answer",
    "answered_answerable": "answerable questions answered above 50%",
    "other_questions": "questions put to another paragraph",
    "other_none_auroc": '"not in this document": AUROC, questions put to another paragraph',
    "other_answered": "questions put to another paragraph answered above 50%",
    "edited_questions": "edited questions",
    "edited_none_auroc": '"not in this document": AUROC, edited questions',
    "edited_answered": "edited questions answered above 50%",
    "adversarial_questions": "adversarial questions without an answer",
    "adversarial_none_auroc": '"not in this document": AUROC, adversarial questions',
    "adversarial_answered": "adversarial questions answered above 50%",
    "none_auroc": 'AUROC of "not in this document"',
    "accuracy": "accuracy",
    "macro_f1": "macro F1",
}


def model_card(settings: dict[str, Any], distance: dict[str, Any] | None = None) -> str:
    """Markdown: what it is, data and licences, training, figures, limits.

    Args:
        settings: The adapter's `task.json`.
        distance: The figures of its training statistics, where it has some.

    Returns:
        The card's text.
    """
    task, trained = settings["task"], settings["trained"]
    recipe = trained["recipe"]
    sources = [text for key, text in _SOURCES.items() if any(name.startswith(key) for name in trained["files"])]
    commands = "\n".join(trained["commands"])
    prior = _PRIOR if "calibration" in settings else ""
    figures = _table(settings["held_out"])
    if "unseen" in settings:
        files = ", ".join(trained["unseen"])
        figures += f"\n\nOn {files}, of which no question was trained on:\n\n" + _table(settings["unseen"])
    tiling = PositionTiling(**trained["position_tiling"])
    repeated = "all positions" if tiling.is_paper_tiling else f"positions {tiling.start} to {tiling.stop - 1}"
    is_global = "the question's tokens" if task == "qa" else "the first token"
    return f"""# Adapter: {task}

For {_ABOUT[task]}. Low-rank adapters (rank {recipe["rank"]}) on every linear layer of all-MiniLM-L6-v2 converted to a
Longformer of 16,384 tokens, its global projections among them, and a head; half precision. Trained at window 512 with
{is_global} global. Merged by `longformer_viz.load(task="{task}")`.

## Data

{chr(10).join(f"- {source}" for source in sources)}

One document in ten was held out. None of the text is part of this project.

## Training

The last run made {trained["steps"]:,} of {trained["planned_steps"]:,} planned steps of {recipe["tokens_per_batch"]:,}
tokens, learning rate {recipe["learning_rate"]}, warm-up and linear decay, seed {recipe["seed"]}.
From token {tiling.stop} on, {repeated} of the source model repeated.

```
{commands}
```
{prior}
## Figures

On held-out documents of the same files:

{figures}

## Limits

{_LIMITS[task]}
{"" if distance is None else _unlike(distance)}"""


def _unlike(distance: dict[str, Any]) -> str:
    """The card's section about documents that are unlike the training data."""
    rows = "\n".join(
        f"| {name} | {one['documents']} | {one['auroc']} | {one['detected']:.0%} | "
        + (f"{one['unknown_auroc']} | {one['unknown_detected']:.0%} |" if "unknown_auroc" in one else "not used | |")
        for name, one in distance["kinds"].items()
    )
    limits = ", ".join(f"{limit:.1f}" for limit in distance["limits"])
    return f"""
## Unlike the training data

`distance.safetensors` holds means and a covariance of embeddings after layer 2, of {distance["fitted_texts"]:,}
training texts and of documents of other kinds; it holds no text. A document counts as unlike the training data where
its relative Mahalanobis distance exceeds a limit: {limits} for texts of 1, 2, 3, and 4 or more pieces of 254 tokens.
The limits were set so that 5% of one half of {distance["held_out_texts"]:,} held-out texts exceed them; of the other
half {distance["false_alarms"]:.0%} do.

| documents | how many | AUROC | detected | AUROC, kind unknown | detected, kind unknown |
| --- | --- | --- | --- | --- | --- |
{rows}

"Kind unknown": judged by statistics made without any document of that kind. Made by
`python -m longformer_viz.training.training_statistics`.
"""


def _table(figures: dict[str, float]) -> str:
    rows = "\n".join(f"| {_FIGURES[name]} | {value} |" for name, value in figures.items())
    return f"| | |\n| --- | --- |\n{rows}"
