"""The layout of a banded document: equal to all of its blocks, whatever its length, window and block size."""

import pytest

from longformer_viz.attention import block_layout
from longformer_viz.attention.block_layout import BandedLayout, query_blocks

SIZES = [(1, 1, 4), (7, 2, 4), (64, 8, 8), (65, 8, 8), (100, 3, 16), (100, 99, 16), (100, 400, 16), (4096, 256, 64)]


@pytest.mark.parametrize(("length", "half", "block_rows"), SIZES)
def test_a_layout_has_all_blocks_of_a_document(length, half, block_rows):
    blocks = query_blocks(length, half, block_rows)
    layout = BandedLayout.of(length, half, block_rows)
    assert layout.edges == tuple(block for number, block in enumerate(blocks) if number not in layout.inner)
    assert layout.pairs == sum(block.pairs for block in blocks)
    assert {blocks[number].pairs for number in layout.inner} <= {block_rows * layout.inner_keys}


def test_a_long_document_makes_no_more_blocks_than_its_edges(monkeypatch):
    made = []
    original = block_layout.Block.of
    monkeypatch.setattr(block_layout.Block, "of", lambda *sizes: made.append(sizes) or original(*sizes))
    layout = BandedLayout.of(2**20, 256, 64)
    assert len(made) == len(layout.edges) < 20
    assert len(layout.inner) > 16_000
