"""Export the finished model of a run: as a ZIP file, or to the hub."""

import io
import zipfile

from huggingface_hub import HfApi

from longformer_viz.models.runs import run_model_folder
from longformer_viz.spec import InputError, shown
from longformer_viz.training.runs.run_state import RunState


def model_zip(run: RunState) -> bytes:
    """Return a ZIP file with a folder that stock transformers loads, and a model card.

    Args:
        run: A finished run.

    Raises:
        InputError: If the run has not finished.
    """
    folder = run_model_folder(run.name)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:  # Weights do not get smaller.
        for file in sorted(folder.iterdir()):
            archive.write(file, f"{run.name}/{file.name}")
    return packed.getvalue()


def push_to_hub(run: RunState, repository: str, token: str) -> str:
    """Upload the finished model of a run to a repository of its owner.

    Args:
        run: A finished run.
        repository: Name of the repository, such as "someone/contracts". It is made private where it does not exist.
        token: The owner's access token. It is not kept.

    Returns:
        The address of the repository.

    Raises:
        InputError: If the run has not finished, or the hub refuses or cannot be reached.
    """
    folder = run_model_folder(run.name)
    api = HfApi(token=token)
    try:
        made = api.create_repo(repository, private=True, exist_ok=True)
        api.upload_folder(repo_id=repository, folder_path=folder, commit_message="Upload a fine-tuned model")
    except Exception as fault:  # The hub and the network raise many kinds of errors, which may quote the token.
        reason = str(fault).replace(token, "…").split("\n")[0][:200]
        raise InputError(
            f"The hub must accept the upload to {shown(repository)}. It answered: {type(fault).__name__}: {reason}. "
            "Check the name, the token and the network."
        ) from None
    return str(made)
