"""Read a checkpoint from the hub or a folder, checked against its config, without running its code.

Weights are read from safetensors or GGUF.

The official Longformer and LED checkpoints exist only as `pytorch_model.bin`. They are read once by
`torch.load(weights_only=True)`, checked against the config, and kept as safetensors in the disk cache. No other
pickled file is read.
"""

import json
import re
import shutil
from pathlib import Path

import torch
import transformers
from huggingface_hub import hf_hub_download, snapshot_download
from safetensors.torch import save_file
from transformers import AutoConfig, AutoTokenizer, PreTrainedConfig, PreTrainedModel, PreTrainedTokenizerBase

from longformer_viz.models.conversion import CONVERTIBLE, longformer_from
from longformer_viz.models.disk_cache import NotDownloadedError, cached_folder
from longformer_viz.models.embedded import longformer_tokenizer
from longformer_viz.models.family_loading import check_family, family_class
from longformer_viz.models.footprint.prediction import check_fits, config_weights, safetensors_weights
from longformer_viz.models.gguf.reading import is_gguf, read_gguf
from longformer_viz.models.gguf.smollm2 import NAME as SMOLLM2
from longformer_viz.models.gguf.smollm2 import smollm2_folder
from longformer_viz.models.transformers_calls import call_alone
from longformer_viz.spec import InputError, shown

BIN_ONLY = (
    "allenai/longformer-base-4096",
    "allenai/longformer-large-4096",
    "allenai/longformer-base-4096-extra.pos.embd.only",
    "allenai/longformer-large-4096-extra.pos.embd.only",
    "allenai/longformer-large-4096-finetuned-triviaqa",
    "allenai/longformer-scico",
    "allenai/led-base-16384",
    "allenai/led-large-16384",
    "allenai/led-large-16384-arxiv",
)
_FAMILIES = {
    "longformer": "Longformer",
    "led": "LED",
    "bert": "Bert",
    "roberta": "Roberta",
    "xlm-roberta": "XLMRoberta",
}
_SMALL_FILES = ["*.json", "*.txt", "*.model"]
_HUB_NAME = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)?")
# Tensors that some checkpoints lack and that no forward pass over a document uses.
_DISPENSABLE = re.compile(r"pooler\.dense|position_ids|lm_head|final_logits_bias")
_IN_A_LAYER = re.compile(r"(^|\.)layers?\.\d+\.")
_ABSENT = "{} is not on this server. Download it first, or check the name."


