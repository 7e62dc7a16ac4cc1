"""Starts the app in a server of its own."""

import os
import re
import socket
import subprocess
import sys
from importlib.util import find_spec

from longformer_viz.cluster.runner import ClusterRunner
from longformer_viz.paths import app_folder
from longformer_viz.server.settings import app_settings
from longformer_viz.spec import InputError, counted, shown

DEFAULT_PORT = 8501
_PORTS_TRIED = 100


def serve(port: int | None, address: str, open_browser: bool, base_path: str = "") -> None:
    """Serve the app until it is stopped.

    Args:
        port: The port to listen on; None takes the first free one from 8501.
        address: The address to listen on.
        open_browser: Whether to open the app in the browser.
        base_path: The path of the app behind a proxy, such as "viz" for https://example.org/viz.

    Raises:
        InputError: If Streamlit is not installed, the port is in use, a setting of the app is wrong, or the cluster
            that shall do its work is not there or has another version.
        SystemExit: On Windows, with the server's exit code. Elsewhere the server replaces this process.
    """
    if find_spec("streamlit") is None:
        raise InputError("The app needs Streamlit, which is not installed. Run: pip install 'longformer-viz[app]'")
    settings = app_settings()  # A wrong one must stop this command, before the server starts.
    command = [sys.executable, "-m", "streamlit", "run", str(app_folder() / "app.py")]
    options = {
        "server.port": _usable_port(port, address),
        "server.address": address,
        "server.headless": "false" if open_browser else "true",
        "browser.gatherUsageStats": "false",
    }
    if base_path:
        options["server.baseUrlPath"] = _checked_path(base_path)
    if settings.runner:
        _check_runner(settings.runner)
    command += [f"--{name}={value}" for name, value in options.items()]
    if os.name == "nt":  # exec would give the console back while the server still runs
        raise SystemExit(subprocess.run(command).returncode)
    os.execv(command[0], command)


def _check_runner(address: str) -> None:
    runner = ClusterRunner(address)
    try:
        print(f"{counted(runner.connect(), 'worker')} of {address} will do the heavy work.", file=sys.stderr)
    finally:
        runner.close()


def _checked_path(path: str) -> str:
    bare = path.strip("/")
    if not re.fullmatch(r"[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*", bare):
        raise InputError(
            f"The base path must be words of letters and digits, separated by /. You entered {shown(path)}. Try /viz."
        )
    return bare


def _usable_port(port: int | None, address: str) -> int:
    if port is not None:
        if _is_free(port, address):
            return port
        free = _next_free(port + 1, address)
        raise InputError(f"The port must be free; port {port} is in use. Try --port {free}.")
    free = _next_free(DEFAULT_PORT, address)
    if free != DEFAULT_PORT:
        print(f"Port {DEFAULT_PORT} is in use; the app starts on port {free}.", file=sys.stderr)
    return free


def _next_free(first: int, address: str) -> int:
    for port in range(first, min(first + _PORTS_TRIED, 65_536)):
        if _is_free(port, address):
            return port
    raise InputError(
        f"The app needs a free port; all ports from {first} to {first + _PORTS_TRIED - 1} are in use. "
        "Set another with --port."
    )


def _is_free(port: int, address: str) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        if (
            os.name != "nt"
        ):  # as servers do, so that a port just left counts as free; on Windows it means another thing
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except PermissionError as fault:
            raise InputError(
                f"This system must allow you to open the port; it refuses port {port}. Try --port 8501."
            ) from fault
        except OSError:
            return False
    return True
