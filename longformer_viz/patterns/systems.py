"""The table of systems for long documents, and corrections of two articles with their sources in the papers."""

from dataclasses import dataclass

from longformer_viz.patterns.works import CHOICE, GUIDE, Work


@dataclass(frozen=True, slots=True)
class System:
    """One row of the table.

    Attributes:
        name: Name of the system.
        attention: Its attention pattern, in one or two sentences.
        trained_tokens: Longest input in the pretraining of the released weights, in tokens; None if there is none.
        possible_tokens: Number of positions in the released weights, in tokens; None if there is no limit.
        lengths: What the released models and the paper say about lengths.
        complexity: Cost of attention for n tokens.
        global_tokens: Which tokens are global.
        checkpoints: Names of released models.
        sources: Papers and files for these statements.
    """

    name: str
    attention: str
    trained_tokens: int | None
    possible_tokens: int | None
    lengths: str
    complexity: str
    global_tokens: str
    checkpoints: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """A claim of an article and its correction.

    Attributes:
        article: The article.
        claim: The claim, in a short quotation.
        correction: What the paper says.
        source: Where the paper says it.
    """

    article: Work
    claim: str
    correction: str
    source: str


SYSTEMS = (
    System(
        name="Full (BERT, RoBERTa)",
        attention="Every token attends to every token.",
        trained_tokens=512,
        possible_tokens=512,
        lengths="512 positions are learned. A longer document must be truncated.",
        complexity="O(n²)",
        global_tokens="Every token is global.",
        checkpoints=("google-bert/bert-base-uncased", "FacebookAI/roberta-base"),
        sources=("Vaswani et al. 2017, arXiv:1706.03762", "Devlin et al. 2019, arXiv:1810.04805, appendix A.2"),
    ),
    System(
        name="Longformer",
        attention="A window of w keys, w/2 on each side (512 in the released models), and a few global tokens. The "
        "paper's character model widens and dilates windows with depth. The released models do not.",
        trained_tokens=4_096,
        possible_tokens=4_096,
        lengths="Released models accept 4,096 tokens. The paper's causal character model was trained on up to 23,040 "
        "characters and evaluated on 32,256. This project's default was trained on 512 positions, repeated up to "
        "16,384.",
        complexity="O(n · (w + g))",
        global_tokens="Chosen by the task, one set for all layers: the first token for classification, the question "
        "for question answering. They have their own projections.",
        checkpoints=("allenai/longformer-base-4096", "allenai/longformer-large-4096"),
        sources=("Beltagy et al. 2020, arXiv:2004.05150, sections 3.1, 4.2, 5 and Table 12",),
    ),
    System(
        name="LED",
        attention="Longformer's window and global tokens in the encoder (window 1,024); a full decoder.",
        trained_tokens=1_024,
        possible_tokens=16_384,
        lengths="BART's 1,024 positions copied 16 times, with no further pretraining; led-large-16384-arxiv was "
        "fine-tuned on papers of up to 16,384 tokens.",
        complexity="O(n · (w + g)) in the encoder",
        global_tokens="The first token of the encoder's input.",
        checkpoints=("allenai/led-base-16384", "allenai/led-large-16384", "allenai/led-large-16384-arxiv"),
        sources=("Beltagy et al. 2020, arXiv:2004.05150, section 7",),
    ),
    System(
        name="BigBird",
        attention="Blocks of 64: a window of 3 blocks, 2 global blocks, and 3 random blocks for each block and head.",
        trained_tokens=4_096,
        possible_tokens=4_096,
        lengths="4,096 positions are learned. Transformers uses full attention up to 704 tokens, and draws its "
        "random blocks in training mode only.",
        complexity="O(n)",
        global_tokens="ITC: the first and last blocks of the document, independent of their text. ETC: extra tokens "
        "(256 in the base model), for which transformers has no code.",
        checkpoints=(
            "google/bigbird-roberta-base",
            "google/bigbird-roberta-large",
            "google/bigbird-base-trivia-itc",
        ),
        sources=(
            "Zaheer et al. 2020, arXiv:2007.14062, section 2 and Table 8",
            "transformers, modeling_big_bird.py",
        ),
    ),
    System(
        name="Reformer",
        attention="Queries are keys. Tokens are sorted by a random hash of their vectors and split into chunks. "
        "Each chunk attends to itself and to the chunk before, in several rounds.",
        trained_tokens=65_536,
        possible_tokens=524_288,
        lengths="The paper trains causal models on 65,536 characters (enwik8) and 12,288 pixels. reformer-enwik8 "
        "accepts 65,536 and hashes in 3 of its 12 layers. reformer-crime-and-punishment accepts 524,288 "
        "positions, one novel. No pretrained encoder exists.",
        complexity="O(n log n)",
        global_tokens="None.",
        checkpoints=("google/reformer-enwik8", "google/reformer-crime-and-punishment"),
        sources=(
            "Kitaev et al. 2020, arXiv:2001.04451, sections 2 and 5",
            "the two checkpoints' config.json (max_position_embeddings, attn_layers)",
        ),
    ),
    System(
        name="ModernBERT",
        attention="A window of 128, 64 on each side. Layers 0, 3, 6 and so on have full attention.",
        trained_tokens=8_192,
        possible_tokens=8_192,
        lengths="Rotary positions; trained on 1,024 tokens first, then on 8,192.",
        complexity="O(n²) in a third of the layers, O(n · w) in the others",
        global_tokens="None. The full layers connect distant tokens.",
        checkpoints=("answerdotai/ModernBERT-base", "answerdotai/ModernBERT-large"),
        sources=("Warner et al. 2024, arXiv:2412.13663, sections 2.1.2 and 2.2.2",),
    ),
    System(
        name="Chunking",
        attention="Full attention inside each chunk of 512 tokens, none between chunks. With an overlap, the "
        "tokens at a border are read twice.",
        trained_tokens=512,
        possible_tokens=None,
        lengths="Any length, one run for each chunk. The model never reads more than one chunk at a time.",
        complexity="O(n · c) for chunks of c tokens",
        global_tokens="None. The results of the chunks are combined after the model, by a maximum or a mean.",
        checkpoints=("any model of 512 tokens",),
        sources=("Joshi et al. 2019, arXiv:1908.09091, section 3",),
    ),
)

