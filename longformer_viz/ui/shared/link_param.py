"""A value that a link carries, declared beside the control that shows it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, Literal, TypedDict, TypeVar

import streamlit as st

from longformer_viz.spec import InputError, shown

Default = TypeVar("Default")


class Bound(TypedDict):
    """The arguments that bind a control to the address."""

    key: str
    bind: Literal["query-params"]


@dataclass(frozen=True, slots=True)
class LinkParam(Generic[Default]):
    """A value that a link carries.

    Attributes:
        key: Its name in the address, and the key of its control.
        check: A function that raises InputError for a text that the control does not accept.
        default: Value of the page if the link has none; None if that depends on the model, document or server.
        former: Returns the present name of a value in a link of an earlier version, and any other value unchanged.
        is_control: Whether a control of Streamlit shows it. Otherwise the page writes it into the address.
        otherwise: What becomes of a bad value, as a sentence.
    """

    key: str
    check: Callable[[str], object]
    default: Default
    former: Callable[[str], str] = str
    is_control: bool = True
    otherwise: str = "The page uses its default instead."

    @property
    def bound(self) -> Bound:
        """The arguments that bind a control to the address."""
        return Bound(key=self.key, bind="query-params")

    def linked_number(self) -> int | None:
        """Return the whole number that the address gave when the session started, None for none or a bad one."""
        values = st.session_state.setdefault("linked_numbers", {})
        if self.key not in values:
            try:
                self.check(st.query_params[self.key])
                values[self.key] = int(st.query_params[self.key])
            except (KeyError, InputError):
                values[self.key] = None
        return values[self.key]


def renamed(names: Mapping[str, str]) -> Callable[[str], str]:
    """Return a function for `LinkParam.former`.

    Args:
        names: The present name of each former one.
    """
    return lambda value: names.get(value, value)


def whole_or_text(text: str) -> int | str:
    """Return the whole number that a `text` states, or the text itself for a check that reports it."""
    return int(text) if re.fullmatch(r"[+-]?[0-9]{1,18}", text) else text


def any_text(text: str) -> str:
    """Accept every `text`, for values that only the page can check."""
    return text


def one_of(name: str, options: tuple[str, ...]) -> Callable[[str], None]:
    """Return a check that accepts these options.

    Args:
        name: What the error calls the value.
        options: The options.
    """

    def check(text: str) -> None:
        if text not in options:
            raise InputError(f"{name} must be one of {', '.join(options)}. The link has {shown(text)}.")

    return check


def switch(name: str) -> Callable[[str], None]:
    """Return a check that accepts true and false.

    Args:
        name: What the error calls the value.
    """
    check = one_of(name, ("true", "false"))
    return lambda text: check(text.lower())


def whole(name: str, least: int = 0, most: int = 999_999_999) -> Callable[[str], None]:
    """Return a check that accepts whole numbers in a range.

    Args:
        name: What the error calls the value.
        least: The smallest number.
        most: The largest number.
    """

    def check(text: str) -> None:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise InputError(f"{name} must be a whole number from {least} to {most:,}. The link has {shown(text)}.")

    return check
