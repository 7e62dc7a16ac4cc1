"""What stands between a browser and Streamlit, from the outside in."""

from starlette.middleware import Middleware

from longformer_viz.server.door import Door
from longformer_viz.server.headers import SecurityHeaders
from longformer_viz.server.settings import app_settings
from longformer_viz.server.status import StatusPages
from longformer_viz.server.visitors import Visitors
from longformer_viz.ui.faults.reconnect import WholePageFirst
from longformer_viz.ui.first_paint import FirstPaint, inline_scripts
from longformer_viz.ui.home_address import HomeAddress
from longformer_viz.ui.page_entries import TOOLS
from longformer_viz.ui.server_start import queue_statistics


def middleware() -> list[Middleware]:
    """Return the middleware of the app: every answer gets the headers, and the door comes before all that works."""
    settings = app_settings()
    visitors = Visitors(settings.max_sessions, settings.max_sessions_per_address)
    return [
        Middleware(SecurityHeaders, scripts=inline_scripts()),
        Middleware(Door, settings=settings, visitors=visitors),
        Middleware(StatusPages, settings=settings, visitors=visitors, queue=queue_statistics),
        Middleware(HomeAddress, name=TOOLS[0].address),
        Middleware(FirstPaint),
        Middleware(WholePageFirst),
    ]
