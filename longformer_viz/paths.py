"""Where the app is on this machine."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def app_folder() -> Path:
    """Return the folder of `app.py` and `pages`: inside the package when installed, beside it in a checkout."""
    installed = _PACKAGE / "app"
    return installed if (installed / "app.py").is_file() else _PACKAGE.parent
