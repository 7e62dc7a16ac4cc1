"""A component's module inside a page of its own, without a server."""

import re

from longformer_viz.widget.bundles import script


def mounting(name: str) -> str:
    """The component's JavaScript with its default export in the constant `mount`."""
    code, exported = re.subn(r"export \{\s*(\w+) as default\s*\};", r"const mount = \1;", script(name))
    assert exported == 1
    return code
