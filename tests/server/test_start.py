"""How the app starts with settings: the command line, and what is passed on to Streamlit."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import uvicorn
from streamlit import config

from longformer_viz import app_server
from longformer_viz.cli import cli
from longformer_viz.server.settings import app_settings
from longformer_viz.spec import InputError
from longformer_viz.ui import server_start

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def apart(monkeypatch):
    """Leave neither the environment nor Streamlit's options changed."""
    for name in ("LONGFORMER_VIZ_MODE", "LONGFORMER_VIZ_SETTINGS", "HF_HUB_OFFLINE"):
        monkeypatch.setenv(name, "")  # so that it is restored
        monkeypatch.delenv(name)
    before = {name: config.get_option(name) for name in (*server_start._PUBLIC_OPTIONS, "server.maxUploadSize")}
    app_settings.cache_clear()
    yield
    app_settings.cache_clear()
    for name, value in before.items():
        config.set_option(name, value)


@pytest.fixture
def started(monkeypatch):
    """The command that the command line would turn into."""
    commands = []
    monkeypatch.setattr(os, "execv", lambda program, command: commands.append(command))
    monkeypatch.setattr(subprocess, "run", lambda command: commands.append(command))
    return commands


def run(*arguments):
    cli(["app", "--no-browser", *arguments], standalone_mode=False)


def test_public_and_a_file_reach_the_server_by_its_environment(started, tmp_path, monkeypatch):
    (tmp_path / "own.toml").write_text("max_tokens = 4096", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    run("--public", "--settings", "own.toml", "--base-path", "/viz/class/", "--address", "127.0.0.1")
    assert "--server.baseUrlPath=viz/class" in started[0]
    assert "--server.address=127.0.0.1" in started[0]
    assert os.environ["LONGFORMER_VIZ_MODE"] == "public"
    assert os.environ["LONGFORMER_VIZ_SETTINGS"] == str(tmp_path / "own.toml")
    assert (app_settings().mode, app_settings().max_tokens) == ("public", 4096)


def test_without_options_the_app_is_personal(started):
    run()
    assert not app_settings().is_public
    assert not [part for part in started[0] if "baseUrlPath" in part]


@pytest.mark.parametrize("path", ["..//x y", "a/../b c", "<b>", "/", "a?b"])
def test_a_base_path_that_is_none_is_refused(path, started):
    with pytest.raises(InputError, match=r"The base path must be .* You entered .* Try /viz"):
        app_server.serve(None, "127.0.0.1", False, path)
    assert not started


def test_a_wrong_setting_stops_the_command_before_the_server_starts(started, tmp_path):
    with pytest.raises(InputError, match="must name a readable file"):
        run("--settings", str(tmp_path / "absent.toml"))
    assert not started


def test_a_wrong_setting_stops_the_server_with_the_sentence():
    environment = os.environ | {"LONGFORMER_VIZ_MODE": "pubic"}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true", "--server.port=0"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode != 0
    assert "LONGFORMER_VIZ_MODE must be personal or public. You entered 'pubic'. Try public." in done.stderr
    assert "Traceback" not in done.stderr


def test_a_public_server_sets_streamlits_protections_whatever_was_set(monkeypatch):
    monkeypatch.setenv("LONGFORMER_VIZ_MODE", "public")
    config.set_option("server.enableXsrfProtection", False)
    config.set_option("client.showErrorDetails", "full")
    config.set_option("server.maxUploadSize", 100)
    server_start.apply_settings()
    assert config.get_option("server.enableXsrfProtection") is True
    assert config.get_option("server.enableCORS") is True
    assert config.get_option("client.showErrorDetails") == "none"
    assert config.get_option("server.maxUploadSize") == 5
    assert os.environ["HF_HUB_OFFLINE"] == "1"


def test_a_personal_server_keeps_streamlits_options_and_the_hub():
    config.set_option("client.showErrorDetails", "full")
    server_start.apply_settings()
    assert config.get_option("client.showErrorDetails") == "full"
    assert config.get_option("server.maxUploadSize") == 25
    assert "HF_HUB_OFFLINE" not in os.environ


def test_the_messages_of_browsers_are_limited():
    running, small = uvicorn.Config("app:app"), uvicorn.Config("app:app", ws_max_size=1000)
    server_start.limit_messages()
    assert running.ws_max_size == 16 * 2**20
    assert small.ws_max_size == 1000
