"""The upload to the hub: what is sent, and that no error shows the token."""

import pytest

from longformer_viz.spec import InputError
from longformer_viz.training.runs import export
from longformer_viz.training.runs.run_state import read_run

TOKEN = "hf_secret"


class Hub:
    """Stands for the hub; it remembers what it was told."""

    told = None
    fault = None

    def __init__(self, token):
        self.token = token

    def create_repo(self, name, **options):
        if Hub.fault:
            raise Hub.fault
        Hub.told = {"token": self.token, "name": name, **options}
        return f"https://hub/{name}"

    def upload_folder(self, repo_id, folder_path, commit_message):
        Hub.told |= {"files": sorted(file.name for file in folder_path.iterdir())}


@pytest.fixture
def finished(make_run, monkeypatch):
    run = make_run()
    (run.folder / "model").mkdir()
    for name in ("config.json", "model.safetensors", "README.md"):
        (run.folder / "model" / name).write_text("{}")
    monkeypatch.setattr(export, "HfApi", Hub)
    monkeypatch.setattr(Hub, "fault", None)
    return read_run("one")


def test_the_model_and_its_card_are_uploaded_as_private(finished):
    assert export.push_to_hub(finished, "me/contracts", TOKEN) == "https://hub/me/contracts"
    assert Hub.told == {
        "token": TOKEN,
        "name": "me/contracts",
        "private": True,
        "exist_ok": True,
        "files": ["README.md", "config.json", "model.safetensors"],
    }


def test_a_refusal_is_told_without_the_token(finished, monkeypatch):
    monkeypatch.setattr(Hub, "fault", OSError(f"401 for {TOKEN}\nmore"))
    with pytest.raises(InputError, match="me/contracts") as told:
        export.push_to_hub(finished, "me/contracts", TOKEN)
    assert TOKEN not in str(told.value)
    assert "401 for …" in str(told.value)


def test_a_run_without_a_model_is_not_uploaded(make_run):
    with pytest.raises(InputError, match="has not finished"):
        export.push_to_hub(make_run(), "me/contracts", TOKEN)
    with pytest.raises(InputError, match="has not finished"):
        export.model_zip(read_run("one"))
