"""Count the parameters of an encoder, or of one layer's attention."""

from longformer_viz.cost.families import CHUNK
from longformer_viz.cost.methods import Method, modern_intermediate
from longformer_viz.cost.setup import Setup


def weight_count(setup: Setup) -> int:
    """Return the number of parameters of the encoder, or of one layer's attention.

    Args:
        setup: The setup; position embeddings have the padded length.
    """
    sizes, family = setup.sizes, setup.method.family
    hidden = sizes.shape.hidden
    dense = hidden**2 + hidden
    if setup.level == "layer":
        plain = {"reformer": 2 * hidden**2, "modernbert": 4 * hidden**2}
        return plain.get(family, (6 if has_global_projections(setup.method) else 3) * dense)
    return (
        _embedding_count(setup)
        + sum(layer_counts(setup))
        + {"modernbert": hidden, "reformer": 4 * hidden}.get(family, 0)
    )


def has_global_projections(method: Method) -> bool:
    """Return whether the method has separate projections for global tokens.

    Args:
        method: The method.
    """
    return method.family in ("longformer", "huggingface")


def _embedding_count(setup: Setup) -> int:
    shape, positions = setup.sizes.shape, setup.sizes.n
    family, hidden = setup.method.family, setup.sizes.shape.hidden
    if family == "modernbert":
        return shape.vocabulary * hidden + hidden
    if family == "reformer":
        return (shape.vocabulary + positions) * hidden
    if family == "chunks":
        positions = CHUNK
    if has_global_projections(setup.method):
        positions += 2
    return (shape.vocabulary + positions + 2) * hidden + 2 * hidden  # Two token types; scale and shift of the norm.


def layer_counts(setup: Setup) -> list[int]:
    """Return the number of parameters of each layer.

    Args:
        setup: The setup.
    """
    shape, family = setup.sizes.shape, setup.method.family
    hidden, wide = shape.hidden, shape.intermediate
    feed_forward = 2 * hidden * wide + wide + hidden
    if family == "modernbert":
        gated = 3 * hidden * modern_intermediate(shape)
        return [4 * hidden**2 + gated + hidden * (1 if layer == 0 else 2) for layer in range(shape.layers)]
    if family == "reformer":
        return [(4 - layer % 2) * hidden**2 + feed_forward + 4 * hidden for layer in range(shape.layers)]
    dense = (7 if has_global_projections(setup.method) else 4) * (hidden**2 + hidden)
    return [dense + feed_forward + 4 * hidden] * shape.layers
