"""Batches of examples of similar length, in an order determined by the seed."""

import math
from collections.abc import Sequence

import numpy as np

from longformer_viz.spec import InputError
from longformer_viz.training.batch import Example, Examples
from longformer_viz.training.loop.recipe import Recipe

POOL = 50  # number of batches sorted by length together, which keeps padding small


def batches_of(examples: Sequence[Example], recipe: Recipe, random: np.random.Generator) -> list[list[Example]]:
    """Group examples of similar length into batches.

    Args:
        examples: The examples.
        recipe: Sets the number of tokens in a batch, padding included.
        random: Draws the order.

    Returns:
        The batches in random order, each with at least one example.

    Raises:
        InputError: If there is no example.
    """
    if not examples:
        raise InputError(
            "An epoch must have at least one example; this share of the files has none. Use a larger share."
        )
    order = random.permutation(len(examples))
    typical = max(1, recipe.tokens_per_batch // max(1, int(np.mean([len(example) for example in examples]))))
    batches: list[list[Example]] = []
    for start in range(0, len(order), POOL * typical):
        pool = sorted((examples[index] for index in order[start : start + POOL * typical]), key=len)
        batch: list[Example] = []
        for example in pool:
            if batch and (len(batch) + 1) * len(example) > recipe.tokens_per_batch:
                batches.append(batch)
                batch = []
            batch.append(example)
        batches.append(batch)
    return [batches[index] for index in random.permutation(len(batches))]


def planned_steps(examples: Examples, recipe: Recipe) -> int:
    """Count the optimizer steps of a run.

    Args:
        examples: The source of examples.
        recipe: The run's settings.

    Returns:
        The number of steps over all epochs.
    """
    return sum(
        math.ceil(len(epoch_batches(examples, recipe, epoch)) / recipe.accumulation) for epoch in range(recipe.epochs)
    )


def epoch_batches(examples: Examples, recipe: Recipe, epoch: int) -> list[list[Example]]:
    """Draw the batches of one epoch. The seed and the epoch determine them.

    Args:
        examples: The source of examples.
        recipe: The run's settings.
        epoch: Index of the epoch, from 0.

    Returns:
        The batches in the order in which they are trained.
    """
    random = np.random.default_rng((recipe.seed, epoch))
    return batches_of(examples.of_epoch(random), recipe, random)
