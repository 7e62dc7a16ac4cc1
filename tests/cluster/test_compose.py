"""The example with containers: its services fit together, and its commands and settings exist."""

import re
from pathlib import Path

import pytest
import typer
import yaml

from longformer_viz.cli import cli
from longformer_viz.server.settings import read_settings

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "cluster"
SERVICES = yaml.safe_load((FOLDER / "compose.yaml").read_text("utf-8"))["services"]
PROXY = (FOLDER / "haproxy.cfg").read_text("utf-8")


def options(words):
    return [word.partition("=")[0] for word in words if str(word).startswith("--")]


def test_only_the_proxy_can_be_reached_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    for name, service in SERVICES.items():
        assert ("outside" in service["networks"]) == (name == "proxy"), name


def test_the_proxy_knows_every_web_server():
    names = {name for name in SERVICES if name.startswith("web-")}
    assert len(names) == 2
    assert set(re.findall(r"^ +server (web-\d) \1:8501 cookie \1$", PROXY, re.M)) == names


@pytest.mark.parametrize("name", ["web-1", "web-2"])
def test_the_settings_of_a_web_server_are_valid(name):
    environment = SERVICES[name]["environment"]
    settings = read_settings({key: str(value) for key, value in environment.items()})
    assert (settings.runner, settings.trusted_proxies) == ("ray://head:10001", 1)
    assert "entrypoint" not in SERVICES[name]  # the image's own


def test_the_workers_are_started_with_options_that_exist():
    program, command, *rest = SERVICES["replicas"]["entrypoint"]
    assert program == "longformer-viz"
    known = {name for each in typer.main.get_command(cli).commands[command].params for name in each.opts}
    assert set(options(rest)) <= known
    workers = [name for name in SERVICES if name.startswith("worker-")]
    assert rest[rest.index("--count") + 1] == str(len(workers))
    assert rest[rest.index("--address") + 1] == SERVICES["web-1"]["environment"]["LONGFORMER_VIZ_RUNNER"]


def test_everything_that_talks_to_ray_has_the_token():
    for name, service in SERVICES.items():
        if name != "proxy":
            assert service["environment"]["RAY_AUTH_MODE"] == "token", name
            assert service["environment"]["RAY_AUTH_TOKEN"].startswith("${RAY_AUTH_TOKEN:?"), name


def test_the_image_is_built_with_ray():
    assert SERVICES["head"]["build"]["args"] == {"EXTRA": "cluster"}
    assert "ARG EXTRA" in (ROOT / "Dockerfile").read_text("utf-8")
