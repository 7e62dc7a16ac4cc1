"""Questions on other patterns: chunks, causal attention, BigBird and ModernBERT."""

from random import Random

from longformer_viz.patterns.bigbird import BigBirdPattern
from longformer_viz.patterns.causal import CausalPattern
from longformer_viz.patterns.chunked import ChunkedPattern
from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.longformer import one_head_pattern
from longformer_viz.patterns.modernbert import ModernBertPattern
from longformer_viz.patterns.reach import layers_to_reach
from longformer_viz.teaching.question import Claim
from longformer_viz.teaching.template import Draft, Template
from longformer_viz.teaching.truths import keys_of

TOPIC = "Other patterns"


def _chunk_pair(random: Random) -> Draft:
    size = random.randint(8, 20)
    length, chunk = 6 * size, random.randint(1, 4)
    query = chunk * size + random.randint(0, 2)
    keys = set(keys_of(ChunkedPattern(1, 1, size), length, query))
    candidates = (
        (chunk * size - 1, "This token is close, but it belongs to the chunk before."),
        ((chunk + 1) * size, "This token is the first of the next chunk."),
        (query + size, "This token is a whole chunk away."),
    )
    right = chunk * size + size - 1
    return Draft(
        f"A document is read in chunks of {size} tokens without overlap, and positions start at 0. "
        f"Which of these tokens does token {query} attend to?",
        Claim(f"Token {right}", f"Both tokens are in the chunk of tokens {chunk * size} to {right}."),
        tuple(Claim(f"Token {key}", reason) for key, reason in candidates if key not in keys),
        {"size": size, "length": length, "query": query},
    )


def _chunk_pairs(random: Random) -> Draft:
    size, chunks = random.choice([5, 10, 20]), random.randint(3, 8)
    length = size * chunks
    return Draft(
        f"A document of {length} tokens is read in chunks of {size} tokens without overlap. "
        "How many pairs does one head score?",
        Claim(
            ChunkedPattern(1, 1, size).count_pairs(length), f"{chunks} chunks with {size} times {size} pairs each."
        ),
        (
            Claim(size**2, "That is a single chunk."),
            Claim(length**2, "That is full attention over the whole document."),
            Claim(length * chunks, "Each token attends to the tokens of its chunk, not to one for each chunk."),
            Claim(length * (size - 1), "A token attends to itself as well."),
        ),
        {"size": size, "length": length},
    )


def _chunk_layers(random: Random) -> Draft:
    size, depth = random.randint(8, 20), random.randint(4, 12)
    length, border = 5 * size, random.randint(1, 4) * size
    token, other = border - random.randint(1, 3), border + random.randint(0, 2)
    layers = layers_to_reach(ChunkedPattern(depth, 1, size), length, token, other)
    return Draft(
        f"A model of {depth} layers reads chunks of {size} tokens without overlap. Positions start at 0. "
        f"After how many layers can token {other} influence token {token}?",
        Claim(
            "Never" if layers is None else f"{layers}",
            f"A chunk begins at token {border}, and no layer connects two chunks.",
        ),
        (
            Claim("1 layer", f"The tokens are close, but a chunk begins at token {border}."),
            Claim("2 layers", "More layers do not help, because no layer connects two chunks."),
            Claim(f"{depth} layers", "More layers do not help, because no layer connects two chunks."),
        ),
        {"size": size, "depth": depth, "length": length, "token": token, "other": other},
    )


def _causal_keys(random: Random) -> Draft:
    length = random.randint(30, 60)
    query = random.randint(5, length - 5)
    causal = CausalPattern(FullPattern(1, 1), (True,))
    return Draft(
        f"A causal model with full attention reads {length} tokens. Positions start at 0. "
        f"How many keys does the token at position {query} attend to, itself included?",
        Claim(len(keys_of(causal, length, query)), "No token attends to a later token. The first is token 0."),
        (
            Claim(query, "The token attends to itself as well."),
            Claim(length, "In a causal model no token attends to a later token."),
            Claim(length - query, "That counts the later tokens, which are forbidden."),
        ),
        {"length": length, "query": query},
    )


