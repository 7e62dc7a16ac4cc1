"""Connections that are refused before any work: no Ray, no cluster, other versions."""

import socket

import pytest

from longformer_viz.cluster import connection
from longformer_viz.cluster.runner import ClusterRunner
from longformer_viz.cluster.versions import Versions, check_versions, own_versions
from longformer_viz.server.settings import read_settings
from longformer_viz.spec import InputError
from tests.cluster.heads import command, free_port


@pytest.fixture
def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        yield probe.getsockname()[1]


def test_without_ray_the_message_names_the_extra(monkeypatch):
    monkeypatch.setattr(connection, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"pip install 'longformer-viz\[cluster\]'"), connection.connected():
        pass


@pytest.mark.parametrize(
    "address", ["", "head", "http://head:1", "ray://head", "ray://:1", "head:0", "head:70000", 7]
)
def test_a_wrong_address_is_refused(address):
    with pytest.raises(InputError, match=r"must be ray://HOST:PORT, HOST:PORT, auto or local\. You entered"):
        connection.check_address(address)


@pytest.mark.parametrize("address", ["ray://head:10001", " 10.0.0.4:6379 ", "auto", "local", "[::1]:6379"])
def test_a_right_address_is_accepted(address):
    assert connection.check_address(address) == address.strip()


@pytest.mark.parametrize("address", ["auto", "head:6379", "local"])
def test_a_runner_needs_the_address_of_a_client(address):
    with pytest.raises(InputError, match="The address of a runner must be ray://HOST:PORT"):
        ClusterRunner(address)
    with pytest.raises(InputError, match="LONGFORMER_VIZ_RUNNER must be an address"):
        read_settings({"LONGFORMER_VIZ_RUNNER": address})


def test_the_setting_of_a_runner():
    assert read_settings({}).runner == ""
    assert read_settings({"LONGFORMER_VIZ_RUNNER": "none"}).runner == ""
    assert read_settings({"LONGFORMER_VIZ_RUNNER": "ray://head:10001"}).runner == "ray://head:10001"


@pytest.mark.parametrize("scheme", ["ray://", ""])
def test_a_cluster_that_is_not_there_is_refused(closed_port, scheme):
    address = f"{scheme}127.0.0.1:{closed_port}"
    with pytest.raises(InputError, match=f"A cluster must be at the address. You entered '{address}'"):
        connection.connect(address)


def test_a_cluster_that_has_just_started_is_waited_for(monkeypatch):
    connected = []
    with socket.socket() as cluster:
        cluster.bind(("127.0.0.1", 0))
        address = f"ray://127.0.0.1:{cluster.getsockname()[1]}"
        monkeypatch.setattr(connection.time, "sleep", lambda _seconds: cluster.listen())
        monkeypatch.setattr(connection, "_check_nodes", lambda: None)
        monkeypatch.setattr("ray.init", lambda address, **_options: connected.append(address))
        connection.connect(address)
    assert connected == [address]


@pytest.mark.slow
def test_the_app_does_not_start_without_its_cluster(closed_port):
    found = command("app", "--no-browser", f"--port={free_port()}", "--runner", f"ray://127.0.0.1:{closed_port}")
    assert found.returncode == 2
    assert found.stderr.startswith("A cluster must be at the address.")
    assert len(found.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"package": "0.0.9"}, "Longformer Viz"),
        ({"python": "3.9.1"}, "Python"),
        ({"ray": "2.1.0"}, "Ray"),
    ],
)
def test_other_versions_are_refused_with_both(changed, told):
    ours = own_versions()
    theirs = Versions(**{"package": ours.package, "python": ours.python, "ray": ours.ray, **changed})
    (key, value) = next(iter(changed.items()))
    with pytest.raises(InputError) as refused:
        check_versions(theirs)
    assert f"version of {told}" in str(refused.value)
    assert f"The worker has {value}; this process has {getattr(ours, key)}." in str(refused.value)


def test_the_last_number_of_python_may_differ():
    check_versions(Versions("1.0", "3.12.1", "2.60.0"), Versions("1.0", "3.12.9", "2.60.0"))
