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
    "20news": "20 Newsgroups by date, training split. Its authors state no licence",
    "imdb": "IMDB Large Movie Review, training split (Maas et al. 2011). Its authors state no licence",
}
_LIMITS = {
    "qa": (
        "English only. An answer is a span of at most 40 tokens, copied from one place in the document. The model "
        "does not combine places, count or infer. Probabilities were calibrated on paragraphs. On documents of "
        "thousands of tokens they are less accurate."
    ),
    "topics": (
        "English newsgroups of 1993. Several topics overlap: four on religion and politics, five on computers. A "
        "text about another topic still gets one of the twenty labels. Many such texts are detected as unlike the "
        "training data, but short ones less often. See the table below."
    ),
    "sentiment": "English film reviews. Other texts get a label too. A mixed review gets the label of its more "
    "frequent tone.",
}
_PRIOR = """
## Calibration

Probabilities were fitted on one half of the held-out questions. The prior gives {answerable:.0%} of the weight
to answerable questions, as in SQuAD 2.0's development split. The rest goes to plausible questions without an answer,
which are edited questions of held-out documents. Questions asked about another paragraph have no weight. If your
questions lack an answer less often, the probabilities are too low. This command repeats the calibration and gives the
figures below:

```
{command}
```
"""

_FIGURES = {
    "questions": "answerable questions",
    "texts": "held-out texts",
    "f1": "F1",
    "exact_match": "exact match",
    "calibration_error": "expected calibration error of the best answer",
    "answered_answerable": "answerable questions answered above 50%",
    "other_questions": "questions about another paragraph",
    "other_none_auroc": '"not in this document": AUROC, questions about another paragraph',
    "other_answered": "questions about another paragraph answered above 50%",
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
    """Write the model card: purpose, data and licences, training, figures, limits.

    Args:
        settings: The adapter's `task.json`.
        distance: The figures of its training statistics, if it has some.

    Returns:
        The card as Markdown.
    """
    task, trained = settings["task"], settings["trained"]
    recipe = trained["recipe"]
    sources = [text for key, text in _SOURCES.items() if any(name.startswith(key) for name in trained["files"])]
    commands = "\n".join(trained["commands"])
    prior = (
        _PRIOR.format(answerable=ANSWERABLE_SHARE, command=settings["calibration_command"])
        if "calibration" in settings
        else ""
    )
    figures = _table(settings["held_out"])
    if "unseen" in settings:
        files = ", ".join(trained["unseen"])
        figures += f"\n\nOn {files}, which was not used in training:\n\n" + _table(settings["unseen"])
    tiling = PositionTiling(**trained["position_tiling"])
    repeated = "all positions" if tiling.is_paper_tiling else f"positions {tiling.start} to {tiling.stop - 1}"
    repeated = f"{tiling.period} trained positions" if tiling.are_rows_trained else f"{repeated} of the source model"
    is_global = "the question's tokens" if task == "qa" else "the first token"
    return f"""# Adapter: {task}

For {_ABOUT[task]}. Load it with `longformer_viz.load(task="{task}")`.

The adapter has low-rank matrices (rank {recipe["rank"]}) for every linear layer, global projections included, and a
head, all in half precision. Its base is all-MiniLM-L6-v2, converted to a Longformer of 16,384 tokens. It was trained
with a window of 512 and {is_global} global.

## Data

{chr(10).join(f"- {source}" for source in sources)}

One document in ten was held out. None of the text is part of this project.

## Training

The last run made {trained["steps"]:,} of {trained["planned_steps"]:,} planned steps of {recipe["tokens_per_batch"]:,}
tokens. The learning rate was {recipe["learning_rate"]}, with warm-up and linear decay.
The seed was {recipe["seed"]}.
From token {tiling.stop} on, {repeated} repeat.

```
{commands}
```
{prior}
## Figures

On held-out documents:

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

`distance.safetensors` contains means and a covariance of embeddings after layer 2. They come from
{distance["fitted_texts"]:,} training texts and from documents of other kinds. The file contains no text.

A document counts as unlike the training data if its relative Mahalanobis distance exceeds a limit.
The limit is {limits} for texts of 1, 2, 3, and 4 or more chunks of 254 tokens. The limits were set on one half of
{distance["held_out_texts"]:,} held-out texts, so that 5% of them exceed the limit. In the other half,
{distance["false_alarms"]:.0%} do.

| documents | how many | AUROC | detected | AUROC, kind unknown | detected, kind unknown |
| --- | --- | --- | --- | --- | --- |
{rows}

"Kind unknown" means that the statistics contain no document of that kind. The command is
`python -m longformer_viz.training.training_statistics`.
"""


def _table(figures: dict[str, float]) -> str:
    rows = "\n".join(f"| {_FIGURES[name]} | {value} |" for name, value in figures.items())
    return f"| | |\n| --- | --- |\n{rows}"
