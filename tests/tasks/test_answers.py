"""When the evidence is too weak to state an answer as a fact."""

import numpy as np
import pytest

from longformer_viz.tasks.answers import WEAK_BELOW, Answer, Answers


def answers(probability, none, **more):
    scores = np.zeros(3, np.float32)
    return Answers(
        "Who?", (Answer("Orla", 0, 4, probability, 1, 1),), none, scores, scores, 1.0, 9, 1, 0.1, None, **more
    )


@pytest.mark.parametrize(
    ("probability", "none", "weak"),
    [
        (0.9, 0.05, False),
        (0.35, 0.36, True),
        (0.5, 0.5, True),
        (0.49, 0.1, True),
        (0.6, None, False),
        (0.4, None, True),
    ],
)
def test_weak_evidence(probability, none, weak):
    assert answers(probability, none).is_weak is weak


def test_the_threshold_comes_with_the_calibration():
    assert WEAK_BELOW == 0.5
    assert answers(0.6, 0.1, weak_below=0.7).is_weak
    assert not answers(0.3, 0.1, weak_below=0.2).is_weak


def test_an_answer_has_its_own_place_at_least():
    assert Answer("Orla", 3, 7, 0.5, 1, 1).places == ((3, 7),)
