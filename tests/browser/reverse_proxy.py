"""A reverse proxy as small as can be: it says where a visitor comes from and passes everything on."""

import asyncio
import threading

HEAD_END = b"\r\n\r\n"


class ReverseProxy:
    """Listens on a free port of this machine and passes requests on to another port. Use it in a `with` statement."""

    def __init__(self, port: int, address: str = "203.0.113.5"):
        self._target, self._address = port, address
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._serve, "127.0.0.1", 0), self._loop
        ).result()
        self.port = server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    async def _serve(self, client, answer):
        try:
            head = await client.readuntil(HEAD_END)
            server, request = await asyncio.open_connection("127.0.0.1", self._target)
            request.write(self._passed_on(head))
            await asyncio.gather(_copy(client, request), _copy(server, answer))
        except (asyncio.IncompleteReadError, ConnectionError):
            answer.close()

    def _passed_on(self, head: bytes) -> bytes:
        first, *lines = head.removesuffix(HEAD_END).split(b"\r\n")
        if not any(
            line.lower().startswith(b"upgrade:") for line in lines
        ):  # One request a connection is enough here.
            lines = [line for line in lines if not line.lower().startswith(b"connection:")] + [b"Connection: close"]
        return b"\r\n".join([first, *lines, f"X-Forwarded-For: {self._address}".encode()]) + HEAD_END


async def _copy(source, target):
    try:
        while data := await source.read(2**16):
            target.write(data)
            await target.drain()
    except ConnectionError:
        pass
    target.close()
