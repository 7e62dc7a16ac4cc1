"""Average two adapters: `python -m longformer_viz.training.average ONE OTHER --share S --folder F`.

OTHER must continue the training of ONE. The mean of their weights keeps most of what each does best (Wortsman et al.
2022, arXiv:2109.01903). In this project ONE is best on short passages and OTHER on whole documents.
"""

import shutil
from argparse import ArgumentParser
from pathlib import Path

from safetensors.torch import load_file, save_file

from longformer_viz.spec import InputError, shown

WEIGHTS = "adapter_model.safetensors"


def main() -> None:
    """Average the two adapters that the command line names."""
    parser = ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("one", type=Path, help="folder of an adapter")
    parser.add_argument("other", type=Path, help="folder of an adapter that continued its training")
    parser.add_argument("--share", type=float, default=0.5, help="weight of the second adapter, from 0 to 1")
    parser.add_argument("--folder", type=Path, required=True, help="folder for the average")
    chosen = parser.parse_args()
    try:
        averaged(chosen.one, chosen.other, chosen.share, chosen.folder)
    except InputError as fault:
        raise SystemExit(str(fault)) from None


def averaged(one: Path, other: Path, share: float, folder: Path) -> None:
    """Write the weighted mean of two adapters.

    Args:
        one: Folder of an adapter.
        other: Folder of an adapter that continued the training of `one`.
        share: Weight of `other`, from 0 to 1; `one` has the rest.
        folder: Folder for the mean, in half precision.

    Raises:
        InputError: If `share` is outside 0 to 1, or the adapters' tensors differ in name or shape.
    """
    if not 0 <= share <= 1:
        raise InputError(f"share must lie between 0 and 1. You entered {shown(share)}. Try 0.5.")
    first, second = load_file(one / WEIGHTS), load_file(other / WEIGHTS)
    if {name: weight.shape for name, weight in first.items()} != {name: w.shape for name, w in second.items()}:
        raise InputError(
            f"Two adapters must have the same tensors to be averaged; those of {shown(str(one))} and "
            f"{shown(str(other))} differ. Use an adapter that continued the training of the other."
        )
    folder.mkdir(parents=True, exist_ok=True)
    mean = {name: first[name].float().lerp(second[name].float(), share).half() for name in first}
    save_file(mean, folder / WEIGHTS, {"format": "pt"})
    shutil.copyfile(other / "adapter_config.json", folder / "adapter_config.json")


if __name__ == "__main__":
    main()
