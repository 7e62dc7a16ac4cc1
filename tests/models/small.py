"""Small random checkpoints of every family, with tokenizers trained on one page of text."""

import json
from functools import cache
from pathlib import Path

import torch
import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from longformer_viz.documents.samples import sample

LAYERS, HEADS, HIDDEN = 2, 4, 32
LONGFORMER_WINDOWS = (8, 16)
TOKENIZER_CLASSES = {
    "Bert": "BertTokenizer",
    "Roberta": "RobertaTokenizer",
    "XLMRoberta": "XLMRobertaTokenizer",
    "Longformer": "RobertaTokenizer",
    "LED": "LEDTokenizer",
}


@cache
def tokenizer(family: str) -> PreTrainedTokenizerBase:
    """The family's own tokenizer class: WordPiece, byte-level BPE or Unigram, of about 300 to 600 pieces."""
    cls = getattr(transformers, TOKENIZER_CLASSES[family])
    lines = sample("library_notice").text.splitlines()
    if family == "Bert":
        trained = Tokenizer(models.WordPiece(unk_token="[UNK]"))
        trained.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
        lines = [line.lower() for line in lines]
        trained.train_from_iterator(lines, trainers.WordPieceTrainer(vocab_size=300, special_tokens=special))
        return cls(vocab=trained.get_vocab())
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    if family == "XLMRoberta":
        trained = Tokenizer(models.Unigram())
        trained.pre_tokenizer = pre_tokenizers.Metaspace()
        trainer = trainers.UnigramTrainer(vocab_size=300, special_tokens=special, unk_token="<unk>")
        trained.train_from_iterator(lines, trainer)
        return cls(vocab=[tuple(entry) for entry in json.loads(trained.to_str())["model"]["vocab"]])
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trained.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=600, special_tokens=special, initial_alphabet=alphabet)
    trained.train_from_iterator(lines, trainer)
    model = json.loads(trained.to_str())["model"]
    return cls(vocab=model["vocab"], merges=[tuple(merge) for merge in model["merges"]])


def model(family: str, head: str = "Model", seed: int = 0, **changes: object) -> PreTrainedModel:
    """A random model whose biases and norms are random too; `changes` go into its config."""
    words = tokenizer(family)
    settings = {
        "vocab_size": len(words),
        "pad_token_id": words.pad_token_id,
        "bos_token_id": words.cls_token_id,
        "eos_token_id": words.sep_token_id,
        "num_labels": 3 if head != "ForQuestionAnswering" else 2,
    }
    if family == "LED":
        settings |= {
            "d_model": HIDDEN,
            "encoder_layers": LAYERS,
            "decoder_layers": 1,
            "encoder_attention_heads": HEADS,
            "decoder_attention_heads": HEADS,
            "encoder_ffn_dim": 2 * HIDDEN,
            "decoder_ffn_dim": 2 * HIDDEN,
            "max_encoder_position_embeddings": 200,
            "max_decoder_position_embeddings": 20,
            "attention_window": list(LONGFORMER_WINDOWS),
        }
    else:
        offset = 0 if family == "Bert" else words.pad_token_id + 1
        settings |= {
            "hidden_size": HIDDEN,
            "num_hidden_layers": LAYERS,
            "num_attention_heads": HEADS,
            "intermediate_size": 2 * HIDDEN,
            "max_position_embeddings": 40 + offset,
            "type_vocab_size": 2 if family == "Bert" else 1,
        }
    if family == "Longformer":
        settings |= {
            "max_position_embeddings": 202,
            "attention_window": list(LONGFORMER_WINDOWS),
            "sep_token_id": words.sep_token_id,
        }
    config = getattr(transformers, f"{family}Config")(**settings | changes)
    made = getattr(transformers, f"{family}{head}")(config).eval()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in made.named_parameters():
            parameter.normal_(0, 0.3, generator=generator)
            if "norm" in name.lower() and name.endswith("weight"):
                parameter.add_(1)
    return made


def save(folder: Path, family: str, head: str = "Model", seed: int = 0, **changes: object) -> PreTrainedModel:
    """A whole checkpoint in `folder`, tokenizer included; the model it was saved from."""
    made = model(family, head, seed, **changes)
    made.save_pretrained(folder)
    tokenizer(family).save_pretrained(folder)
    return made


def change_config(folder: Path, **changes: object) -> None:
    """Other values in a saved config.json."""
    file = folder / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))
