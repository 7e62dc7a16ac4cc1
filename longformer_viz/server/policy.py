"""What a visitor may ask of this server: the one place that decides and refuses.

Each check raises InputError, whose message says what the server offers. Controls that are not offered are hidden, but
a page checks all the same, because a browser can send values that no control offers.
"""

import re
from dataclasses import replace
from pathlib import Path

from longformer_viz.models.embedded import NAME as BUILT_IN
from longformer_viz.models.gguf.smollm2 import NAME as SMOLLM2
from longformer_viz.models.gguf.smollm2 import can_be_loaded
from longformer_viz.models.runs import RUN_PREFIX, finished_runs, is_run_name
from longformer_viz.server.settings import AppSettings, app_settings
from longformer_viz.spec import InputError, shown

MEGABYTE = 2**20
_HUB_NAME = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)?")


def offered_models() -> tuple[str, ...] | None:
    """Return the names of the models that are offered, "" for the built-in one; None if a visitor may name any."""
    settings = app_settings()
    if settings.models is None:
        return None
    built_in = ("", SMOLLM2) if can_be_loaded(download=settings.allow_downloads) else ("",)
    runs = [RUN_PREFIX + name for name in finished_runs()] if settings.allow_training else []
    return tuple(dict.fromkeys([*built_in, *settings.models, *runs]))


def check_model(name: str | None) -> None:
    """Check that a model may be loaded. A name that is refused is never looked for on this server.

    Args:
        name: As for `load`; None or "" for the built-in model.

    Raises:
        InputError: This server does not offer it.
    """
    settings = app_settings()
    if not name or name == SMOLLM2 or name in (settings.models or ()):
        return
    if is_run_name(name):
        if not settings.allow_training:
            raise _model_problem(name, "no models of training runs")
    elif settings.models is not None:
        raise _model_problem(name, "only these models")
    elif not settings.allow_folders and not _is_on_hub(name):
        raise _model_problem(name, "no models from folders and files")


def _is_on_hub(name: str) -> bool:
    """Return whether only the hub can be meant. A folder of the working directory could have such a name as well."""
    is_named = _HUB_NAME.fullmatch(name) is not None and ".." not in name and not name.lower().endswith(".gguf")
    return is_named and not Path(name).exists()


def _model_problem(name: str, offer: str) -> InputError:
    offered = offered_models()
    rule = f"This server offers {offer}"
    if offered is None:
        return InputError(f"{rule}. You entered {shown(name)}. Enter a name of the Hugging Face Hub.")
    names = ", ".join(one or BUILT_IN for one in offered if not is_run_name(one))
    rule = f"{rule}: {names}" if offer.endswith("models") else rule
    return InputError(f"{rule}. You entered {shown(name)}. Choose {BUILT_IN}.")


def check_visitor_text(text: str) -> str:
    """Return a visitor's text if the server accepts it.

    Args:
        text: A document, pasted or read from a file, or a question.

    Raises:
        InputError: It is no text, or too long for this server.
    """
    most = app_settings().max_text_characters
    if not isinstance(text, str):
        raise InputError(f"A document must be a text. You entered {shown(text)}. Paste some text.")
    if len(text) > most:
        raise InputError(
            f"This server accepts a text of at most {most:,} characters. This one has {len(text):,}. "
            "Split it, or keep only the part that you need."
        )
    return text


def check_upload(name: str, data: bytes, most_megabytes: int | None = None) -> bytes:
    """Return the bytes of an uploaded file if the server accepts them.

    Args:
        name: The file's name.
        data: Its bytes.
        most_megabytes: A lower limit of the file's reader.

    Raises:
        InputError: The file is too large for this server.
    """
    most = min(app_settings().max_upload_megabytes, most_megabytes or app_settings().max_upload_megabytes)
    if len(data) > most * MEGABYTE:
        raise InputError(
            f"This server accepts a file of at most {most} MB. {shown(name)} has {len(data) / MEGABYTE:,.1f} MB. "
            "Split it, or keep only the part that you need."
        )
    return data


def check_tokens(count: int) -> None:
    """Check the length of a run of a model.

    Args:
        count: Tokens of the document or the part.

    Raises:
        InputError: It is too long for this server.
    """
    most = app_settings().max_tokens
    if most is not None and count > most:
        raise InputError(
            f"This server runs a model over at most {most:,} tokens. This document has {count:,}. "
            "Use a shorter document, or a part of it."
        )


def check_corpus_documents(count: int) -> None:
    """Check the number of documents of a corpus.

    Args:
        count: The number.

    Raises:
        InputError: There are too many for this server.
    """
    most = app_settings().max_corpus_documents
    if count > most:
        raise InputError(
            f"This server accepts at most {most:,} documents at once. You entered {count:,}. Remove some of them, or "
            "use the command longformer-viz corpus on your own computer."
        )


def check_training() -> None:
    """Check that visitors may train models.

    Raises:
        InputError: They may not.
    """
    if not app_settings().allow_training:
        raise InputError(
            "This server offers no training. To fine-tune a model, install Longformer Viz on your own computer: "
            "pip install longformer-viz"
        )


def check_sweep(seconds: float) -> None:
    """Check the duration of a measurement before it starts.

    Args:
        seconds: Its predicted duration.

    Raises:
        InputError: It is too long for this server.
    """
    most = app_settings().max_sweep_seconds
    if most is not None and seconds > most:
        raise InputError(
            f"This server measures for at most {most:,.0f} s. This measurement would take about {seconds:,.0f} s. "
            "Choose fewer methods or shorter documents."
        )


def allowance(settings: AppSettings) -> str:
    """Return one sentence on what a server with these `settings` accepts; "" for one with the defaults."""
    if replace(settings, runner="") == AppSettings():
        return ""
    parts = [
        f"texts of up to {settings.max_text_characters:,} characters",
        f"files of up to {settings.max_upload_megabytes} MB",
    ]
    if settings.max_tokens is not None:
        parts.append(f"runs of up to {settings.max_tokens:,} tokens")
    return f"This server accepts {', '.join(parts[:-1])} and {parts[-1]}."
