"""Work as bytes: functions and results that processes of one version exchange.

Whoever can send such bytes can run any code, so only servers and workers of one private network exchange them. A
model travels as its name and is loaded again by the process that reads it.
"""

import io
import pickle
from collections.abc import Callable
from typing import Any

from longformer_viz.models.loading import LoadedModel
from longformer_viz.models.store import stored_arguments, stored_model
from longformer_viz.spec import InputError, shown


def packed(value: Any, download: bool = False) -> bytes:
    """Return a value as bytes.

    Args:
        value: A function with all that it refers to, or a result.
        download: Whether the process that reads it may download a named model that it does not have.

    Raises:
        InputError: It refers to a model that is not in the store, which another process could not load.
    """
    # Imported here because it comes with Ray, which is optional.
    import cloudpickle

    class Pickler(cloudpickle.Pickler):
        def reducer_override(self, obj: Any) -> Any:
            if isinstance(obj, LoadedModel):
                return _reduced(obj, download)
            return super().reducer_override(obj)

    buffer = io.BytesIO()
    Pickler(buffer, protocol=pickle.HIGHEST_PROTOCOL).dump(value)
    return buffer.getvalue()


def unpacked(data: bytes) -> Any:
    """Return the value that `packed` made bytes of.

    Args:
        data: The bytes, of a server or worker that is trusted.

    Raises:
        InputError: It refers to a model that this process cannot load.
    """
    return pickle.loads(data)


def _reduced(model: LoadedModel, download: bool) -> tuple[Callable[..., LoadedModel], tuple[Any, ...]]:
    found = stored_arguments(model)
    if found is None:
        raise InputError(
            "A model for another process must be one that stored_model has loaded, since it is loaded again there. "
            f"You entered a model with the name {shown(model.name)} that is not in the store. "
            "Run it in this process."
        )
    return _stored, (*found, download)


def _stored(name: str | None, task: str | None, device: str, dtype: str, download: bool) -> LoadedModel:
    return stored_model(name, task=task, device=device, dtype=dtype, download=download)
