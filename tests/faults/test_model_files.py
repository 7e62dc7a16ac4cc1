"""Converted models that change, vanish or cannot be written while they are used."""

import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from longformer_viz import InputError, load
from longformer_viz.models import disk_cache, embedded
from longformer_viz.models.disk_cache import SETTING, cached_folder
from longformer_viz.models.runs import finished_runs, runs_folder
from longformer_viz.models.storage import folders
from tests.faults.processes import PATIENCE_SECONDS, ended, python

CACHE = Path(os.environ[SETTING])
MODEL = embedded.FOLDER


@pytest.fixture
def cache(tmp_path, default_model):
    """A cache folder of a test's own, with the converted default."""
    folder = tmp_path / "cache"
    shutil.copytree(CACHE / MODEL, folder / MODEL)
    return folder


@pytest.fixture
def no_replacement(monkeypatch, tmp_path):
    """Temporary files in a folder of the test's own."""
    monkeypatch.setattr(folders.tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(folders, "_replaced", {})
    return tmp_path / "temporary"


def test_a_model_in_use_outlives_its_files_and_a_later_load_rebuilds_them(cache):
    """A file that is truncated while it is mapped into memory would end the process by SIGBUS."""
    code, output, errors = ended(
        python(
            """
            import shutil
            import torch
            from longformer_viz import load, run
            from longformer_viz.models.disk_cache import cache_folder
            from longformer_viz.models.embedded import embedded_folder

            def band(model, text):
                return run(model, text).band(0, 0).band

            model, text = load(), "The tenant pays the rent on the first of the month. " * 40
            maps = open("/proc/self/maps").read()
            assert ".safetensors" not in maps, maps
            weights = embedded_folder() / "model.safetensors"
            with weights.open("r+b") as file:
                file.truncate(1000)
            before = band(model, text)
            with weights.open("wb") as file:
                file.write(bytes(2_000_000))
            assert torch.equal(band(model, text), before)
            assert torch.equal(band(load(), text), before), "rebuilt"
            shutil.rmtree(cache_folder())
            assert torch.equal(band(model, text), before)
            assert torch.equal(band(load(), text), before), "made again"
            print("alive", weights.stat().st_size)
            """,
            **{SETTING: str(cache)},
        )
    )
    assert code == 0, errors
    assert output.split()[0] == "alive"
    assert int(output.split()[1]) == (CACHE / MODEL / "model.safetensors").stat().st_size


def test_a_large_model_is_copied_out_of_its_files(tmp_path, monkeypatch, default_model):
    monkeypatch.setattr("longformer_viz.models.checkpoints._READ_AT_ONCE", 0)
    folder = shutil.copytree(CACHE / MODEL, tmp_path / "model")
    model = load(str(folder))
    assert str(folder) not in Path("/proc/self/maps").read_text()
    (folder / "model.safetensors").write_bytes(b"")
    for mine, other in zip(model.model.parameters(), default_model.model.parameters(), strict=True):
        assert mine.equal(other)


def test_a_process_that_is_killed_while_it_converts_leaves_the_work_to_the_next(tmp_path):
    """The other process waits for it, at the very first start of both."""
    code = """
        import os
        import time
        from pathlib import Path
        from longformer_viz.models import embedded

        convert = embedded._convert

        def slow(folder):
            (folder / "model.safetensors").write_bytes(b"half of it")
            Path(os.environ["MARK"]).touch()
            if os.environ["WAITS"] == "yes":
                time.sleep(600)
            convert(folder)

        embedded._convert = slow
        from longformer_viz import load
        print(load().max_tokens)
    """
    cache = {SETTING: str(tmp_path / "cache")}
    first = python(code, MARK=str(tmp_path / "first"), WAITS="yes", **cache)
    try:
        wait_for(tmp_path / "first")
        second = python(code, MARK=str(tmp_path / "second"), WAITS="no", **cache)
    finally:
        first.send_signal(signal.SIGKILL)
    assert ended(first)[0] == -signal.SIGKILL
    code, output, errors = ended(second)
    assert (code, output) == (0, "16384\n"), errors
    assert [path.name for path in (tmp_path / "cache").iterdir() if path.is_dir()] == [MODEL]
    same = (CACHE / MODEL / "model.safetensors").read_bytes()
    assert (tmp_path / "cache" / MODEL / "model.safetensors").read_bytes() == same


def wait_for(file: Path) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not file.exists():
        assert time.monotonic() < end, "the process did not begin"
        time.sleep(0.05)


def test_a_cache_that_cannot_be_written_is_replaced_with_a_notice(tmp_path, monkeypatch, no_replacement, caplog):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv(SETTING, str(tmp_path / "file"))
    made = []

    def make(folder):
        made.append(folder)
        (folder / "weights").write_bytes(b"1")

    folder = cached_folder("some-model", make)
    assert (folder / "weights").read_bytes() == b"1"
    assert cached_folder("some-model", make) == folder
    assert len(made) == 1, "the next start finds it"
    assert folder.parent == no_replacement / f"longformer_viz-{os.getuid()}"
    assert folder.parent.stat().st_mode & 0o077 == 0
    assert disk_cache.is_cached("some-model")
    assert folders.storage_notice().startswith(
        f"Converted models are kept in the temporary folder {folder.parent}, because {tmp_path / 'file'} cannot be "
    )
    assert [record.getMessage() for record in caplog.records] == [folders.storage_notice()], "once in the log"


def test_a_user_without_a_home_has_a_cache_and_a_folder_of_runs(monkeypatch, no_replacement):
    for name in ("HOME", SETTING, "XDG_CACHE_HOME", "XDG_DATA_HOME", "LONGFORMER_VIZ_RUNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(folders.Path, "home", classmethod(lambda _: (_ for _ in ()).throw(RuntimeError)))
    assert disk_cache.cache_folder().parent == no_replacement
    assert runs_folder() == disk_cache.cache_folder() / "runs"
    assert finished_runs() == ()
    assert "this user has none" in folders.storage_notice()
    monkeypatch.setenv(SETTING, "~nobody-of-that-name/cache")
    with pytest.raises(InputError, match=f"{SETTING} must name a folder"):
        disk_cache.cache_folder()


def test_a_read_only_cache_with_the_model_is_used_as_it_is(cache, no_replacement, monkeypatch):
    monkeypatch.setenv(SETTING, str(cache))
    monkeypatch.setattr(disk_cache, "_made", refuses)
    assert disk_cache.cached_folder(MODEL, lambda _: None) == cache / MODEL
    assert not folders.storage_notice()


def refuses(*_):
    raise AssertionError("nothing is to be made")


def test_where_no_folder_can_be_written_the_cure_is_said(tmp_path, monkeypatch, no_replacement):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv(SETTING, str(tmp_path / "file"))
    monkeypatch.setattr(folders.tempfile, "tempdir", str(tmp_path / "file"))
    with pytest.raises(InputError, match=f"neither the cache nor a temporary folder can.*Set {SETTING}"):
        cached_folder("some-model", refuses)


def test_a_folder_of_somebody_else_among_the_temporary_files_is_not_trusted(no_replacement):
    planted = no_replacement / f"longformer_viz-{os.getuid()}"
    planted.mkdir(mode=0o777)
    planted.chmod(0o777)
    folders._folder_of_process.cache_clear()
    chosen = folders.temporary_folder()
    assert chosen != planted
    assert chosen.stat().st_mode & 0o077 == 0
