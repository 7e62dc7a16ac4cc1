"""`longformer-viz train-adapter`: train an adapter of the built-in model."""

from pathlib import Path
from typing import Annotated

import typer


def train_adapter(
    task: Annotated[str, typer.Argument(help="qa, topics or sentiment.")],
    folder: Annotated[Path, typer.Option(help="Folder for the training state and the best adapter.")],
    data: Annotated[
        list[str] | None, typer.Option(help="FILE or FILE:TIMES, in SQuAD's format or labelled texts. Repeatable.")
    ] = None,
    whole: Annotated[
        list[str] | None, typer.Option(help="Like --data, but joins the paragraphs of each article (qa only).")
    ] = None,
    start_from: Annotated[Path | None, typer.Option(help="Folder of an adapter to continue from.")] = None,
    rank: Annotated[int, typer.Option(help="Rank of the adapter.")] = 64,
    learning_rate: Annotated[float, typer.Option(help="Highest learning rate.")] = 1e-3,
    epochs: Annotated[int, typer.Option(help="Number of passes over the data.")] = 1,
    tokens_per_batch: Annotated[int, typer.Option(help="Tokens in one batch.")] = 4096,
    accumulation: Annotated[int, typer.Option(help="Batches per optimizer step.")] = 1,
    max_tokens: Annotated[int, typer.Option(help="Maximum length of a sequence, in tokens.")] = 512,
    whole_tokens: Annotated[int, typer.Option(help="Maximum length of a sequence from --whole, in tokens.")] = 4096,
    unanswered: Annotated[float, typer.Option(help="Unanswerable questions per answerable one.")] = 0.25,
    hard: Annotated[float, typer.Option(help="Edited unanswerable questions per answerable one.")] = 0.0,
    shift: Annotated[int, typer.Option(help="Half of the sequences start at a random position up to this.")] = 512,
    layers: Annotated[int | None, typer.Option(help="Number of last layers to train. Default: all.")] = None,
    gradient_checkpointing: Annotated[
        bool, typer.Option("--gradient-checkpointing", help="Use less memory and more time.")
    ] = False,
    judged: Annotated[int, typer.Option(help="Number of held-out questions or texts to evaluate on.")] = 500,
    save_every: Annotated[int, typer.Option(help="Steps between two saved training states.")] = 500,
    device: Annotated[str, typer.Option(help="cpu, cuda or mps.")] = "cpu",
    seed: Annotated[int, typer.Option(help="Random seed for the data order and the unanswerable questions.")] = 0,
) -> None:
    """Train an adapter of the built-in model for questions or labels."""
    from longformer_viz.training.loop.recipe import Recipe
    from longformer_viz.training.train import Plan
    from longformer_viz.training.train import train as run_training

    plan = Plan(
        task=task,
        data=tuple(data or ()),
        whole=tuple(whole or ()),
        folder=folder,
        max_tokens=max_tokens,
        whole_tokens=whole_tokens,
        unanswered=unanswered,
        hard=hard,
        shift=shift,
        layers=layers,
        judged=judged,
        save_every=save_every,
        start_from=start_from,
        device=device,
    )
    recipe = Recipe(
        rank=rank,
        learning_rate=learning_rate,
        epochs=epochs,
        tokens_per_batch=tokens_per_batch,
        accumulation=accumulation,
        gradient_checkpointing=gradient_checkpointing,
        seed=seed,
    )
    run_training(plan, recipe)
