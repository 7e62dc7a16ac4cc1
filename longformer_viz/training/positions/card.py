"""The model card of the trained position rows."""

from typing import Any


def position_card(figures: dict[str, Any]) -> str:
    """Write the model card: purpose, data and licences, training, figures, limits.

    Args:
        figures: What was trained and measured.

    Returns:
        The card as Markdown.
    """
    plan, tiling = figures["plan"], figures["tiling"]
    command = " ".join(
        [
            "python -m longformer_viz.training.positions",
            *(f"--data {name}" for name in figures["files"]),
            *(f"--{name.replace('_', '-')} {plan[name]}" for name in ("steps", "passages", "learning_rate")),
        ]
    )
    rows = "\n".join(
        f"| {name} | {one['far']:.3f} | {min(one['by_start'].values()):.3f} |"
        for name, one in figures["agreement"].items()
    )
    near = next(iter(figures["agreement"].values()))["near"]
    return f"""# Position rows

Position embeddings of the built-in model from token {tiling["stop"]} on. They repeat every
{tiling["stop"] - tiling["start"]} tokens. The first {tiling["stop"]} positions are those of all-MiniLM-L6-v2.

## Data

- SQuADShifts (Miller et al. 2020), CC BY 4.0
- SQuAD, training split (Rajpurkar et al. 2016, 2018), CC BY-SA 4.0
- COVID-QA (Möller et al. 2020), Apache-2.0 repository

Only the paragraphs were used, not the questions: {figures["documents"]:,} documents.
{figures["held_out_documents"]:,} others were held out. None of the text is part of this project.

## Training

Self-distillation: a passage of 254 tokens at a random far position learns the hidden states that the same passage
has at a random position from 1 to 255. The loss is one minus their cosine, over all layers. All other weights are
fixed. {plan["steps"]:,} steps of {plan["passages"]} passages with Adam, learning rate {plan["learning_rate"]}, seed
{plan["seed"]}. Training began with positions {tiling["start"]} to {tiling["stop"] - 1} of the source model.

```
{command}
```

## Figures

Mean cosine of the last hidden states of the same tokens at two places, on held-out documents. Two places within the
trained positions agree by {near:.3f}.

| positions | a far and a trained place | the worst far place |
| --- | --- | --- |
{rows}

## Limits

Each passage was read alone. The rows repeat, so the model cannot tell two places with the same row apart.
"""
