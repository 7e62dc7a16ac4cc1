"""A disk that gets full while something is written: a sentence, nothing half written, and the old file stays."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from safetensors import SafetensorError
from transformers import PreTrainedModel

from longformer_viz import InputError
from longformer_viz.models.disk_cache import SETTING, cached_folder, sha256
from longformer_viz.models.gguf import smollm2
from longformer_viz.models.storage import files
from longformer_viz.probe.results import Results
from tests.faults.processes import ROOT, ended, python

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
FULL_OF_RUST = SafetensorError("I/O error: No space left on device (os error 28)")


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv(SETTING, str(tmp_path))
    return tmp_path


@pytest.fixture
def full_disk(monkeypatch):
    """Every file that is written whole gets its first half only."""

    def write(path, data):
        with path.open("wb") as file:
            file.write(data[: len(data) // 2])
        raise FULL

    monkeypatch.setattr(files.Path, "write_bytes", write)


@pytest.mark.parametrize("fault", [FULL, FULL_OF_RUST], ids=["python", "safetensors"])
def test_a_conversion_that_finds_no_room_is_a_sentence_and_leaves_nothing(cache, fault):
    def make(folder):
        (folder / "config.json").write_text("{}")
        raise fault

    with pytest.raises(InputError, match=f"needs free disk space. The disk of .* is full: .* or set {SETTING}"):
        cached_folder("some-model", make)
    assert [path.name for path in cache.iterdir() if path.is_dir()] == []


def test_a_damaged_model_stays_until_there_is_room_for_a_new_one(cache):
    def made(folder):
        (folder / "weights").write_bytes(b"1")

    cached_folder("some-model", made)
    (cache / "some-model" / "weights").write_bytes(b"2")

    def make(folder):
        raise FULL

    with pytest.raises(InputError, match="free disk space"):
        cached_folder("some-model", make)
    assert (cache / "some-model" / "weights").read_bytes() == b"2"


def test_the_real_conversion_on_a_disk_with_a_megabyte(tmp_path):
    """A limit on the size of files is a full disk in the middle of the weights."""
    code, output, errors = ended(
        python(
            """
            import resource
            resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20))
            from longformer_viz import InputError, load
            try:
                load()
            except InputError as problem:
                print(problem)
            """,
            **{SETTING: str(tmp_path)},
        )
    )
    assert code == 0, errors
    assert "A converted model needs free disk space." in output
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []


def test_the_language_model_finds_no_room(cache, tmp_path_factory, monkeypatch):
    from tests.models.small_gguf import write_gguf

    file = tmp_path_factory.mktemp("packaged") / smollm2.FILE
    write_gguf(file)
    monkeypatch.setattr(smollm2, "packaged_file", lambda *_: file)
    monkeypatch.setattr(smollm2, "FILE_SHA256", sha256(file))

    def save(*_, **__):
        raise FULL_OF_RUST

    monkeypatch.setattr(PreTrainedModel, "save_pretrained", save)
    with pytest.raises(InputError, match="needs free disk space"):
        smollm2.smollm2_folder(download=False)
    assert [path.name for path in cache.iterdir() if path.is_dir()] == []


def test_an_earlier_export_stays_and_no_half_one_is_left(tmp_path, full_disk):
    earlier = tmp_path / "weights.npz"
    with earlier.open("wb") as file:
        file.write(b"earlier")
    with pytest.raises(InputError, match=r"The file 'weights.npz' needs free disk space"):
        files.save_export(earlier, b"x" * 1000)
    assert earlier.read_bytes() == b"earlier"
    assert [path.name for path in tmp_path.iterdir()] == ["weights.npz"]


def test_results_of_a_sweep_that_find_no_room_keep_the_earlier_points(tmp_path, monkeypatch):
    from longformer_viz.probe.reference import references

    results, file = references()[0], tmp_path / "sweep.json"
    results.save(file)
    earlier = file.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(files.Path, "write_bytes", lambda *_: (_ for _ in ()).throw(FULL))
        with pytest.raises(InputError, match="needs free disk space"):
            results.save(file)
    assert file.read_bytes() == earlier
    assert Results.load(file) == results


def test_an_export_follows_a_link_and_writes_to_a_pipe(tmp_path):
    target = tmp_path / "real.csv"
    target.write_text("old")
    (tmp_path / "link.csv").symlink_to(target)
    files.save_export(tmp_path / "link.csv", b"new")
    assert (tmp_path / "link.csv").is_symlink()
    assert target.read_bytes() == b"new"
    files.save_export(Path(os.devnull), b"gone")
    assert Path(os.devnull).is_char_device()


def test_output_to_a_full_disk_is_one_sentence():
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "longformer_viz", "models", "--json"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, cwd=ROOT, timeout=60)
    assert done.returncode == 2
    assert done.stderr.strip() == (
        "The output needs free disk space; its disk is full: No space left on device. Free some space."
    )


def test_a_named_file_on_a_full_disk_is_one_sentence(tmp_path):
    code, output, errors = ended(
        python(
            """
            import resource, sys
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
            from longformer_viz.__main__ import main
            sys.argv = ["longformer-viz", "lesson", "--plan", "PLAN"]
            main()
            """.replace("PLAN", str(tmp_path / "plan.html"))
        )
    )
    assert code == 2, errors
    assert "'plan.html' needs free disk space" in errors
    assert "Traceback" not in errors
    assert not output
    assert not list(tmp_path.glob("*plan*"))
