"""One process loads a model once, whoever asks for it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from longformer_viz import InputError, load
from longformer_viz.models.embedded import NAME
from longformer_viz.models.store import clear_store, is_stored, model_for_task, stored_model
from tests.models import small


@pytest.fixture(autouse=True)
def empty_store():
    clear_store()
    yield
    clear_store()


@pytest.fixture
def folder(tmp_path):
    small.save(tmp_path, "Longformer")
    return str(tmp_path)


def test_threads_that_ask_at_once_share_one_model(folder):
    with ThreadPoolExecutor(4) as pool:
        models = list(pool.map(lambda _: stored_model(folder), range(4)))
    assert all(model is models[0] for model in models)


def test_a_device_has_one_name(folder):
    assert stored_model(folder, device="cpu:0") is stored_model(folder)
    assert stored_model(folder, dtype="bfloat16") is not stored_model(folder)


def test_a_model_that_cannot_be_loaded_is_tried_again(folder, tmp_path):
    missing = str(tmp_path / "missing")
    for _ in range(2):
        with pytest.raises(InputError):
            stored_model(missing, download=False)
        assert not is_stored(missing)
    assert not is_stored(folder)


def test_the_least_recently_used_model_is_forgotten(tmp_path):
    folders = [str(tmp_path / str(number)) for number in range(7)]
    for name in folders:
        small.save(tmp_path / name, "Longformer")
    first = stored_model(folders[0])
    for name in folders[1:6]:
        stored_model(name)
    assert stored_model(folders[0]) is first
    stored_model(folders[6])
    assert is_stored(folders[0])
    assert not is_stored(folders[1])
    with pytest.raises(InputError):
        stored_model(str(tmp_path / "missing"), download=False)
    assert all(is_stored(name) for name in folders[2:]), "a failed load takes no place"


def test_a_name_that_begins_like_the_built_in_model_s_is_another_model(tmp_path):
    small.save(tmp_path / NAME, "Longformer")
    model = load(str(tmp_path / NAME))
    assert not model.is_built_in
    assert model_for_task(model, "qa") is model


def test_tasks_share_the_pages_models(default_model):
    assert model_for_task(default_model, "topics") is stored_model(task="topics")
