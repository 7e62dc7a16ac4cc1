"""Statistics of documents: means and a shared covariance by definition, a limit, and files without any text."""

import json
from argparse import Namespace

import pytest
import torch

from longformer_viz.spec import InputError
from longformer_viz.tasks.labels.training_distance import FIGURES, STATISTICS, TrainingStatistics
from longformer_viz.training.training_statistics import (
    FEWEST_TEXTS,
    SHRINKAGE,
    Embedded,
    Kind,
    _limits,
    embedded_kinds,
    fit,
    write,
)


def cloud(centre, count, seed):
    generator = torch.Generator().manual_seed(seed)
    return tuple(
        Embedded(str(number % 2), torch.tensor(centre) + 0.1 * torch.randn(2, 3, generator=generator))
        for number in range(count)
    )


def test_the_distance_is_the_mahalanobis_distance_by_definition():
    training, other = cloud([0.0, 0.0, 0.0], 30, 0), cloud([1.0, 0.0, 0.0], 20, 1)
    found = fit(training, {"other": other})
    means, left = [], []
    for label in ("0", "1"):
        pieces = torch.cat([each.pieces for each in training if each.label == label]).double()
        means.append(pieces.mean(0))
        left.append(pieces - pieces.mean(0))
    pieces = torch.cat([each.pieces for each in other]).double()
    outside = torch.cat([pieces - pieces.mean(0)])
    inside = torch.cat(left)
    covariance = (inside.T @ inside / len(inside) + outside.T @ outside / len(outside)) / 2
    shrunk = (1 - SHRINKAGE) * covariance + SHRINKAGE * covariance.trace() / 3 * torch.eye(3).double()

    def squared(point, mean):
        return (point - mean) @ torch.linalg.solve(shrunk, point - mean)

    document = torch.tensor([[0.4, 0.1, 0.0], [0.2, 0.0, 0.3]])
    expected = [
        min(squared(point, mean) for mean in means) - squared(point, pieces.mean(0)) for point in document.double()
    ]
    assert found.distance(document) == pytest.approx(float(sum(expected) / 2), rel=0.01)


def test_figures_and_files_tell_kinds_apart_and_hold_numbers_only(tmp_path):
    kinds = {
        "newsgroup posts": Kind(cloud([0.0, 0.0, 0.0], 60, 0), cloud([0.0, 0.0, 0.0], 40, 1)),
        "papers": Kind(cloud([1.0, 0.0, 0.0], 20, 2), cloud([1.0, 0.0, 0.0], 20, 3)),
        "laws": Kind(cloud([0.0, 1.0, 0.0], 20, 4), cloud([0.0, 1.0, 0.0], 20, 5)),
    }
    settings = {
        "task": "topics",
        "labels": ["0", "1"],
        "held_out": {},
        "trained": {"files": [], "recipe": dict.fromkeys(("rank", "tokens_per_batch", "learning_rate", "seed"), 1)}
        | {"commands": [], "steps": 1, "planned_steps": 1, "position_tiling": {"stop": 9, "start": 0}},
    }
    (tmp_path / "task.json").write_text(json.dumps(settings))
    figures = write("topics", kinds, tmp_path)
    assert set(figures["kinds"]) == {"papers", "laws"}
    assert figures["kinds"]["papers"]["auroc"] == figures["kinds"]["papers"]["detected"] == 1
    assert 0 <= figures["false_alarms"] <= 0.25
    assert json.loads((tmp_path / FIGURES).read_text()) == figures
    first = (tmp_path / STATISTICS).read_bytes()
    assert write("topics", kinds, tmp_path) == figures
    assert (tmp_path / STATISTICS).read_bytes() == first
    assert "## Unlike the training data" in (tmp_path / "README.md").read_text()


def test_a_document_is_the_mean_of_its_pieces():
    statistics = TrainingStatistics(torch.zeros(1, 2), torch.tensor([[2.0, 0.0]]), torch.eye(2), (0.0,))
    assert statistics.distance(torch.tensor([[0.0, 0.0], [2.0, 0.0]])) == 0
    assert statistics.distance(torch.tensor([[0.0, 0.0]])) == -4


def test_limits_follow_the_number_of_pieces():
    statistics = TrainingStatistics(torch.zeros(1, 1), torch.tensor([[2.0]]), torch.eye(1), ())
    one = [Embedded("0", torch.tensor([[number / 100]])) for number in range(100)]
    two = [Embedded("0", torch.tensor([[number / 100], [0.0]])) for number in range(100)]
    few = [Embedded("0", torch.zeros(3, 1))] * (FEWEST_TEXTS - 1)
    limits = _limits(statistics, [*one, *two, *few])
    distances = [statistics.distance(each.pieces) for each in one]
    assert sum(distance > limits[0] for distance in distances) == 5
    assert sum(statistics.distance(each.pieces) > limits[1] for each in two) == 5
    assert limits[1] < limits[0]
    assert limits[1] == limits[2] == limits[3]
    limited = TrainingStatistics(statistics.classes, statistics.others, statistics.factor, limits)
    assert [limited.limit(pieces) for pieces in (1, 2, 4, 9)] == [limits[0], limits[1], limits[3], limits[3]]


def test_every_file_gives_a_kind(default_model, tmp_path):
    texts = [
        {"id": str(number), "label": "ab"[number % 2], "text": f"Post {number} about boats."} for number in range(40)
    ]
    (tmp_path / "texts.jsonl").write_text(
        "\n".join(map(json.dumps, [*texts, texts[0] | {"id": "99", "text": "..."}]))
    )
    asked = {"id": "1", "question": "Which?", "answers": [{"text": "Paragraph", "answer_start": 0}]}
    articles = [
        {"title": f"Article {number}", "paragraphs": [{"context": f"Paragraph {number}.", "qas": [asked]}]}
        for number in range(12)
    ]
    (tmp_path / "articles.json").write_text(json.dumps({"data": articles}))
    labelled = str(tmp_path / "texts.jsonl")
    chosen = Namespace(topics=labelled, sentiment=labelled, fitted=6, judged=3, others=4)
    chosen.other = [f"papers={tmp_path / 'articles.json'}"]
    kinds = embedded_kinds(default_model, chosen)
    assert list(kinds) == ["newsgroup posts", "film reviews", "papers"]
    assert len(kinds["newsgroup posts"].fitted) == 6
    assert all(each.pieces.shape == (1, 384) for kind in kinds.values() for each in (*kind.fitted, *kind.judged))
    assert len(kinds["papers"].fitted) <= 2
    chosen.other = ["papers"]
    with pytest.raises(InputError, match="NAME=FILE"):
        embedded_kinds(default_model, chosen)
