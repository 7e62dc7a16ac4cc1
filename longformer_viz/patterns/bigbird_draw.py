"""The random blocks that transformers' `BigBirdModel` draws in training mode."""

import numpy as np

# Lengths for which transformers keeps the authors' first code, and the tokens that it draws from.
_FIRST_CODE_LENGTHS, _FIRST_CODE_TOKENS = (1024, 3072, 4096), 1024


def transformers_blocks(seed: int, heads: int, count: int, block_size: int, random_blocks: int) -> np.ndarray:
    """Draw the random blocks of one layer as transformers does.

    Args:
        seed: Seed of the layer.
        heads: Number of heads in the layer.
        count: Number of blocks in the document.
        block_size: Tokens in a block.
        random_blocks: Random blocks for each query block and head.

    Returns:
        Int64 `[heads, blocks, random_blocks]`; -1 for no block.
    """
    source = np.random.RandomState(seed)
    drawn = np.full((heads, count, random_blocks), -1)
    padded = count * block_size
    if padded in _FIRST_CODE_LENGTHS:
        for head in range(heads):
            # The code always draws for 4,096 tokens and keeps the first rows.
            for row in range(1, 4096 // block_size - 1):
                chosen = source.permutation(_first_code_candidates(row, block_size))[:random_blocks]
                if row < count - 1:
                    drawn[head, row, : len(chosen)] = chosen
        return drawn
    reach = 2 * random_blocks + 5
    for row in range(1, count):
        forbidden = {0, row - 1, row, row + 1, reach - 1}
        forbidden |= {reach - 2} if row == 1 else {1} if row == reach - 2 else set()
        for head in range(heads):
            order = source.permutation(reach)
            chosen = [block for block in order.tolist() if block not in forbidden][:random_blocks]
            if row < count - 1:
                drawn[head, row, : len(chosen)] = chosen
    return drawn


def _first_code_candidates(row: int, block_size: int) -> np.ndarray:
    """Return the candidates of a row in the authors' first code, most of them within 1,024 tokens."""
    rows = 4096 // block_size
    last = _FIRST_CODE_TOKENS // block_size - 1 if 2 * block_size < _FIRST_CODE_TOKENS else rows - 1
    inner = np.arange(1, rows - 1)
    if row in (1, 2):
        return inner[row + 1 : last]
    if row in (rows - 3, rows - 2):
        return inner[:last]
    if row - 2 > last:
        return inner[:last]
    if row + 1 == last:
        return inner[: row - 2]
    return np.concatenate([inner[: row - 2], inner[row + 1 : last]])
