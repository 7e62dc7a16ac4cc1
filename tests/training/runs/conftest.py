"""A folder of runs for each test, a small base model, and data that it learns."""

import pytest
import torch
import transformers

from longformer_viz.training.own_data.labelled import LabelledData, LabelledDocument
from longformer_viz.training.own_data.reading import TrainingData
from longformer_viz.training.runs.queue import create_run
from longformer_viz.training.runs.run_data import RunData
from longformer_viz.training.runs.settings import TrainingSettings
from tests.models import small

WORDS = {"keys": "The keys of the house are lost.", "books": "The library lends books."}


@pytest.fixture(autouse=True)
def runs(tmp_path, monkeypatch):
    monkeypatch.setenv("LONGFORMER_VIZ_RUNS", str(tmp_path / "runs"))
    return tmp_path / "runs"


@pytest.fixture(scope="session")
def base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("base")
    config = small.model("Longformer", hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0).config
    torch.manual_seed(0)
    transformers.LongformerModel(config).save_pretrained(folder)
    small.tokenizer("Longformer").save_pretrained(folder)
    return folder


def labelled(count=20, several=False):
    documents = [
        LabelledDocument(
            number, f"{WORDS[label]} Notice {number}.", (label, "notice") if several and number % 3 else (label,)
        )
        for number in range(count)
        for label in [list(WORDS)[number % 2]]
    ]
    return TrainingData(LabelledData(tuple(documents), several))


@pytest.fixture
def make_run(base):
    def make(name="one", data=None, **changes):
        data = data or labelled()
        settings = TrainingSettings(**{"base": str(base), "epochs": 2, "rank": 4, "task": data.task} | changes)
        return create_run(name, settings, RunData.of(data, settings.held_out, settings.seed), "made for a test")

    return make
