"""Read a checkpoint from the hub or a folder, checked against its config, without running its code.

Weights are read from safetensors or GGUF.

The official Longformer and LED checkpoints exist only as `pytorch_model.bin`. They are read once by
`torch.load(weights_only=True)`, checked against the config, and kept as safetensors in the disk cache. No other
pickled file is read.
"""

import re
import shutil
from pathlib import Path

import torch
import transformers
from huggingface_hub import hf_hub_download, snapshot_download
from transformers import AutoConfig, AutoTokenizer, PreTrainedConfig, PreTrainedModel, PreTrainedTokenizerBase

from longformer_viz.models.converting.conversion import CONVERTIBLE, longformer_from
from longformer_viz.models.converting.unpickling import DISPENSABLE, unpickle_checked
from longformer_viz.models.disk_cache import NotDownloadedError, cached_folder
from longformer_viz.models.embedded import longformer_tokenizer
from longformer_viz.models.family_loading import FAMILY_CLASSES, architecture, check_family
from longformer_viz.models.footprint.config_limits import check_folder, read_config
from longformer_viz.models.footprint.prediction import check_fits, config_weights, safetensors_weights
from longformer_viz.models.gguf.reading import is_gguf, read_gguf
from longformer_viz.models.gguf.smollm2 import NAME as SMOLLM2
from longformer_viz.models.gguf.smollm2 import smollm2_folder
from longformer_viz.models.runs import is_run_name, run_model_folder
from longformer_viz.models.transformers_calls import call_alone, copy_weights
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
SMALL_FILES = ["*.json", "*.txt", "*.model"]
_HUB_NAME = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)?")
_READ_AT_ONCE = 2**28  # Weights. Reading a file at once takes twice its size for a moment.
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
    folder = smollm2_folder(download) if name == SMOLLM2 else local_folder(name)
    local = folder is not None
    if not local:
        folder = from_hub(name, SMALL_FILES, download)
    config = config_of(folder, name)
    # Weights that are missing would be made anew, as many as the config says.
    check_fits(name, config_weights(architecture(config), config))
    if not local:
        folder = from_hub(name, [*SMALL_FILES, "*.safetensors"], download)
    if not has_safetensors(folder):
        folder = _official(name, folder, config, download, local)
    converted = convert and config.model_type in CONVERTIBLE
    weights = safetensors_weights(folder)
    check_fits(name, weights, copies=1 + converted)
    model = _model_of(folder, name, config, weights)
    tokenizer = tokenizer_of(folder, name, config, converted)
    if converted:
        model = longformer_from(model, tokenizer.sep_token_id)  # pyright: ignore[reportArgumentType]
    return model, tokenizer


def local_folder(name: str) -> Path | None:
    """Return the folder on this machine, or of the run, that a `name` means; None for a hub name."""
    if is_run_name(name):
        return run_model_folder(name)
    try:
        folder = Path(name).expanduser()
        return folder if folder.is_dir() else None
    except (OSError, RuntimeError, ValueError):  # The path is too long, has a NUL, or names an unknown user's home.
        return None


def from_hub(name: str, patterns: list[str], download: bool) -> Path:
    """Return the folder of a hub model, downloaded where that is allowed.

    Args:
        name: Its hub name.
        patterns: Which files it needs.
        download: Whether they may be downloaded.
    """
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


def config_of(folder: Path, name: str) -> PreTrainedConfig:
    """Return a checked config.

    Args:
        folder: The checkpoint's folder.
        name: Its name, for errors.
    """
    if (folder / "adapter_config.json").is_file():  # transformers would apply it, even beside a model.
        raise InputError(
            f"A model must be a complete checkpoint; {shown(name)} is an adapter. "
            "Merge it into its base model and save the result."
        )
    check_folder(folder, name)
    raw = read_config(folder, name)
    kind = raw["model_type"]
    check_family(kind, raw, name)
    try:
        config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except Exception as fault:  # An invalid field may raise any error.
        raise unfit(name, fault) from fault
    if kind in FAMILY_CLASSES and not isinstance(config.pad_token_id, int):
        raise unfit(name, ValueError("config.json names no pad_token_id."))
    return config


def has_safetensors(folder: Path) -> bool:
    """Return whether a `folder` has weights as safetensors."""
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


def _model_of(folder: Path, name: str, config: PreTrainedConfig, weights: int | None) -> PreTrainedModel:
    cls = architecture(config)
    is_small = weights is not None and weights <= _READ_AT_ONCE
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
            disable_mmap=is_small,
        )
        if not is_small:
            copy_weights(model)
    except Exception as fault:  # An invalid field or file may raise any error.
        raise unfit(name, fault) from fault
    misfits = [key for key in info["missing_keys"] if not DISPENSABLE.search(key) or _classifies_from(key, cls)]
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


def tokenizer_of(folder: Path, name: str, config: PreTrainedConfig, converted: bool) -> PreTrainedTokenizerBase:
    """Return a checkpoint's tokenizer.

    Args:
        folder: The checkpoint's folder.
        name: Its name, for errors.
        config: Its config.
        converted: Whether a BERT becomes a Longformer, which has another class of tokenizer.
    """
    try:
        if converted and config.model_type == "bert" and (folder / "tokenizer.json").is_file():
            return longformer_tokenizer(folder / "tokenizer.json")
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except Exception as fault:  # tokenizers raises plain Exception for a damaged file.
        raise unfit(name, fault) from fault
    if not tokenizer.is_fast:
        raise InputError(
            f"A model's tokenizer must report character offsets; the tokenizer of {shown(name)} does not. "
            "Add a tokenizer.json to the model's folder."
        )
    return tokenizer


def reason_of(fault: Exception) -> str:
    """Return the first line of what another library says is wrong with a file, if that says more than its code.

    Args:
        fault: What it raised.
    """
    if isinstance(fault, AttributeError | TypeError | KeyError | IndexError | ArithmeticError | RecursionError):
        return "a value is of another kind than expected"
    lines = str(fault).strip().splitlines() or ["no reason is given"]
    return "".join(each if each.isprintable() else " " for each in lines[0][:200]).rstrip(" .:")


def unfit(name: str, fault: Exception) -> InputError:
    """Return the error for files that cannot be read.

    Args:
        name: The checkpoint's name.
        fault: What happened.
    """
    return InputError(
        f"A model's files must be undamaged and consistent; those of {shown(name)} are not: {reason_of(fault)}. "
        "Save the model again with save_pretrained, or choose another."
    )
