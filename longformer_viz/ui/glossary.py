"""The field's terms, each explained in one sentence that is the same wherever the term stands.

`docs/glossary.md` begins each of its entries with the same sentence, and a test holds the two together.
"""

from collections.abc import Mapping
from types import MappingProxyType

GLOSSARY: Mapping[str, str] = MappingProxyType(
    {
        "Attend to": "A token attends to another token when it takes part of its new representation from that token.",
        "Attention map": "A picture of attention weights: a row is a query, a column is a key.",
        "Attention rollout": "An estimate of how much each input token contributes to a token after several layers.",
        "Attention sink": "A token that receives much attention from almost every query, often the first token.",
        "Attention weight": "A number from 0 to 1 that says how much of a query's attention a key gets.",
        "Band": "The attention weights inside the sliding window.",
        "Captured mass": "The share of full attention's weight that lies on the pairs that a pattern allows.",
        "Causal attention": "No token attends to a later token, as in models that write text.",
        "Chunk": "A piece of a document that a model reads on its own.",
        "Computed": "A figure that follows exactly from a recorded run.",
        "Dilation": "The step between the keys of a window. Without gaps it is 1.",
        "Document": "The text that the model reads, as a list of tokens.",
        "Entropy": "How evenly a head spreads its attention, in bits. It is 0 when one key gets all of it.",
        "Forbidden pair": "A query and a key that a pattern does not compare, whatever their weight would be.",
        "Full attention": "Every token attends to every token.",
        "Global token": "A token that attends to every token and that every token attends to.",
        "Hashed attention": "Tokens whose vectors fall into the same bucket of a hash attend to each other.",
        "Head": "One of several attention computations that a layer runs side by side.",
        "Key": "The token that is attended to. Its vector, which queries are compared with, is also called the key.",
        "Layer": "One step of the model. Each layer reads the output of the layer below it.",
        "Log-odds": "The logarithm of p / (1 − p) for a probability p. Positive means more likely than not.",
        "Log-sum-exp": "The logarithm of the sum of the exponentiated scores of one row.",
        "Measured": "A figure taken from a real run on the machine that is named beside it.",
        "Pair": "One query and one key. A pattern allows some pairs and forbids the others.",
        "Pattern": "The rule that says which pairs of tokens a model scores.",
        "Peak memory": "The most memory that a run needs at any moment, on top of the model's weights.",
        "Predicted": "A figure that follows from a formula, without a run.",
        "Query": "The token that attends. Its vector, which is compared with the keys, is also called the query.",
        "Random attention": "Each query also attends to some keys that are drawn at random.",
        "Receptive field": "All tokens that can influence a token after a given number of layers.",
        "Run": "One forward pass of a model over a document.",
        "Same weights, other pattern": "A figure for a pattern that the model was not trained with.",
        "Score": "The dot product of a query and a key, divided by the square root of their dimension. The softmax "
        "turns the scores of a row into weights.",
        "Selected token": "The token that a click on the map or in the text has chosen.",
        "Sliding window": "Each token attends to the tokens around it, half of the window on each side.",
        "Softmax": "The function that turns the scores of a row into positive weights with the sum 1.",
        "Special token": "A token that the model adds, such as `[CLS]` at the start and `[SEP]` at the end.",
        "Token": "The unit that a model reads: a word or a piece of one.",
        "Trace": "A recorded run, from which any attention weight can be computed.",
        "Trained length": "The number of positions that a model was trained with.",
        "Value": "The vector that a key contributes, multiplied by its attention weight.",
        "Weak evidence": "A result that the model is not sure of.",
        "Word piece": "A token that is part of a word. `##ing` continues the word before it.",
    }
)


def explain(*terms: str) -> str:
    """Return the sentences that explain some terms, for a help text.

    Args:
        *terms: Names of terms, as `GLOSSARY` has them.

    Raises:
        KeyError: The glossary has no such term.
    """
    return " ".join(GLOSSARY[term] for term in terms)
