"""The start of the app's server: its connections send small answers at once."""

import socket

from longformer_viz.ui.server_start import send_at_once


def test_what_a_listening_socket_accepts_has_no_delay():
    with socket.socket(socket.AF_INET) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        send_at_once()
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
