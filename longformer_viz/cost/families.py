"""The families of attention methods that are compared, and the sizes that are fixed in each."""

from dataclasses import dataclass

CHUNK = 512  # Of BERT over chunks: its longest input.
BLOCK, RANDOM_BLOCKS = 64, 3  # BigBird's blocks, as in google/bigbird-roberta-base.
HASHES, HASH_CHUNK = 4, 64  # Reformer: four rounds of hashing, as in google/reformer-enwik8, and chunks of 64 tokens.
MODERN_WINDOW, MODERN_EVERY = 128, 3  # ModernBERT: every third layer uses full attention.
GLOBAL_TOKENS = 1  # Of both Longformers: the first token.


@dataclass(frozen=True, slots=True)
class Family:
    """What methods have in common at any window and number format.

    Attributes:
        name: First part of the method's name.
        label: Name in charts.
        short_label: Name in controls, where little room is.
        reference: The paper.
        trained_tokens: The longest input of a released model.
        multiple: Lengths are padded to a multiple of this.
        windowed: Whether it has a window.
        note: A note about the measured code.
        growth_note: Why its cost grows faster than its pattern needs.
    """

    name: str
    label: str
    short_label: str
    reference: str
    trained_tokens: int
    multiple: int = 1
    windowed: bool = False
    note: str = ""
    growth_note: str = ""


FAMILIES = {
    family.name: family
    for family in (
        Family(
            "longformer",
            "Longformer (this project)",
            "Longformer",
            "Beltagy, Peters and Cohan 2020, arXiv:2004.05150",
            4096,
            windowed=True,
            note="The first token is global.",
        ),
        Family(
            "huggingface",
            "Longformer (Hugging Face)",
            "Longformer HF",
            "Beltagy, Peters and Cohan 2020, arXiv:2004.05150",
            4096,
            windowed=True,
            note="The first token is global. Documents are padded to a multiple of the window.",
        ),
        Family("full", "Full attention (eager)", "Full (eager)", "Vaswani et al. 2017, arXiv:1706.03762", 512),
        Family("fused", "Full attention (fused kernel)", "Full (fused)", "Dao et al. 2022, arXiv:2205.14135", 512),
        Family(
            "bigbird",
            "BigBird (Hugging Face)",
            "BigBird",
            "Zaheer et al. 2020, arXiv:2007.14062",
            4096,
            multiple=BLOCK,
            note="In evaluation mode transformers replaces the random blocks by the first block, at the same cost.",
            growth_note="BigBird in transformers also fills an n × n matrix on every call, so it grows like full "
            "attention.",
        ),
        Family(
            "reformer",
            "Reformer (Hugging Face)",
            "Reformer",
            "Kitaev, Kaiser and Levskaya 2020, arXiv:2001.04451",
            524_288,
            multiple=HASH_CHUNK,
            note=f"{HASHES} rounds of hashing. In a whole model, every other layer is local, in chunks of 64.",
        ),
        Family(
            "chunks",
            "BERT on 512-token chunks",
            "BERT chunks",
            "Devlin et al. 2018, arXiv:1810.04805",
            CHUNK,
            multiple=CHUNK,
            note="No token attends beyond its chunk.",
        ),
        Family(
            "modernbert",
            "ModernBERT (Hugging Face)",
            "ModernBERT",
            "Warner et al. 2024, arXiv:2412.13663",
            8192,
            note="A single layer is local, with its mask. In a whole model, every third layer uses full attention.",
        ),
    )
}
