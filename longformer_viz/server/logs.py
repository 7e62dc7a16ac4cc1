"""Logs as JSON lines on standard error: what happened and how much, never what a visitor wrote.

Messages of other libraries, and of exceptions, may quote a visitor's text. In public mode, what they fill into a
message is left out, and of an exception its type and the lines of code remain.
"""

import json
import linecache
import logging
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType

NAME = "longformer_viz.server"
_LOGGER = logging.getLogger(NAME)
_VALUES = "values"  # the attribute of a record with an event's values
_CODE = "code"  # the attribute of a record with the lines of code of its exception
_MOST_LINES = 12
_WITH_FALSE_ALARMS = ("uvicorn.error", "streamlit.runtime.scriptrunner_utils.script_run_context")


def log_event(event: str, level: int = logging.INFO, **values: str | int | float | None) -> None:
    """Log an event of the server. In personal mode only warnings and errors are printed.

    Args:
        event: What happened, as one word with underscores.
        level: A level of `logging`.
        values: Numbers, and words of this program. Never anything that a visitor sent.
    """
    _LOGGER.log(level, event, extra={_VALUES: values})


def log_error(event: str, error: BaseException) -> None:
    """Log an exception: its type and where it was raised, without its message.

    Args:
        event: What failed, as one word with underscores.
        error: The exception.
    """
    extra = {_VALUES: {"error": type(error).__name__}, _CODE: code_lines(error.__traceback__)}
    _LOGGER.error(event, extra=extra)


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a `record`."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {"time": at, "level": record.levelname.lower()}
        if record.name == NAME:
            line |= {"event": record.msg, **getattr(record, _VALUES, {})}
        else:
            line |= {"event": "message", "logger": record.name, "message": record.getMessage()}
            line |= getattr(record, _VALUES, {})
        if record.exc_info and record.exc_info[0] is not None:
            line |= {"error": record.exc_info[0].__name__, "code": code_lines(record.exc_info[2])}
        elif lines := getattr(record, _CODE, None):
            line["code"] = lines
        return json.dumps(line, ensure_ascii=True)


def code_lines(raised: TracebackType | None) -> list[str]:
    """Return the innermost lines of a traceback as "file:line function".

    Args:
        raised: The traceback.
    """
    frames = traceback.extract_tb(raised)[-_MOST_LINES:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def set_up_logs(is_public: bool) -> None:
    """Print the server's events, and in public mode keep what visitors wrote out of everything that is logged.

    Call it when the server has started, so that the handlers of the server's libraries exist.

    Args:
        is_public: Whether the mode is "public".
    """
    if not _LOGGER.handlers:
        _LOGGER.addHandler(logging.StreamHandler())
    _LOGGER.handlers[0].setFormatter(JsonLines())
    _LOGGER.setLevel(logging.INFO if is_public else logging.WARNING)
    _LOGGER.propagate = False
    for name in _WITH_FALSE_ALARMS:
        logging.getLogger(name).addFilter(_is_no_false_alarm)
    if not is_public:
        return
    made = logging.getLogRecordFactory()
    if not isinstance(made, _WithoutValues):
        logging.setLogRecordFactory(_WithoutValues(made))
    logging.captureWarnings(True)
    if not logging.root.handlers:
        logging.root.addHandler(logging.StreamHandler())
    for logger in [logging.root, *logging.root.manager.loggerDict.values()]:
        for handler in getattr(logger, "handlers", ()):
            handler.setFormatter(JsonLines())
    sys.excepthook = lambda _kind, error, _traceback: log_error("failed", error)
    threading.excepthook = _log_thread


class _WithoutValues:
    """Makes records of other libraries that keep the words of the program and drop what was filled in."""

    def __init__(self, make: Callable[..., logging.LogRecord]) -> None:
        self._make = make

    def __call__(self, name: str, *rest: object, **named: object) -> logging.LogRecord:
        record = self._make(name, *rest, **named)
        if name == NAME:
            return record
        record.msg = str(record.msg) if record.args or _is_written_in(record) else "(not shown)"
        record.args = None
        setattr(record, _VALUES, {"at": f"{record.pathname}:{record.lineno}"})
        if record.exc_info and record.exc_info[0] is not None:
            kind, _, raised = record.exc_info
            setattr(record, _CODE, code_lines(raised))
            getattr(record, _VALUES)["error"] = kind.__name__
            record.exc_info = None
        record.stack_info = None
        return record


def _is_written_in(record: logging.LogRecord) -> bool:
    """Return whether a message without values stands in the code that logs it, so that no value is part of it."""
    return isinstance(record.msg, str) and record.msg in "".join(linecache.getlines(record.pathname))


def _is_no_false_alarm(record: logging.LogRecord) -> bool:
    """Return whether a record is none of those that the server's normal work causes.

    uvicorn logs one for each connection that was refused with an answer, and Streamlit one when the status page asks
    for the queue.
    """
    message = str(record.msg)
    return "without completing handshake" not in message and "missing ScriptRunContext" not in message


def _log_thread(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_value is not None and failed.exc_type is not SystemExit:
        log_error("thread_failed", failed.exc_value)
