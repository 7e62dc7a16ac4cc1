"""The start of the app's server: its connections send small answers at once."""

import gc
import socket
import weakref

from longformer_viz.ui.server_start import leave_out_of_collection, send_at_once


def test_what_a_listening_socket_accepts_has_no_delay():
    with socket.socket(socket.AF_INET) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        send_at_once()
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_collection_passes_over_what_the_server_started_with_but_not_over_a_session():
    class Kept:
        pass

    try:
        library, session = Kept(), None
        library.itself = library
        leave_out_of_collection()
        assert gc.get_freeze_count() > 10_000
        session = Kept()
        session.itself = session
        gone = [weakref.ref(library), weakref.ref(session)]
        del library, session
        gc.collect()
        assert [ref() is None for ref in gone] == [False, True]
    finally:
        gc.unfreeze()
