"""`python -m longformer_viz.tasks.ship TASK --run FOLDER --data FILE ...`: make a trained adapter the shipped one.

Judges it on the held-out documents of the files it was trained on, calibrates questions there (one half of them; the
figures come from the other), and writes weights, settings and model card into the package.
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

from longformer_viz.memory import keep_freed_memory
from longformer_viz.models.adapters import TASKS, adapter_folder, merge
from longformer_viz.models.embedded import embedded_folder
from longformer_viz.models.loading import LoadedModel, load
from longformer_viz.spec import InputError, shown
from longformer_viz.tasks.answering import answer
from longformer_viz.tasks.calibration import RIGHT_F1, Judged, calibrated, quality_of
from longformer_viz.tasks.classifying import classify
from longformer_viz.tasks.datasets import Article, held_out_articles, held_out_texts, read_labelled, read_questions
from longformer_viz.tasks.model_card import model_card
from longformer_viz.tasks.scoring import exact_match, f1, macro_f1

_UNCALIBRATED = {"none_slope": 1.0, "none_bias": 0.0, "temperature": 1.0}


def main() -> None:
    """Judge, calibrate, write."""
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
    """Put the run's best adapter in the package's place; its figures. Until it is judged nothing there changes.

    Raises InputError for a folder without a run, and for files that cannot be read.
    """
    run, target = Path(chosen.run), adapter_folder(chosen.task)
    weights = [run / "best" / name for name in ("adapter_model.safetensors", "adapter_config.json")]
    for file in (run / "state.json", *weights):
        if not file.is_file():
            raise InputError(
                f"A run must be a folder that training wrote; {shown(str(run))} lacks {file.name}. "
                "Give the --folder of longformer_viz.tasks.train."
            )
    settings: dict[str, Any] = {"task": chosen.task, "labels": None, "trained": trained(chosen)}
    if chosen.task == "qa":
        settings["calibration"] = _UNCALIBRATED
        held_out: list[Any] = [held_out_articles(read_questions(path).items)[1] for path in chosen.data]
    else:
        files = [read_labelled(path).items for path in chosen.data]
        settings["labels"] = sorted({text.label for texts in files for text in texts})
        held_out = [text for texts in files for text in held_out_texts(texts)[1]]
    if sum(map(len, held_out)) < 2 if chosen.task == "qa" else not held_out:
        raise InputError("The files must hold out documents to judge by, one in ten; of so few none is. Give more.")
    with TemporaryDirectory() as name:
        made, merged = Path(name, "adapter"), Path(name, "merged")
        made.mkdir()
        for file in weights:
            shutil.copyfile(file, made / file.name)
        write(made, settings)
        merge(made, embedded_folder(), merged)
        model = replace(load(str(merged)), settings=settings)
        if chosen.task == "qa":
            settings["calibration"], settings["held_out"] = judged_questions(model, held_out, chosen.every)
        else:
            settings["held_out"] = judged_labels(model, held_out[:: chosen.every])
        write(made, settings)
        (made / "README.md").write_text(model_card(settings), encoding="utf-8")
        target.mkdir(parents=True, exist_ok=True)
        for file in made.iterdir():
            shutil.copyfile(file, target / file.name)
    return settings["held_out"]


def options() -> Namespace:
    """The command line."""
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("task", choices=TASKS)
    parser.add_argument("--run", required=True, help="the folder that training wrote")
    parser.add_argument("--data", nargs="+", required=True, help="the files it was trained on, without :TIMES")
    parser.add_argument("--commands", default="", help="a file with the training commands, for the model card")
    parser.add_argument("--every", type=int, default=1, help="judge by every n-th held-out question or text")
    return parser.parse_args()


def trained(chosen: Namespace) -> dict[str, Any]:
    """What the adapter was trained with: this run's recipe, steps and files, and how to repeat it."""
    state = json.loads((Path(chosen.run) / "state.json").read_text())
    adapter = json.loads((Path(chosen.run) / "best" / "adapter_config.json").read_text())
    commands = Path(chosen.commands).read_text().strip().splitlines() if chosen.commands else []
    return {
        "files": [Path(path).name for path in chosen.data],
        "recipe": state["recipe"] | {"rank": adapter["r"]},  # a run that goes on from another keeps its rank
        "steps": state["step"],
        "planned_steps": state["steps"],
        "commands": commands,
    }


def write(folder: Path, settings: dict[str, Any]) -> None:
    """`task.json`, which the merged model carries along."""
    (folder / "task.json").write_text(json.dumps(settings, indent=1) + "\n")


def judged_questions(
    model: LoadedModel, files: Sequence[Sequence[Article]], every: int
) -> tuple[dict[str, float], dict[str, float]]:
    """Calibration, and the figures on each file's held-out paragraphs; a third as many again without an answer."""
    random = np.random.default_rng(0)
    judged, scores = [], {"f1": [], "exact_match": []}
    for articles in files:
        contexts = [paragraph.context for article in articles for paragraph in article.paragraphs]
        asked = [(p.context, q) for article in articles for p in article.paragraphs for q in p.questions if q.answers]
        order = random.permutation(len(asked))[: max(1, len(asked) // every)]
        for number, index in enumerate(order):
            context, question = asked[index]
            references = [reference.text for reference in question.answers]
            if number % 4 == 3:
                other = contexts[random.integers(len(contexts))]
                if any(reference in other for reference in references):
                    continue
                found = answer(model, question.text, other, count=20)
                judged.append(Judged(_logits(found), (False,) * len(found), False))
                continue
            found = answer(model, question.text, context, count=20)
            right = tuple(f1(span.text, references) >= RIGHT_F1 for span in found)
            judged.append(Judged(_logits(found), right, True))
            scores["f1"].append(f1(found[0].text, references))
            scores["exact_match"].append(exact_match(found[0].text, references))
    order = random.permutation(len(judged))
    fitted, apart = ([judged[index] for index in order[half::2]] for half in (0, 1))
    calibration = calibrated(fitted)
    figures = {name: float(np.mean(values)) for name, values in scores.items()} | quality_of(apart, calibration)
    return calibration.settings(), {"questions": len(judged)} | {name: round(x, 4) for name, x in figures.items()}


def _logits(found: Any) -> tuple[float, ...]:
    """The ranked spans' scores against no answer, from their uncalibrated shares."""
    best = found[0].probability
    return tuple(found.score + float(np.log(max(span.probability, 1e-300) / best)) for span in found)


def judged_labels(model: LoadedModel, texts: list[Any]) -> dict[str, float]:
    """Accuracy and macro F1 on held-out texts, each read whole."""
    usable = []
    for text in texts:
        try:
            usable.append((classify(model, text.text)[0].name, text.label))
        except InputError:  # a post of punctuation alone
            continue
    said, true = zip(*usable, strict=True)
    accuracy = float(np.mean([mine == theirs for mine, theirs in usable]))
    return {"texts": len(usable), "accuracy": round(accuracy, 4), "macro_f1": round(macro_f1(said, true), 4)}


if __name__ == "__main__":
    main()
