"""The connection to Ray: on this machine, or to a cluster that has the same versions."""

import logging
import os
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from longformer_viz.cluster.versions import Versions, check_versions
from longformer_viz.spec import InputError, shown

LOCAL, AUTO = "local", "auto"
_SCHEME = "ray://"
_KNOCK_SECONDS = 3.0
_TRIES, _PAUSE_SECONDS = 3, 2.0
_WORKER_SECONDS = 60.0  # for the first task on a node, which starts a process
_SETTINGS = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
    "RAY_SERVE_QUEUE_LENGTH_CACHE_TIMEOUT_S": "0",  # Other servers choose workers too, so it would be old.
    "RAY_SERVE_QUEUE_LENGTH_RESPONSE_DEADLINE_S": "1",  # The default counts on a fast network without Ray's client.
    "RAY_CLIENT_RECONNECT_GRACE_PERIOD": "5",  # seconds; without it a job would wait half a minute for a lost cluster
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A connection to Ray.

    Attributes:
        address: Where it is; "local" for one that was started on this machine.
        cpus: Cores that jobs may use, over all nodes.
        nodes: Nodes with cores.
    """

    address: str
    cpus: int
    nodes: int

    @property
    def is_local(self) -> bool:
        """Whether it was started on this machine, and is stopped at the end."""
        return self.address == LOCAL


@contextmanager
def connected(address: str | None = None, cpus: int | None = None) -> Iterator[Cluster]:
    """Connect to Ray for a job, and disconnect at the end. A connection that exists already is used and kept.

    Args:
        address: "ray://HOST:PORT", "HOST:PORT", or "auto" for the cluster of this machine. None or "local" starts Ray
            on this machine, and stops it at the end.
        cpus: Cores for a Ray that is started here. By default all.

    Yields:
        The connection.

    Raises:
        InputError: Ray is not installed, the address is wrong, no cluster is there, or its versions differ.
    """
    if is_connected():
        yield _described(address or LOCAL)
        return
    connect(address, cpus)
    try:
        yield _described(address or LOCAL)
    finally:
        disconnect()


def connect(address: str | None = None, cpus: int | None = None) -> None:
    """Connect to Ray, and compare the versions of a cluster's nodes with this process.

    Args:
        address: As for `connected`.
        cpus: As for `connected`.

    Raises:
        InputError: As for `connected`.
    """
    check_installed()
    address = LOCAL if address is None else check_address(address)
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    import ray

    if address == LOCAL:
        ray.init(num_cpus=cpus, include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
        return
    _knock(address)
    for tries_left in reversed(range(_TRIES)):
        try:
            ray.init(address, log_to_driver=False, logging_level=logging.ERROR)
            break
        except ConnectionAbortedError as fault:  # A cluster that has just started refuses its first clients.
            disconnect()
            if not tries_left or _is_about_versions(fault):
                raise _connection_problem(address, fault) from fault
            time.sleep(_PAUSE_SECONDS)
        except Exception as fault:  # Ray has no common type for them.
            disconnect()
            raise _connection_problem(address, fault) from fault
    try:
        _check_nodes()
    except BaseException:
        disconnect()
        raise


def is_connected() -> bool:
    """Return whether this process is connected to Ray."""
    if find_spec("ray") is None:
        return False
    import ray

    return ray.is_initialized()


def disconnect() -> None:
    """Disconnect from Ray; a Ray that this process started stops."""
    import ray

    ray.shutdown()


def check_installed() -> None:
    """Check that Ray is installed.

    Raises:
        InputError: It is not.
    """
    if find_spec("ray") is None:
        raise InputError(
            "Work on a cluster needs Ray, which is not installed. Run: pip install 'longformer-viz[cluster]'"
        )


def check_address(address: str) -> str:
    """Return the address of a cluster.

    Args:
        address: "ray://HOST:PORT", "HOST:PORT", "auto" or "local".

    Raises:
        InputError: It is something else.
    """
    text = address.strip() if isinstance(address, str) else ""
    if text in (LOCAL, AUTO):
        return text
    found = re.fullmatch(r"(ray://)?([\w.-]+|\[[0-9A-Fa-f:]+\]):(\d{1,5})", text)
    if found is None or not 0 < int(found[3]) < 65_536:
        raise InputError(
            "The address of a cluster must be ray://HOST:PORT, HOST:PORT, auto or local. "
            f"You entered {shown(address)}. Try ray://127.0.0.1:10001."
        )
    return text


def check_client_address(address: str) -> str:
    """Return the address of a cluster for a server, which must survive the end of the cluster.

    Args:
        address: "ray://HOST:PORT".

    Raises:
        InputError: It is something else.
    """
    if not isinstance(address, str) or not address.strip().startswith(_SCHEME):
        raise InputError(
            f"The address of a runner must be ray://HOST:PORT. You entered {shown(address)}. "
            "Try ray://127.0.0.1:10001."
        )
    return check_address(address)


def _knock(address: str) -> None:
    """Refuse an address where nothing listens, for which Ray itself would wait half a minute."""
    if address == AUTO:
        return
    host, _, port = address.removeprefix(_SCHEME).rpartition(":")
    for tries_left in reversed(range(_TRIES)):
        try:
            socket.create_connection((host.strip("[]"), int(port)), _KNOCK_SECONDS).close()
            return
        except OSError as fault:  # `ray start` returns before the cluster listens for clients.
            if not tries_left or not isinstance(fault, ConnectionRefusedError):
                raise absent(address, fault.strerror or str(fault)) from fault
        time.sleep(_PAUSE_SECONDS)


def absent(address: str, reason: str) -> InputError:
    """Return the error for a cluster that is not there.

    Args:
        address: Where it should be.
        reason: What happened instead, in a few words.
    """
    return InputError(
        f"A cluster must be at the address. You entered {shown(address)}: {reason}. "
        "Start it with ray start --head, or correct the address."
    )


def _connection_problem(address: str, fault: Exception) -> InputError:
    text = " ".join(str(fault).split())
    if _is_about_versions(fault):
        return InputError(
            "A cluster must have the same versions of Python and Ray as this process. "
            f"You entered {shown(address)}: {shown(text, 400)}. Install the same versions on both."
        )
    if address == AUTO:
        return absent(address, "no cluster runs on this machine")
    return absent(address, "Ray does not answer, or wants another RAY_AUTH_TOKEN")


def _is_about_versions(fault: Exception) -> bool:
    return re.search("version", str(fault), re.IGNORECASE) is not None


def _check_nodes() -> None:
    """Compare the versions of every node that computes with this process."""
    import ray
    from ray.exceptions import GetTimeoutError, RayError
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    task = ray.remote(num_cpus=0, max_retries=0)(_probe())
    nodes = [node["NodeID"] for node in _computing_nodes()]
    answers = [
        task.options(scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=False)).remote() for node in nodes
    ]
    for answer in answers:
        try:
            found = ray.get(answer, timeout=_WORKER_SECONDS)
        except (GetTimeoutError, RayError) as fault:
            raise InputError(
                "Every node of a cluster must answer; one does not. "
                f"You entered a cluster of {len(nodes)}: {type(fault).__name__}. Restart that node."
            ) from fault
        check_versions(Versions(*found))


def _probe() -> Any:
    """Return a function that runs on a node which may lack this project, so that it is sent as a whole."""

    def found() -> tuple[str, str, str]:
        import platform

        import ray

        try:
            from longformer_viz.cluster.versions import own_package_version

            package = own_package_version()
        except ImportError:
            package = "not installed or older"
        return package, platform.python_version(), ray.__version__

    return found


def _computing_nodes() -> list[dict[str, Any]]:
    import ray

    return [node for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU", 0) > 0]


def _described(address: str) -> Cluster:
    nodes = _computing_nodes()
    return Cluster(address, int(sum(node["Resources"]["CPU"] for node in nodes)), len(nodes))