def read_checkpoint(
    name: str, download: bool = True, convert: bool = True
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Read a model in float32 and its tokenizer.

    Args:
        name: A local folder or GGUF file, a hub name, or the name of a built-in model.
        download: Whether a model may be downloaded.
        convert: Whether BERT, RoBERTa and XLM-R become Longformers; False keeps their full attention.

    Raises:
        InputError: If the name is unknown, the files are damaged, pickled or of another model family, the model does
            not fit in memory, or the tensors do not match the config.
        NotDownloadedError: If a hub name is not on this machine and `download` is False.
    """
    if is_gguf(name):
        return read_gguf(Path(name).expanduser())
    folder = smollm2_folder(download) if name == SMOLLM2 else _local_folder(name)
    local = folder is not None
    if not local:
        folder = _from_hub(name, _SMALL_FILES, download)
    config = _config_of(folder, name)
    if not local:  # The small files may list weights that are not there yet.
        check_fits(name, config_weights(architecture(config), config))
        folder = _from_hub(name, [*_SMALL_FILES, "*.safetensors"], download)
    if not _has_safetensors(folder):
        folder = _official(name, folder, config, download, local)
    check_fits(name, safetensors_weights(folder))
    model = _model_of(folder, name, config)
    converted = convert and config.model_type in CONVERTIBLE
    tokenizer = _tokenizer_of(folder, name, config, converted)
    if converted:
        model = longformer_from(model, tokenizer.sep_token_id)  # pyright: ignore[reportArgumentType]
    return model, tokenizer


def architecture(config: PreTrainedConfig) -> type[PreTrainedModel]:
    """Return the transformers class that a checkpoint's config names, or its family's base class.

    Args:
        config: The checkpoint's config.
    """
    family = _FAMILIES.get(config.model_type)
    if family is None:
        return family_class(config)
    listed = config.architectures
    named = str(listed[0]) if isinstance(listed, list | tuple) and listed else ""
    if re.fullmatch(family + r"For\w+", named) and hasattr(transformers, named):
        cls = getattr(transformers, named)
        tasks = ("QuestionAnswering", "SequenceClassification", "TokenClassification")
        if config.model_type not in CONVERTIBLE or named.endswith(tasks):
            return cls
    return getattr(transformers, f"{family}Model")


def _local_folder(name: str) -> Path | None:
    try:
        folder = Path(name).expanduser()
        return folder if folder.is_dir() else None
    except (OSError, RuntimeError):  # The path is too long, or names an unknown user's home.
        return None


def _from_hub(name: str, patterns: list[str], download: bool) -> Path:
    if not _HUB_NAME.fullmatch(name) or ".." in name:
        raise InputError(
            "A model must be a folder on this machine or a hub name such as allenai/longformer-base-4096. "
            f"You entered {shown(name)}. Check the spelling."
        )
    try:
        return Path(snapshot_download(name, allow_patterns=patterns, local_files_only=not download))
    except Exception as fault:  # Proxies and connections raise many kinds of errors.
        if not download:
            raise NotDownloadedError(_ABSENT.format(shown(name))) from fault
        raise InputError(
            f"A model must be a folder on this machine or a name on the hub, and the hub must be reachable. "
            f"You entered {shown(name)}. Check the spelling and the network, or use the built-in model."
        ) from fault


def _config_of(folder: Path, name: str) -> PreTrainedConfig:
    if (folder / "adapter_config.json").is_file():  # transformers would apply it, even beside a model.
        raise InputError(
            f"A model must be a complete checkpoint; {shown(name)} is an adapter. "
            "Merge it into its base model and save the result."
        )
    try:
        raw = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        kind = raw["model_type"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as fault:
        raise InputError(
            f"A model's folder must contain a config.json that names its model_type; {shown(name)} does not. "
            "Save it with save_pretrained."
        ) from fault
    check_family(kind, raw, name)
    try:
        config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except Exception as fault:  # An invalid field may raise any error.
        raise _unfit(name, fault) from fault
    if kind in _FAMILIES and not isinstance(config.pad_token_id, int):
        raise _unfit(name, ValueError("config.json names no pad_token_id."))
    return config


def _has_safetensors(folder: Path) -> bool:
    return any((folder / file).is_file() for file in ("model.safetensors", "model.safetensors.index.json"))


def _official(name: str, folder: Path, config: PreTrainedConfig, download: bool, local: bool) -> Path:
    """Return an official checkpoint that exists only pickled, as a folder with safetensors in the disk cache."""
    if local or name not in BIN_ONLY:
        if not (local or download):
            raise NotDownloadedError(_ABSENT.format(shown(name)))
        pickled = ", only pickled weights" if any(folder.glob("*.bin")) else ""
        raise InputError(
            f"A model must have its weights as model.safetensors; {shown(name)} has no such file{pickled}. "
            "If you trust it, load it with transformers and save it again with save_pretrained."
        )

    def make(target: Path) -> None:
        try:
            file = hf_hub_download(name, "pytorch_model.bin", local_files_only=not download)
        except Exception as fault:  # As above.
            if not download:
                raise NotDownloadedError(_ABSENT.format(shown(name))) from fault
            raise InputError(f"The hub cannot be reached to download {name}. Check the network.") from fault
        for small in folder.iterdir():
            if small.suffix in (".json", ".txt", ".model"):
                shutil.copyfile(small, target / small.name)
        unpickle_checked(Path(file), config, target / "model.safetensors")

    return cached_folder("hub-" + name.replace("/", "--"), make)


def unpickle_checked(file: Path, config: PreTrainedConfig, target: Path) -> None:
    """Write the tensors of a `pytorch_model.bin` as safetensors, without running code of the file.

    Args:
        file: The pickled file.
        config: The config that gives the expected names and shapes.
        target: The safetensors file to write.

    Raises:
        InputError: If the file has anything but plain tensors, or their names or shapes differ.
    """
    try:
        tensors = torch.load(file, map_location="cpu", weights_only=True)
    except Exception as fault:  # A damaged file may raise any error.
        raise InputError(
            f"Pickled weights must be plain tensors; {file.name} has something else or is damaged. "
            "None of its code was run. Download it again, or choose another model."
        ) from fault
    with torch.device("meta"):
        expected = {key: tensor.shape for key, tensor in architecture(config)(config).state_dict().items()}
    wrong = None
    if not isinstance(tensors, dict) or not all(isinstance(tensor, torch.Tensor) for tensor in tensors.values()):
        wrong = "there is no table of tensors"
    else:
        tensors = {key: tensor for key, tensor in tensors.items() if key in expected or not _DISPENSABLE.search(key)}
        missing = [key for key in expected if key not in tensors and not _DISPENSABLE.search(key)]
        foreign = [key for key in tensors if key not in expected]
        shaped = [key for key in tensors if key in expected and tensors[key].shape != expected[key]]
        for fault, keys in (("is missing", missing), ("is unknown", foreign), ("has another shape", shaped)):
            if keys:
                wrong = f"{shown(keys[0])} {fault}"
    if wrong:
        raise InputError(
            f"Pickled weights must have the tensors that their config describes; in {file.name}, {wrong}. "
            "Download it again, or choose another model."
        )
    save_file({key: tensor.clone().contiguous() for key, tensor in tensors.items()}, target, {"format": "pt"})


def _model_of(folder: Path, name: str, config: PreTrainedConfig) -> PreTrainedModel:
    cls = architecture(config)
    try:
        model, info = call_alone(  # pyright: ignore[reportGeneralTypeIssues]
            cls.from_pretrained,
            folder,
            config=config,
            use_safetensors=True,
            local_files_only=True,
            output_loading_info=True,
            ignore_mismatched_sizes=True,  # They are reported below.
            dtype=torch.float32,
        )
    except Exception as fault:  # An invalid field or file may raise any error.
        raise _unfit(name, fault) from fault
    misfits = [key for key in info["missing_keys"] if not _DISPENSABLE.search(key) or _classifies_from(key, cls)]
    misfits += [key for key, *_ in info["mismatched_keys"]]
    misfits += [key for key in info["unexpected_keys"] if _IN_A_LAYER.search(key)]  # More layers than the config has.
    if misfits:
        raise InputError(
            f"A model's weights must match its config; in {shown(name)}, {shown(min(misfits))} does not. "
            "Save the model again with save_pretrained, or choose another."
        )
    return model


def _classifies_from(key: str, cls: type[PreTrainedModel]) -> bool:
    """Return whether a tensor belongs to the pooler from which BERT classifies sequences."""
    return "pooler.dense" in key and cls is transformers.BertForSequenceClassification


def _tokenizer_of(folder: Path, name: str, config: PreTrainedConfig, converted: bool) -> PreTrainedTokenizerBase:
    try:
        if converted and config.model_type == "bert" and (folder / "tokenizer.json").is_file():
            return longformer_tokenizer(folder / "tokenizer.json")
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except Exception as fault:  # tokenizers raises plain Exception for a damaged file.
        raise _unfit(name, fault) from fault
    if not tokenizer.is_fast:
        raise InputError(
            f"A model's tokenizer must report character offsets; the tokenizer of {shown(name)} does not. "
            "Add a tokenizer.json to the model's folder."
        )
    return tokenizer


def _unfit(name: str, fault: Exception) -> InputError:
    lines = str(fault).strip().splitlines() or [type(fault).__name__]
    return InputError(
        f"A model's files must be undamaged and consistent; those of {shown(name)} are not: {lines[0][:200]} "
        "Save the model again with save_pretrained, or choose another."
    )
