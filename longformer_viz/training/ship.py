"""Ship a trained adapter: `python -m longformer_viz.training.ship TASK [--run FOLDER] --data FILE ...`.

Evaluates it on the held-out documents of its training files and calibrates questions on one half of them; the figures
come from the other half. Writes weights, settings and model card into the package. Without --run the adapter in the
package is evaluated and calibrated again, as after a change of the base model.
"""

import json
import shutil
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import transformers
from transformers import AutoConfig

from longformer_viz.memory import keep_freed_memory
from longformer_viz.models.adapters import TASKS, adapter_folder, merge
from longformer_viz.models.embedded import embedded_folder
from longformer_viz.models.loading import LoadedModel, load
from longformer_viz.spec import InputError, shown
from longformer_viz.tasks.classifying import classify
from longformer_viz.tasks.labels.training_distance import FIGURES
from longformer_viz.tasks.scoring import macro_f1
from longformer_viz.training.calibration import calibrated
from longformer_viz.training.datasets import Article, LabelledText, read_labelled, read_questions
from longformer_viz.training.held_out import held_out_articles, held_out_texts
from longformer_viz.training.judged_questions import asked_of, figures_of, heard_of
from longformer_viz.training.model_card import model_card

_WEIGHTS = ("adapter_model.safetensors", "adapter_config.json")
_UNCALIBRATED = {"none_slope": 1.0, "none_bias": 0.0, "temperature": 1.0}


def main() -> None:
    """Evaluate, calibrate and write the adapter that the command line names."""
    chosen = options()
    keep_freed_memory()
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    try:
        held_out = ship(chosen)
    except InputError as fault:
        raise SystemExit(str(fault)) from None
    print(json.dumps(held_out, indent=1))


def ship(chosen: Namespace) -> dict[str, float]:
    """Make a run's best adapter the one in the package. Nothing there changes before the evaluation has succeeded.

    Args:
        chosen: The options of the command line.

    Returns:
        The figures on the held-out documents.

    Raises:
        InputError: If the folder has no run, a file cannot be read, or too few documents are held out.
    """
    target = adapter_folder(chosen.task)
    if chosen.run is None:
        weights = [target / name for name in _WEIGHTS]
        known = json.loads((target / "task.json").read_text(encoding="utf-8"))["trained"]
    else:
        weights, known = run_weights(Path(chosen.run)), trained(chosen)
    settings: dict[str, Any] = {"task": chosen.task, "labels": None, "trained": known}
    articles: list[list[Article]] = []
    unseen: list[tuple[Article, ...]] = []
    texts: list[LabelledText] = []
    if chosen.task == "qa":
        settings["calibration"] = _UNCALIBRATED
        articles = [held_out_articles(read_questions(path).items)[1] for path in chosen.data]
        articles = [apart for apart in articles if apart]
        unseen = [read_questions(path).items for path in chosen.unseen]
        settings["trained"]["unseen"] = [Path(path).name for path in chosen.unseen]
        settings["calibration_command"] = calibration_command(chosen)
    else:
        files = [read_labelled(path).items for path in chosen.data]
        settings["labels"] = sorted({text.label for file in files for text in file})
        texts = [text for file in files for text in held_out_texts(file)[1]]
    if sum(map(len, articles)) < 2 if chosen.task == "qa" else not texts:
        raise InputError("One document in ten must be held out for evaluation; these files have too few. Add more.")
    with TemporaryDirectory() as name:
        made, merged = Path(name, "adapter"), Path(name, "merged")
        made.mkdir()
        for file in weights:
            shutil.copyfile(file, made / file.name)
        write(made, settings)
        merge(made, embedded_folder(), merged)
        model = replace(load(str(merged)), settings=settings)
        if chosen.task == "qa":
            settings["calibration"], figures = judged_questions(model, articles, chosen.every, unseen)
            settings |= figures
        else:
            settings["held_out"] = judged_labels(model, texts[:: chosen.every])
        write(made, settings)
        figures = target / FIGURES  # They measure the base model's embeddings, so a new adapter does not change them.
        distance = json.loads(figures.read_text(encoding="utf-8")) if figures.is_file() else None
        (made / "README.md").write_text(model_card(settings, distance), encoding="utf-8")
        target.mkdir(parents=True, exist_ok=True)
        for file in made.iterdir():
            shutil.copyfile(file, target / file.name)
    return settings["held_out"]


