"""Where the app and the data of installed packages are on this machine."""

from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def app_folder() -> Path:
    """Return the folder of `app.py` and `pages`: inside the package when installed, beside it in a checkout."""
    installed = _PACKAGE / "app"
    return installed if (installed / "app.py").is_file() else _PACKAGE.parent


def page_file(stem: str) -> Path:
    """Return the file of a page of the app.

    Args:
        stem: The file's name without its ending.
    """
    return app_folder() / "pages" / f"{stem}.py"


def packaged_file(package: str, file_name: str) -> Path | None:
    """Return a data file of an installed package, without importing the package.

    Args:
        package: Name of the package in the registry.
        file_name: Name of the file, without folders.

    Returns:
        Where the package lists the file; None if it is not installed or lists no such file.
    """
    try:
        listed = files(package) or ()
    except PackageNotFoundError:
        return None
    return next((Path(str(path.locate())) for path in listed if path.name == file_name), None)