CORRECTIONS = (
    Correction(
        GUIDE,
        'BigBird, global token strategy: "Fixed pattern"',
        "Only the positions of ITC's global tokens are fixed: the first and the last block. ETC uses extra tokens "
        "instead. The random blocks are not fixed either: they are drawn for each head and layer.",
        "Zaheer et al. 2020, arXiv:2007.14062, section 2 and Table 8",
    ),
    Correction(
        GUIDE,
        'Longformer, global token strategy: "Configurable per layer"',
        "The window can be set for each layer. The global tokens are the same in all layers: transformers takes "
        "one mask for a document.",
        "Beltagy et al. 2020, arXiv:2004.05150, section 3.1; transformers, LongformerModel, global_attention_mask",
    ),
    Correction(
        CHOICE,
        '"Each token attends to window_size neighbors on each side"',
        "The window counts both sides: w/2 neighbours on each side, in the paper and in transformers (512 means 256 "
        "on each side). AllenAI's own code counts one side.",
        'Beltagy et al. 2020, arXiv:2004.05150, section 3.1, "Sliding Window"; transformers, LongformerConfig',
    ),
    Correction(
        GUIDE,
        'Longformer, longest sequence: "16,384"',
        "Both released sizes have 4,096 positions and were trained on them. 16,384 belongs to LED's encoder: "
        "BART's 1,024 positions, copied 16 times.",
        "Beltagy et al. 2020, arXiv:2004.05150, sections 5 and 7",
    ),
    Correction(
        GUIDE,
        'Reformer, longest sequence: "64,000"',
        "The paper trains on 65,536 characters, and a released model has 524,288 positions. Both are causal language "
        "models and not encoders, so the number cannot be compared with the others in its row.",
        "Kitaev et al. 2020, arXiv:2001.04451, section 5; google/reformer-crime-and-punishment, config.json",
    ),
    Correction(
        GUIDE,
        'BigBird, attention type: "Local + Global + Random"',
        "This is true of ITC. The paper's ETC models have no random tokens (r = 0).",
        "Zaheer et al. 2020, arXiv:2007.14062, Table 8",
    ),
    Correction(
        GUIDE,
        '"The model employs three attention types", the third dilated',
        "The paper dilates two heads of its character model. The released models were trained without dilation, and "
        "transformers has no setting for it. This project adds one.",
        "Beltagy et al. 2020, arXiv:2004.05150, section 3.1 and Table 12",
    ),
)