def options() -> Namespace:
    """Parse the command line."""
    parser = ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("task", choices=TASKS)
    parser.add_argument("--run", help="the folder that training wrote; by default the adapter in the package")
    parser.add_argument("--data", nargs="+", required=True, help="the files it was trained on, without :TIMES")
    parser.add_argument(
        "--unseen", nargs="*", default=[], help="questions not used in training, adversarial ones included"
    )
    parser.add_argument("--commands", default="", help="a file with the training commands, for the model card")
    parser.add_argument("--every", type=int, default=1, help="evaluate on every n-th held-out question or text")
    return parser.parse_args()


def run_weights(run: Path) -> list[Path]:
    """Return the files of a run's best adapter.

    Args:
        run: The folder that training wrote.

    Raises:
        InputError: If the folder lacks one of them, or the training state.
    """
    weights = [run / "best" / name for name in _WEIGHTS]
    for file in (run / "state.json", *weights):
        if not file.is_file():
            raise InputError(
                f"A run must be a folder that training wrote; {shown(str(run))} lacks {file.name}. "
                "Use the --folder of longformer-viz train-adapter."
            )
    return weights


def calibration_command(chosen: Namespace) -> str:
    """Return the command that repeats the calibration of the adapter in the package.

    Args:
        chosen: The options of the command line.
    """
    data, unseen = (" ".join(Path(path).name for path in files) for files in (chosen.data, chosen.unseen))
    command = f"python -m longformer_viz.training.ship qa --data {data}"
    if chosen.every > 1:
        command += f" --every {chosen.every}"
    return f"{command} --unseen {unseen}" if unseen else command


def trained(chosen: Namespace) -> dict[str, Any]:
    """Describe how the adapter was trained.

    Args:
        chosen: The options of the command line.

    Returns:
        The run's files, recipe and steps, and the commands that repeat it.
    """
    state = json.loads((Path(chosen.run) / "state.json").read_text())
    adapter = json.loads((Path(chosen.run) / "best" / "adapter_config.json").read_text())
    commands = Path(chosen.commands).read_text().strip().splitlines() if chosen.commands else []
    return {
        "files": [Path(path).name for path in chosen.data],
        "recipe": state["recipe"] | {"rank": adapter["r"]},  # A run that continues from another keeps its rank.
        "steps": state["step"],
        "planned_steps": state["steps"],
        "commands": commands,
        "position_tiling": AutoConfig.from_pretrained(embedded_folder()).position_tiling,
    }


def write(folder: Path, settings: dict[str, Any]) -> None:
    """Write `task.json`, which the merged model keeps.

    Args:
        folder: The adapter's folder.
        settings: The adapter's settings.
    """
    (folder / "task.json").write_text(json.dumps(settings, indent=1) + "\n")


def judged_questions(
    model: LoadedModel, files: Sequence[Sequence[Article]], every: int, unseen: Sequence[Sequence[Article]] = ()
) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """Fit the calibration on one half of the held-out questions, and evaluate on the other.

    Args:
        model: The model with the adapter.
        files: The held-out articles of each training file.
        every: Take every n-th question.
        unseen: Articles of data sets that training did not use.

    Returns:
        The calibration's parameters, and the figures on held-out and on unseen documents.
    """
    random = np.random.default_rng(0)
    heard = [one for articles in files for one in heard_of(model, asked_of(articles, random, every))]
    order = random.permutation(len(heard))
    fitted, apart = ([heard[index] for index in order[half::2]] for half in (0, 1))
    calibration = calibrated([one.judged for one in fitted])
    found = {"held_out": figures_of(apart, calibration)}
    if unseen:
        random = np.random.default_rng(1)  # Independent of the draw for the held-out files.
        asked = [one for articles in unseen for one in asked_of(articles, random, edited=False)]
        found["unseen"] = figures_of(list(heard_of(model, asked)), calibration)
    return calibration.settings(), found


def judged_labels(model: LoadedModel, texts: Sequence[LabelledText]) -> dict[str, float]:
    """Evaluate the labels on held-out texts, each read completely.

    Args:
        model: The model with the adapter.
        texts: The held-out texts.

    Returns:
        The number of texts, accuracy and macro F1.
    """
    usable = []
    for text in texts:
        try:
            usable.append((classify(model, text.text)[0].name, text.label))
        except InputError:  # The post has only punctuation.
            continue
    said, true = zip(*usable, strict=True)
    accuracy = float(np.mean([mine == theirs for mine, theirs in usable]))
    return {"texts": len(usable), "accuracy": round(accuracy, 4), "macro_f1": round(macro_f1(said, true), 4)}


if __name__ == "__main__":
    main()
