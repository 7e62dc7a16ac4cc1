"""The head for kinds: fitted on sources, judged on those left out, and what its command refuses."""

import json

import pytest
import torch
from torch.nn.functional import normalize

from longformer_viz.spec import InputError
from longformer_viz.training.kinds.__main__ import ship
from longformer_viz.training.kinds.fitting import Embedded, balance, fitted_head, sources_of


def clusters(per_source=20, sources=3, kinds=3, layers=2, spread=0.3):
    """Kinds that the second layer tells apart; the first layer is noise."""
    generator = torch.Generator().manual_seed(0)
    centres = torch.eye(kinds, 8)
    rows, labels, names = [], [], []
    for kind in range(kinds):
        for source in range(sources):
            shift = 0.2 * torch.randn(8, generator=generator)
            for _ in range(per_source):
                noise = torch.randn(layers, 8, generator=generator)
                signal = centres[kind] + shift + spread * noise[1]
                rows.append(normalize(torch.stack([noise[0], signal]), dim=-1))
                labels.append(kind)
                names.append(f"{kind} {source}")
    return Embedded(torch.stack(rows), torch.tensor(labels), tuple(names))


def test_the_layer_that_tells_sources_apart_is_chosen():
    data = clusters()
    head = fitted_head(data, torch.zeros(2, 3, 8))
    assert head.layer == 1
    logits = data.embeddings[:, head.layer] @ head.weights.T + head.biases
    assert (logits.argmax(1) == data.labels).float().mean() > 0.9


def test_a_source_is_judged_by_a_head_that_has_not_seen_it():
    data = clusters(sources=2, spread=0.1)
    swapped = data.labels.clone()
    wrong = torch.tensor([source == "0 0" for source in data.sources])
    swapped[wrong] = 1  # A source with wrong labels must not be learned from when it is judged.
    head = fitted_head(Embedded(data.embeddings, swapped, data.sources), torch.zeros(2, 3, 8))
    said = head.left_out.argmax(1)
    assert (said[wrong] == 0).float().mean() > 0.9


def test_the_temperature_makes_the_left_out_logits_likely():
    data = clusters(spread=0.6)
    head = fitted_head(data, torch.zeros(2, 3, 8))
    loss = torch.nn.functional.cross_entropy
    losses = [loss(head.left_out * scale, data.labels) for scale in (0.7, 1, 1.4)]
    assert losses[1] == min(losses)


def test_kinds_and_their_sources_count_the_same():
    data = Embedded(torch.zeros(5, 1, 2), torch.tensor([0, 0, 0, 0, 1]), ("a", "a", "a", "b", "c"))
    weights = balance(data)
    assert weights[:3].sum() == pytest.approx(weights[3].item())
    assert weights[:4].sum() == pytest.approx(weights[4].item())
    assert weights.sum() == pytest.approx(1)
    assert sources_of(["a/1", "b/2/3"]) == ("a", "b")


def written(path, rows):
    path.write_text("\n".join(json.dumps({"id": name, "label": label, "text": text}) for name, label, text in rows))
    return str(path)


def test_a_head_is_written_with_figures_and_card(tmp_path):
    texts = {"contract": "The parties agree to the terms of this agreement.", "story": "She opened the old door."}
    rows = [(label, f"{text} {number}") for label, text in texts.items() for number in range(4)]
    file = written(tmp_path / "kinds.jsonl", [(f"{'ab'[n % 2]}/{n}", *row) for n, row in enumerate(rows)])
    figures = ship(file, tmp_path / "head")
    assert figures["left_out"]["documents"] == 8
    assert figures["left_out"]["kinds"]["contract"]["sources"].keys() == {"a", "b"}
    assert "| story | 4 | " in (tmp_path / "head" / "README.md").read_text()
    assert (tmp_path / "head" / "kinds.safetensors").stat().st_size > 0


def test_an_unknown_kind_is_refused(tmp_path):
    file = written(tmp_path / "kinds.jsonl", [("b/1", "novel", "Once."), ("b/2", "story", "Twice.")])
    with pytest.raises(InputError, match=r"A label must be one of contract, .* You entered 'novel'. Rename it"):
        ship(file, tmp_path / "head")
    assert not (tmp_path / "head").exists()
