"""The QR code of a page's link, with the server's address in the network."""

from base64 import b64encode
from io import BytesIO
from typing import TypedDict

import segno
import streamlit as st

from longformer_viz.network import machine_address, network_link

_LOCAL_ONLY = (
    "Only this computer can open the app. To let other devices on your network open it, start it with "
    "longformer-viz app --address 0.0.0.0"
)
_TOO_LONG = "This link is too long for a QR code. Copy the link, or save a session file."


class QrCode(TypedDict):
    """What the browser shows.

    Attributes:
        link: The link that the browser asked for.
        address: The link as other devices open it; empty without one.
        picture: The code as a data URI; empty where there is none.
        problem: Why there is none.
    """

    link: str
    address: str
    picture: str
    problem: str


def qr_code(link: str) -> QrCode:
    """Return the QR code of a link.

    Args:
        link: The address of a page, as the visitor's browser has it.
    """
    address = network_link(link, st.get_option("server.address"), machine_address())
    if address is None:
        return QrCode(link=link, address="", picture="", problem=_LOCAL_ONLY)
    try:
        code = segno.make(address, error="m", micro=False)
    except segno.DataOverflowError:
        return QrCode(link=link, address=address, picture="", problem=_TOO_LONG)
    file = BytesIO()
    code.save(file, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False, scale=8)
    picture = "data:image/svg+xml;base64," + b64encode(file.getvalue()).decode()
    return QrCode(link=link, address=address, picture=picture, problem="")


def wanted_qr_code(component: str) -> QrCode | None:
    """Return the QR code of the link that a component's button asked for; None before it was pressed.

    Args:
        component: Key of the component.
    """
    return st.session_state.get(_name(component))


def note_wanted_link(component: str) -> None:
    """Make the QR code of the link that a component asks for, in its callback, and keep it for later runs.

    Args:
        component: Key of the component.
    """
    link = st.session_state[component].get("qr_link")
    if isinstance(link, str) and link.startswith(("http://", "https://")):
        st.session_state[_name(component)] = qr_code(link)


def _name(component: str) -> str:
    return f"{component} QR code"
