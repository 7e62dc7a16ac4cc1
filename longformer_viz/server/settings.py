"""The settings of the whole app: a mode with its presets, a file, and environment variables."""

import math
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from numbers import Real
from pathlib import Path
from typing import Any

from longformer_viz.cluster.connection import check_client_address
from longformer_viz.spec import InputError, is_whole, shown

PREFIX = "LONGFORMER_VIZ_"
MODE = f"{PREFIX}MODE"
FILE = f"{PREFIX}SETTINGS"
RUNNER = f"{PREFIX}RUNNER"
PERSONAL, PUBLIC = MODES = ("personal", "public")
PRESETS_FILE = Path(__file__).with_name("settings.toml")
_NO_LIMIT = "none"
_KINDS = ("allow_", "max_", "mode", "runner", "trusted_")  # how the keys of settings begin
_ANY_MODEL = "any"
_MOST_CHARACTERS = 2_000_000  # What the readers of documents accept.
_MOST_UPLOAD_MEGABYTES = 200  # What the reader of training data accepts.
_MOST_CORPUS_DOCUMENTS = 2_000  # More belong to the command line.


@dataclass(frozen=True, slots=True)
class AppSettings:
    """What the server allows. `settings.toml` explains each value; the defaults are those of the mode "personal".

    Attributes:
        mode: "personal" or "public".
        models: Names that may be loaded beside the built-in models; None allows any.
        allow_folders: Whether a visitor may name a folder or file of the server as a model.
        allow_downloads: Whether models may be downloaded from the hub.
        allow_training: Whether visitors may train, and see, use and delete training runs.
        max_sweep_seconds: Predicted duration of a measurement; None for no limit, as in all that follow.
        max_text_characters: Length of a text.
        max_upload_megabytes: Size of an uploaded file.
        max_corpus_documents: Documents of one corpus.
        max_tokens: Tokens of one run.
        max_run_seconds: Predicted or elapsed time of one job in the queue.
        max_session_megabytes: Memory for the results of one session.
        max_sessions: Sessions at once.
        max_sessions_per_address: Sessions of one address at once.
        max_requests_per_minute: Requests of one address.
        trusted_proxies: Number of proxies in front whose X-Forwarded-For header is believed.
        runner: Address of the cluster whose workers do the heavy work; "" for this process.

    Raises:
        InputError: A value is invalid.
    """

    mode: str = PERSONAL
    models: tuple[str, ...] | None = None
    allow_folders: bool = True
    allow_downloads: bool = True
    allow_training: bool = True
    max_sweep_seconds: float | None = None
    max_text_characters: int = 2_000_000
    max_upload_megabytes: int = 25
    max_corpus_documents: int = 200
    max_tokens: int | None = None
    max_run_seconds: float | None = None
    max_session_megabytes: int | None = None
    max_sessions: int | None = None
    max_sessions_per_address: int | None = None
    max_requests_per_minute: int | None = None
    trusted_proxies: int = 0
    runner: str = ""

    def __post_init__(self) -> None:
        for each in fields(self):
            object.__setattr__(self, each.name, _CHECKS[each.name](getattr(self, each.name), each.name))

    @property
    def is_public(self) -> bool:
        """Whether the mode is "public"."""
        return self.mode == PUBLIC


@cache
def app_settings() -> AppSettings:
    """Return the settings of this process, read once.

    Raises:
        InputError: A key or value of the file or the environment is wrong.
    """
    return read_settings(os.environ)


def read_settings(environment: Mapping[str, str]) -> AppSettings:
    """Return the settings that an environment describes.

    Args:
        environment: Environment variables. `LONGFORMER_VIZ_SETTINGS` names a file of settings.

    Returns:
        The presets of the mode, replaced by the values of the file and then by those of the environment.

    Raises:
        InputError: A key or value is wrong, or the file cannot be read.
    """
    own = environment.get(FILE)
    presets, file = _tables(PRESETS_FILE), {} if own is None else _tables(Path(own))
    variables = _variables(environment)
    where = MODE if "mode" in variables else f"mode in {own}"
    mode = _mode(variables.get("mode", file.get("mode", presets["mode"])), where)
    values = {
        **presets[mode],
        **{
            key: _CHECKS[key](value, f"{key} in {own}")
            for key, value in {**file.get(mode, {}), **file}.items()
            if key not in MODES
        },
        **{key: _CHECKS[key](_of_text(key, text), PREFIX + key.upper()) for key, text in variables.items()},
    }
    return AppSettings(**{**values, "mode": mode})