def _causal_pairs(random: Random) -> Draft:
    length = random.randint(6, 30)
    causal = CausalPattern(FullPattern(1, 1), (True,))
    return Draft(
        f"A causal model with full attention reads {length} tokens. How many pairs does one head score?",
        Claim(causal.count_pairs(length), f"1 for the first token, 2 for the second, and so on up to {length}."),
        (
            Claim(length**2, "In a causal model no token attends to a later token."),
            Claim(length * (length - 1) // 2, "Each token attends to itself as well."),
            Claim(length**2 // 2, "It is a little more than half, because each token attends to itself."),
        ),
        {"length": length},
    )


def _causal_window(random: Random) -> Draft:
    window, length = 2 * random.randint(2, 12), 100
    query = random.randint(40, 90)
    causal = CausalPattern(one_head_pattern(window), (True,))
    return Draft(
        f"A causal model has a window that reaches {window // 2} positions to the left. "
        "How many keys does a token far from the start attend to, itself included?",
        Claim(len(keys_of(causal, length, query)), f"{window // 2} earlier tokens and the token itself."),
        (
            Claim(window + 1, "Later tokens are forbidden in a causal model."),
            Claim(window // 2, "The token attends to itself as well."),
            Claim(query + 1, "The window forbids the tokens that are farther away."),
        ),
        {"window": window, "length": length, "query": query},
    )


def _modern_layers(random: Random) -> Draft:
    depth, every = random.randint(7, 30), random.choice([2, 3, 4, 6])
    pattern = ModernBertPattern(depth, 1, 128, every)
    full = sum(pattern.is_full(layer) for layer in range(depth))
    return Draft(
        f"As in ModernBERT, the first layer has full attention, and so does every {_ordinal(every)} layer after it. "
        f"How many of the {depth} layers are full?",
        Claim(full, f"Layers 0, {every}, {2 * every} and so on are full."),
        (
            Claim(depth // every, "The first layer is full as well."),
            Claim(full + 1, f"The next full layer would be layer {full * every}, which does not exist."),
            Claim(depth - full, "That is the number of layers with a window."),
            Claim(1, "Later layers are full as well."),
        ),
        {"depth": depth, "every": every},
    )


def _bigbird_keys(random: Random) -> Draft:
    size, random_blocks, blocks = random.choice([4, 8, 16]), random.randint(1, 3), 16
    length = size * blocks
    pattern = BigBirdPattern(length, 1, 1, size, 3, 2, random_blocks, random.randint(0, 999))
    keys = len(keys_of(pattern, length, length // 2))
    return Draft(
        f"BigBird has blocks of {size} tokens: 3 in the window, 2 global and {random_blocks} random. "
        "How many keys does a token in the middle of a long document attend to?",
        Claim(keys, f"{3 + 2 + random_blocks} blocks of {size} tokens."),
        (
            Claim(3 * size, "The global and the random blocks count as well."),
            Claim(3 + 2 + random_blocks, "These are blocks. Each contains several tokens."),
            Claim((3 + random_blocks) * size, "Every token also attends to the global blocks."),
        ),
        {"size": size, "random_blocks": random_blocks},
    )


def _ordinal(number: int) -> str:
    return {2: "second", 3: "third"}.get(number, f"{number}th")


TEMPLATES = (
    Template("chunk_pair", TOPIC, _chunk_pair),
    Template("chunk_pairs", TOPIC, _chunk_pairs, "pairs"),
    Template("chunk_layers", TOPIC, _chunk_layers),
    Template("causal_keys", TOPIC, _causal_keys, "keys"),
    Template("causal_pairs", TOPIC, _causal_pairs),
    Template("causal_window", TOPIC, _causal_window),
    Template("modern_layers", TOPIC, _modern_layers),
    Template("bigbird_keys", TOPIC, _bigbird_keys, "keys"),
)
