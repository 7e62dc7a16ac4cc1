"""The values of Streamlit's controls, as its frontend sends them."""

from dataclasses import dataclass
from typing import Any

from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.WidgetStates_pb2 import WidgetState


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a control.

    Attributes:
        field: The field of Streamlit's `WidgetState` that carries it.
        value: The value.
    """

    field: str
    value: Any


def first_value(kind: str, proto: Any) -> Value | None:
    """Return the value of a control that has just arrived: what the app sets, or its default.

    Args:
        kind: The control's kind, as Streamlit's protobuf names it.
        proto: Its message.

    Returns:
        The value; None for a control without one, or of a kind that the benchmark's pages do not have.
    """
    if not getattr(proto, "set_value", False):
        return default_value(kind, proto)
    if kind in ("selectbox", "radio"):
        return Value("string_value", proto.raw_value) if proto.HasField("raw_value") else None
    if kind == "slider":
        is_of_texts = proto.type == Slider.Type.SELECT_SLIDER
        return (
            Value("string_array_value", list(proto.raw_value))
            if is_of_texts
            else Value("double_array_value", list(proto.value))
        )
    default = default_value(kind, proto)
    return None if default is None else Value(default.field, proto.value)


def default_value(kind: str, proto: Any) -> Value | None:
    """Return the default of a control.

    Args:
        kind: The control's kind, as Streamlit's protobuf names it.
        proto: Its message.

    Returns:
        The value; None for a control without one, or of a kind that the benchmark's pages do not have.
    """
    match kind:
        case "selectbox" | "radio":
            return Value("string_value", proto.options[proto.default]) if proto.HasField("default") else None
        case "slider" if proto.type == Slider.Type.SELECT_SLIDER:
            return Value("string_array_value", [proto.options[int(index)] for index in proto.default])
        case "slider":
            return Value("double_array_value", list(proto.default))
        case "text_input" | "text_area":
            return Value("string_value", proto.default)
        case "number_input":
            return Value("double_value", proto.default)
        case "checkbox":
            return Value("bool_value", proto.default)
        case "popover":
            return Value("bool_value", proto.open)
    return None


def put_value(state: WidgetState, name: str, value: Value) -> None:
    """Write a value into a message.

    Args:
        state: The part of the message.
        name: The control's id.
        value: The value.
    """
    state.id = name
    if isinstance(value.value, list):
        getattr(state, value.field).data.extend(value.value)
    else:
        setattr(state, value.field, value.value)
