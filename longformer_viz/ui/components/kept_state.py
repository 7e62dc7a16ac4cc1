"""A callback that does nothing, for the states of components."""


def keep_state() -> None:
    """Do nothing. Streamlit keeps a component's state only where a callback is named."""
