"""What the Attention page wrote into the address: the map's view and the pinned runs."""

from longformer_viz.ui.address_echo import written_address
from longformer_viz.ui.attention import map_address, pinned

# Streamlit clears the address on the way to another page.
WRITTEN = tuple(param.key for param in (*map_address.LINK_PARAMS, *pinned.LINK_PARAMS))


def address_of_map() -> dict[str, str]:
    """Return the values by name, for the session files of other pages."""
    values = {key: written_address(key) for key in WRITTEN} | {pinned.PINS.key: pinned.pins_for_file()}
    return {key: value for key, value in values.items() if value}
