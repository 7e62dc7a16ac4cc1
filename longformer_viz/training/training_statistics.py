"""Training statistics, from `python -m longformer_viz.training.training_statistics --topics FILE --sentiment FILE`.

Computes the statistics that detect documents unlike the training data, one file for each adapter. Evaluates them on
held-out documents of the training's kind, and on documents of kinds known and unknown to the statistics.
"""

import json
import zlib
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from safetensors.torch import save_file
from torch import Tensor

from longformer_viz.documents import clean_text
from longformer_viz.models.adapters import adapter_folder
from longformer_viz.models.loading import LoadedModel, load
from longformer_viz.spec import InputError, shown
from longformer_viz.tasks.labels.training_distance import (
    FIGURES,
    MOST_PIECES,
    STATISTICS,
    TrainingStatistics,
    spread_embeddings,
)
from longformer_viz.tasks.scoring import auroc
from longformer_viz.training.datasets import read_labelled, read_questions
from longformer_viz.training.held_out import held_out_articles, held_out_texts
from longformer_viz.training.model_card import model_card

FALSE_ALARMS = 0.05
FEWEST_TEXTS = 20  # Fewest texts with a number of pieces that get their own limit.
SHRINKAGE = 0.4  # of the covariance towards a multiple of the identity
TRAINED_ON = {"topics": "newsgroup posts", "sentiment": "film reviews"}
_SIMILAR = {"topics": (), "sentiment": ("product reviews",)}  # too similar to count as another kind


@dataclass(frozen=True, slots=True)
class Embedded:
    """A document's label and the embeddings of its pieces.

    Attributes:
        label: The label, or the name of another kind of documents.
        pieces: Embeddings `[pieces, hidden]`.
    """

    label: str
    pieces: Tensor


@dataclass(frozen=True, slots=True)
class Kind:
    """Documents of one kind.

    Attributes:
        fitted: Documents to compute statistics from.
        judged: Documents to evaluate the statistics on.
    """

    fitted: tuple[Embedded, ...]
    judged: tuple[Embedded, ...]


def main() -> None:
    """Embed every file once, then compute and evaluate the statistics of each task."""
    chosen = options()
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    try:
        kinds = embedded_kinds(load(), chosen)
        for task in TRAINED_ON:
            print(task, json.dumps(write(task, kinds, adapter_folder(task)), indent=1), flush=True)
    except InputError as fault:
        raise SystemExit(str(fault)) from None


def options() -> Namespace:
    """Parse the command line."""
    parser = ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--topics", required=True, help="the labelled texts that topics were trained on")
    parser.add_argument("--sentiment", required=True, help="the labelled texts that sentiment was trained on")
    parser.add_argument("--other", nargs="+", required=True, help="NAME=FILE,FILE: another kind, in SQuAD's format")
    parser.add_argument(
        "--fitted", type=int, default=1000, help="how many training texts of each task to use at most"
    )
    parser.add_argument("--judged", type=int, default=1200, help="how many held-out texts of each task at most")
    parser.add_argument("--others", type=int, default=200, help="how many documents of each other kind")
    return parser.parse_args()