def _tables(path: Path) -> dict[str, Any]:
    """Return the content of a settings file, with every value of both its tables checked."""
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        reason = fault.strerror or "cannot be read"
        raise InputError(
            f"{FILE} must name a readable file. You entered {shown(str(path), 200)}: {reason}. Check the path."
        ) from fault
    except ValueError as fault:  # TOML, or UTF-8
        raise InputError(
            f"The settings file must be valid TOML. {path}: {fault}. Compare it with {PRESETS_FILE}."
        ) from fault
    for name, value in read.items():
        if name in MODES and not isinstance(value, dict):
            raise InputError(
                f'[{name}] in {path} must be a table of settings. You entered {shown(value)}. Write mode = "{name}".'
            )
        for key in value if name in MODES else (name,):
            known = [each for each in _CHECKS if name not in MODES or each != "mode"]
            if key not in known:
                raise InputError(
                    f"A setting in {path} must be one of {', '.join(known)}. You entered {shown(key)}. "
                    "Correct or remove it."
                )
            if name in MODES:
                _CHECKS[key](value[key], f"{key} in [{name}] of {path}")
    return read


def _variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the values of the environment variables that are settings, by key."""
    found = {}
    for variable, text in environment.items():
        key = variable.removeprefix(PREFIX).lower() if variable.startswith(PREFIX) else ""
        if key in _CHECKS:
            found[key] = text
        elif key.startswith(_KINDS):  # A typing error must not leave a limit out.
            names = ", ".join(PREFIX + each.upper() for each in _CHECKS)
            raise InputError(
                f"A setting in the environment must be one of {names}. You entered {shown(variable)}. "
                "Correct or remove it."
            )
    return found


def _of_text(key: str, text: str) -> Any:
    """Return an environment variable's text as the value that a file would have; itself where it is none."""
    text = text.strip()
    if key == "models" and text != _ANY_MODEL:
        return [name for part in text.split(",") if (name := part.strip())]
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text


def _mode(value: Any, name: str) -> str:
    if value not in MODES:
        raise InputError(f"{name} must be personal or public. You entered {shown(value)}. Try public.")
    return value


def _models(value: Any, name: str) -> tuple[str, ...] | None:
    if value is None or value == _ANY_MODEL:
        return None
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) and each.strip() for each in value):
        raise InputError(
            f'{name} must be a list of names, or "{_ANY_MODEL}". You entered {shown(value)}. '
            'Try ["allenai/longformer-base-4096"].'
        )
    return tuple(dict.fromkeys(each.strip() for each in value))


def _switch(value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        raise InputError(f"{name} must be true or false. You entered {shown(value)}. Try false.")
    return value


def _seconds(value: Any, name: str) -> float | None:
    if value is None or value == _NO_LIMIT:
        return None
    if not isinstance(value, Real) or isinstance(value, bool) or not math.isfinite(value) or value <= 0:
        raise InputError(
            f'{name} must be a number of seconds over 0, or "{_NO_LIMIT}". You entered {shown(value)}. Try 60.'
        )
    return float(value)


def _whole(try_this: int, least: int = 1, most: int | None = None) -> Callable[[Any, str], int]:
    def check(value: Any, name: str) -> int:
        if not is_whole(value) or value < least or (most is not None and value > most):
            limits = f"from {least} to {most:,}" if most is not None else f"of {least} or more"
            raise InputError(f"{name} must be a whole number {limits}. You entered {shown(value)}. Try {try_this}.")
        return int(value)

    return check


def _runner(value: Any, name: str) -> str:
    if value in ("", _NO_LIMIT):
        return ""
    try:
        return check_client_address(value)
    except InputError as problem:
        raise InputError(f'{name} must be an address, or "{_NO_LIMIT}". {problem}') from problem


def _limit(try_this: int) -> Callable[[Any, str], int | None]:
    def check(value: Any, name: str) -> int | None:
        if value is None or value == _NO_LIMIT:
            return None
        if not is_whole(value) or value < 1:
            raise InputError(
                f'{name} must be a whole number of 1 or more, or "{_NO_LIMIT}". You entered {shown(value)}. '
                f"Try {try_this}."
            )
        return int(value)

    return check


_CHECKS: dict[str, Callable[[Any, str], Any]] = {
    "mode": _mode,
    "models": _models,
    "allow_folders": _switch,
    "allow_downloads": _switch,
    "allow_training": _switch,
    "max_sweep_seconds": _seconds,
    "max_text_characters": _whole(200_000, most=_MOST_CHARACTERS),
    "max_upload_megabytes": _whole(25, most=_MOST_UPLOAD_MEGABYTES),
    "max_corpus_documents": _whole(20, most=_MOST_CORPUS_DOCUMENTS),
    "max_tokens": _limit(8_192),
    "max_run_seconds": _seconds,
    "max_session_megabytes": _limit(64),
    "max_sessions": _limit(60),
    "max_sessions_per_address": _limit(40),
    "max_requests_per_minute": _limit(240),
    "trusted_proxies": _whole(1, least=0),
    "runner": _runner,
}
