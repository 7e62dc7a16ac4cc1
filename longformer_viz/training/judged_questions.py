"""Questions on held-out documents, with two kinds of negatives: the model's answers and how good they are.

A negative from another paragraph is about another subject, and easy to detect. A hard negative seems to have an
answer: an adversarial question that people wrote (SQuAD 2.0), or an edited question (see `hard_negatives`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from longformer_viz.models.loading import LoadedModel
from longformer_viz.tasks.answering import answer
from longformer_viz.tasks.scoring import auroc, exact_match, f1
from longformer_viz.tasks.spans.contradictions import contradictions
from longformer_viz.training.calibration import RIGHT_F1, Calibration, Judged, quality_of
from longformer_viz.training.datasets import ADVERSARIAL, ANSWERABLE, EDITED, OTHER, Article
from longformer_viz.training.hard_negatives import HardNegatives

_RANKED = 20  # number of answers among which the probability is divided


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a context.

    Attributes:
        text: The question.
        context: The text it is asked about.
        references: The reference answers; empty for a negative.
        kind: The question's kind, one of the constants in `datasets`.
    """

    text: str
    context: str
    references: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Heard:
    """A question, the model's scores for it, and the quality of the best answer.

    Attributes:
        asked: The question.
        judged: The scores, and which answers are right.
        f1: Word F1 of the best answer against the references, 0 to 1.
        exact_match: 1 if the best answer equals a reference, else 0.
    """

    asked: Asked
    judged: Judged
    f1: float
    exact_match: float


def asked_of(articles: Sequence[Article], random: Generator, every: int = 1, edited: bool = True) -> list[Asked]:
    """Draw questions for the evaluation from held-out articles.

    Args:
        articles: Documents that training left out.
        random: Draws the order and the negatives.
        every: Take every n-th question.
        edited: Add an edited question to every answerable one for which an edit fits.

    Returns:
        Three in four answerable questions with their own paragraphs, and the fourth with another paragraph that does
        not answer it. The articles' adversarial questions and the edited ones.
    """
    contexts = [paragraph.context for article in articles for paragraph in article.paragraphs]
    flat = [
        (number, paragraph, question)
        for number, article in enumerate(articles)
        for paragraph in article.paragraphs
        for question in paragraph.questions
    ]
    negatives = HardNegatives(articles) if edited else None
    asked = []
    for count, index in enumerate(random.permutation(len(flat))[: max(1, len(flat) // every)]):
        number, paragraph, question = flat[index]
        references = tuple(reference.text for reference in question.answers)
        if not references:
            asked.append(Asked(question.text, paragraph.context, (), ADVERSARIAL))
            continue
        if count % 4 == 3:
            other = contexts[random.integers(len(contexts))]
            if not any(reference.lower() in other.lower() for reference in references):
                asked.append(Asked(question.text, other, (), OTHER))
            continue
        asked.append(Asked(question.text, paragraph.context, references, ANSWERABLE))
        if negatives is not None:
            text = negatives.of(number, paragraph, question, random)
            if text is not None:
                asked.append(Asked(text, paragraph.context, (), EDITED))
    return asked


def heard_of(model: LoadedModel, asked: Sequence[Asked]) -> Iterator[Heard]:
    """Ask the model each question.

    Args:
        model: A model whose calibration leaves the scores unchanged.
        asked: The questions.

    Yields:
        Each question with the scores and the quality of the answers.
    """
    for one in asked:
        found = answer(model, one.text, one.context, count=_RANKED)
        best = max(found, key=lambda span: span.scores[0])
        judged = Judged(
            tuple(span.scores for span in found),
            tuple(f1(span.text, one.references) >= RIGHT_F1 for span in found),
            one.kind,
            contradictions(one.text, one.context, best.start, best.end),
        )
        yield Heard(one, judged, f1(found[0].text, one.references), exact_match(found[0].text, one.references))


def figures_of(heard: Sequence[Heard], calibration: Calibration) -> dict[str, float]:
    """Compute the figures of a model card.

    Args:
        heard: The questions with the model's answers.
        calibration: The calibration of the model.

    Returns:
        F1, exact match and calibration error. For each kind of negative: their number, the AUROC of detecting them,
        and the share answered with a probability above 0.5.
    """
    answerable = [one for one in heard if one.asked.kind == ANSWERABLE]
    figures: dict[str, float] = {
        "questions": len(answerable),
        "f1": float(np.mean([one.f1 for one in answerable])),
        "exact_match": float(np.mean([one.exact_match for one in answerable])),
        "calibration_error": quality_of([one.judged for one in heard], calibration)["calibration_error"],
        "answered_answerable": _share_answered(answerable, calibration),
    }
    for kind, name in ((OTHER, "other"), (EDITED, "edited"), (ADVERSARIAL, "adversarial")):
        negatives = [one for one in heard if one.asked.kind == kind]
        if negatives and answerable:
            scores = [-calibration.answered(one.judged) for one in (*answerable, *negatives)]
            is_negative = [False] * len(answerable) + [True] * len(negatives)
            figures[f"{name}_questions"] = len(negatives)
            figures[f"{name}_none_auroc"] = auroc(scores, is_negative)
            figures[f"{name}_answered"] = _share_answered(negatives, calibration)
    return {name: value if isinstance(value, int) else round(value, 4) for name, value in figures.items()}


def _share_answered(heard: Sequence[Heard], calibration: Calibration) -> float:
    """Return the share of questions whose best answer has a probability above 0.5."""
    return float(np.mean([calibration.claimed(one.judged) > 0.5 for one in heard])) if heard else float("nan")