def embedded_kinds(model: LoadedModel, chosen: Namespace) -> dict[str, Kind]:
    """Embed a deterministic sample of every file.

    Args:
        model: The built-in model.
        chosen: The options of the command line.

    Returns:
        The documents by the name of their kind.

    Raises:
        InputError: If a file cannot be read, or another kind is not given as NAME=FILE.
    """
    kinds = {}
    for name, path in (("topics", chosen.topics), ("sentiment", chosen.sentiment)):
        fitted, apart = (
            [(text.label, text.text) for text in texts] for texts in held_out_texts(read_labelled(path).items)
        )
        kinds[TRAINED_ON[name]] = Kind(
            embedded(model, sampled(fitted, chosen.fitted)), embedded(model, sampled(apart, chosen.judged))
        )
    for other in chosen.other:
        name, _, paths = other.partition("=")
        if not paths:
            raise InputError(
                f"Another kind must be given as NAME=FILE. You entered {shown(other)}. Try papers=covid_qa.json."
            )
        halves: tuple[list, list] = ([], [])
        for path in paths.split(","):
            train, apart = held_out_articles(read_questions(path).items)
            for article in sorted([*train, *apart], key=lambda article: article.name):
                half = halves[zlib.crc32(article.name.encode()) % 2]
                half += [(name, paragraph.context) for paragraph in article.paragraphs]
        kinds[name] = Kind(*(embedded(model, sampled(half, chosen.others // 2)) for half in halves))
    return kinds


def sampled(texts: Sequence[tuple[str, str]], count: int) -> list[tuple[str, str]]:
    """Draw a sample with a fixed seed.

    Args:
        texts: Pairs of label and text.
        count: Most pairs to draw.

    Returns:
        The pairs drawn, in their order.
    """
    order = np.random.default_rng(0).permutation(len(texts))[:count]
    return [texts[index] for index in sorted(order)]


def embedded(model: LoadedModel, texts: Iterable[tuple[str, str]]) -> tuple[Embedded, ...]:
    """Embed texts, and leave out those without words.

    Args:
        model: The built-in model.
        texts: Pairs of label and text.

    Returns:
        The documents with their embeddings.
    """
    found = []
    for label, text in texts:
        try:
            tokens = model.tokenize(clean_text(text))
        except InputError:
            continue
        if any(character.isalpha() for character in text):
            found.append(Embedded(label, spread_embeddings(model, tokens)))
    return tuple(found)


def fit(training: Sequence[Embedded], others: Mapping[str, Sequence[Embedded]]) -> TrainingStatistics:
    """Estimate the means of classes and other kinds, and the inverse of their shared covariance.

    The covariance is the mean of that within the training's classes and that within the other kinds. Both sides have
    the same weight, however many documents each has.

    Args:
        training: Documents of the training data.
        others: Documents of other kinds, by the kind's name.

    Returns:
        The statistics, with an infinite limit.
    """
    classes, inside = _means([(each.label, each.pieces) for each in training])
    kinds, outside = _means([(name, each.pieces) for name, group in others.items() for each in group])
    covariance = (inside.T @ inside / len(inside) + outside.T @ outside / len(outside)) / 2
    size = len(covariance)
    covariance = (1 - SHRINKAGE) * covariance + SHRINKAGE * covariance.trace() / size * torch.eye(size).double()
    factor = torch.linalg.cholesky(torch.linalg.inv(covariance))
    # Rounded as they are stored, so that the limit is computed from the stored numbers.
    return TrainingStatistics(*(tensor.half().float() for tensor in (classes, kinds, factor)), limits=(float("inf"),))


def _means(labelled: Sequence[tuple[str, Tensor]]) -> tuple[Tensor, Tensor]:
    """Return each label's mean `[labels, hidden]`, and every piece's deviation from its mean `[pieces, hidden]`."""
    pieces = torch.cat([pieces for _, pieces in labelled]).double()
    named = [label for label, pieces in labelled for _ in pieces]
    labels = sorted(set(named))
    number = torch.tensor([labels.index(label) for label in named])
    means = torch.stack([pieces[number == index].mean(0) for index in range(len(labels))])
    return means, pieces - means[number]


def write(task: str, kinds: Mapping[str, Kind], folder: Path) -> dict[str, Any]:
    """Compute a task's statistics, evaluate them, and write both into the adapter's folder, with the model card.

    Args:
        task: `topics` or `sentiment`.
        kinds: Every kind of documents, the task's own included.
        folder: The adapter's folder.

    Returns:
        The figures.
    """
    own = kinds[TRAINED_ON[task]]
    others = {name: kind for name, kind in kinds.items() if kind is not own and name not in _SIMILAR[task]}
    known = fit(own.fitted, {name: kind.fitted for name, kind in others.items()})
    judged = _judged(known, own)
    figures: dict[str, Any] = {
        "limits": list(judged.statistics.limits),
        "false_alarms": judged.false_alarms,
        "fitted_texts": len(own.fitted),
        "held_out_texts": len(own.judged),
        "kinds": {},
    }
    for name, kind in kinds.items():
        if kind is own:
            continue
        figures["kinds"][name] = {"documents": len(kind.judged), **judged.of(kind.judged)}
        if name in others and len(others) > 1:
            without = fit(own.fitted, {other: each.fitted for other, each in others.items() if other != name})
            unknown = _judged(without, own).of([*kind.fitted, *kind.judged])
            figures["kinds"][name] |= {f"unknown_{figure}": value for figure, value in unknown.items()}
    save_file(
        {name: getattr(known, name).half().contiguous() for name in ("classes", "others", "factor")},
        folder / STATISTICS,
    )
    (folder / FIGURES).write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    settings = json.loads((folder / "task.json").read_text(encoding="utf-8"))
    (folder / "README.md").write_text(model_card(settings, figures), encoding="utf-8")
    return figures


@dataclass(frozen=True, slots=True)
class Judged:
    """Statistics with limits from one half of the held-out texts, evaluated on the other half.

    Attributes:
        statistics: The statistics with their limits.
        false_alarms: Share of the other half beyond its limit.
        held_out: For each held-out text, its distance beyond its limit.
    """

    statistics: TrainingStatistics
    false_alarms: float
    held_out: tuple[float, ...]

    def of(self, documents: Sequence[Embedded]) -> dict[str, float]:
        """Evaluate the detection of documents of another kind.

        Args:
            documents: Documents of the other kind.

        Returns:
            `auroc` of telling them from held-out texts, and `detected`, the share beyond the limit.
        """
        found = [_excess(self.statistics, each) for each in documents]
        area = auroc([*self.held_out, *found], [False] * len(self.held_out) + [True] * len(found))
        return {"auroc": round(area, 3), "detected": round(float(np.mean(np.array(found) > 0)), 3)}


def _excess(statistics: TrainingStatistics, document: Embedded) -> float:
    return statistics.distance(document.pieces) - statistics.limit(len(document.pieces))


def _judged(statistics: TrainingStatistics, own: Kind) -> Judged:
    limited = replace(statistics, limits=_limits(statistics, own.judged[::2]))
    excess = tuple(_excess(limited, each) for each in own.judged)
    return Judged(limited, round(float(np.mean(np.array(excess[1::2]) > 0)), 3), excess)


def _limits(statistics: TrainingStatistics, texts: Sequence[Embedded]) -> tuple[float, ...]:
    """Return the limit for each number of pieces. A number with few texts takes the limit of one piece fewer."""
    limits: list[float] = []
    for pieces in range(1, MOST_PIECES + 1):
        distances = [statistics.distance(each.pieces) for each in texts if len(each.pieces) == pieces]
        if len(distances) < FEWEST_TEXTS:  # If even one piece is rare, the limit comes from all texts.
            distances = [] if limits else [statistics.distance(each.pieces) for each in texts]
        limits.append(round(float(np.quantile(distances, 1 - FALSE_ALARMS)), 3) if distances else limits[-1])
    return tuple(limits)


if __name__ == "__main__":
    main()
