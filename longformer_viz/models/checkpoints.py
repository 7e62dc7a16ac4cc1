"""Reading a checkpoint from the hub or a folder: safetensors only, checked against its config, no code run.

The official Longformer and LED checkpoints that exist only as `pytorch_model.bin` are read once by
`torch.load(weights_only=True)`, checked name by name, and kept as safetensors in the cache; nothing else is.
"""

import json
import pickle
import re
import shutil
from pathlib import Path

import torch
import transformers
from huggingface_hub import hf_hub_download, snapshot_download
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OfflineModeIsEnabled
from safetensors import SafetensorError
from safetensors.torch import save_file
from transformers import AutoConfig, AutoTokenizer, PreTrainedConfig, PreTrainedModel, PreTrainedTokenizerBase

from longformer_viz.models.cache import cached
from longformer_viz.models.conversion import CONVERTIBLE, longformer_from
from longformer_viz.models.embedded import longformer_tokenizer
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
# Not in every checkpoint, and nothing that a document runs through.
_DISPENSABLE = re.compile(r"pooler\.dense|position_ids|lm_head|final_logits_bias")
_BROKEN = (SafetensorError, RuntimeError, ValueError, OSError, AssertionError, KeyError, TypeError, AttributeError)


class NotDownloadedError(InputError):
    """The name may be a good one, but is not on this machine, and downloading was not allowed."""


def read_checkpoint(name: str, download: bool = True) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """A Longformer or LED in float32 and its tokenizer, by local folder or hub name; BERT and its kin are converted.

    Raises InputError for an unknown name, a folder without weights, damaged or foreign files, pickled weights, and
    a config that does not fit its tensors; NotDownloadedError for a hub name that is not here if `download` is False.
    """
    folder = Path(name).expanduser()
    local = folder.is_dir()
    if not local:
        folder = _from_hub(name, _SMALL_FILES, download)
    config = _config_of(folder, name)
    if not _has_safetensors(folder) and not local:
        folder = _from_hub(name, [*_SMALL_FILES, "*.safetensors"], download)
    if not _has_safetensors(folder):
        folder = _official(name, folder, config, download, local)
    model = _model_of(folder, name, config)
    tokenizer = _tokenizer_of(folder, name, config)
    if config.model_type in CONVERTIBLE:
        model = longformer_from(model, tokenizer.sep_token_id)
    return model, tokenizer


def architecture(config: PreTrainedConfig) -> type[PreTrainedModel]:
    """The transformers class that a checkpoint's config names, or its family's base class."""
    family = _FAMILIES[config.model_type]
    named = (config.architectures or [""])[0] or ""
    if re.fullmatch(family + r"For\w+", named) and hasattr(transformers, named):
        cls = getattr(transformers, named)
        tasks = ("QuestionAnswering", "SequenceClassification", "TokenClassification")
        if config.model_type not in CONVERTIBLE or named.endswith(tasks):
            return cls
    return getattr(transformers, f"{family}Model")


def _from_hub(name: str, patterns: list[str], download: bool) -> Path:
    if not _HUB_NAME.fullmatch(name) or ".." in name:
        raise InputError(
            f"A model must be a folder on this machine or a hub name such as allenai/longformer-base-4096; "
            f"got {shown(name)}. Check the spelling."
        )
    try:
        return Path(snapshot_download(name, allow_patterns=patterns, local_files_only=not download))
    except (LocalEntryNotFoundError, OfflineModeIsEnabled, HfHubHTTPError, HFValidationError, OSError) as fault:
        if not download:
            raise NotDownloadedError(
                f"The model must be on this machine; {shown(name)} is not. Download it first."
            ) from fault
        raise InputError(
            f"A model must be a folder on this machine or a name that the hub knows and that can be reached now; "
            f"got {shown(name)}. Check the spelling and the network, or take the default."
        ) from fault


def _config_of(folder: Path, name: str) -> PreTrainedConfig:
    if (folder / "adapter_config.json").is_file() and not (folder / "config.json").is_file():
        raise InputError(
            f"A model must be a whole checkpoint; {shown(name)} is an adapter. Merge it into its base and save that."
        )
    try:
        raw = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        kind = raw["model_type"]
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise InputError(
            f"A model's folder must hold a config.json that names its model_type; {shown(name)} has none. "
            "Save it with save_pretrained."
        ) from fault
    if kind not in _FAMILIES:
        raise InputError(
            f"A model must be one of {', '.join(_FAMILIES)}; {shown(name)} is {shown(kind)}. Choose another."
        )
    try:
        return AutoConfig.from_pretrained(folder, local_files_only=True)
    except _BROKEN as fault:
        raise _unfit(name, fault) from fault


def _has_safetensors(folder: Path) -> bool:
    return any((folder / file).is_file() for file in ("model.safetensors", "model.safetensors.index.json"))


def _official(name: str, folder: Path, config: PreTrainedConfig, download: bool, local: bool) -> Path:
    """An official checkpoint that exists only pickled, as a folder with safetensors in the cache."""
    if local or name not in BIN_ONLY:
        pickled = " but a pickled one" if any(folder.glob("*.bin")) else ""
        raise InputError(
            f"A model must have its weights as model.safetensors; {shown(name)} has no such file{pickled}. "
            "Load it where you trust it and save it again with save_pretrained."
        )

    def make(target: Path) -> None:
        try:
            file = hf_hub_download(name, "pytorch_model.bin", local_files_only=not download)
        except (LocalEntryNotFoundError, OfflineModeIsEnabled, HfHubHTTPError, OSError) as fault:
            if not download:
                raise NotDownloadedError(
                    f"The model must be on this machine; {name} is not. Download it first."
                ) from fault
            raise InputError(f"The weights of {name} must be reachable; they are not. Check the network.") from fault
        for small in folder.iterdir():
            if small.suffix in (".json", ".txt", ".model"):
                shutil.copyfile(small, target / small.name)
        unpickle_checked(Path(file), config, target / "model.safetensors")

    return cached("hub-" + name.replace("/", "--"), make)


def unpickle_checked(file: Path, config: PreTrainedConfig, target: Path) -> None:
    """Write the tensors of a `pytorch_model.bin` as safetensors, once they have the names and shapes of `config`.

    Raises InputError for anything but plain tensors (no code is run) and for other names or shapes.
    """
    try:
        tensors = torch.load(file, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError, OSError) as fault:
        raise InputError(
            f"Pickled weights must be plain tensors; {file.name} holds something else or is damaged. "
            "Nothing in it was run. Download it again, or choose another model."
        ) from fault
    with torch.device("meta"):
        expected = {key: tensor.shape for key, tensor in architecture(config)(config).state_dict().items()}
    wrong = None
    if not isinstance(tensors, dict) or not all(isinstance(tensor, torch.Tensor) for tensor in tensors.values()):
        wrong = "no table of tensors"
    else:
        tensors = {key: tensor for key, tensor in tensors.items() if key in expected or not _DISPENSABLE.search(key)}
        missing = [key for key in expected if key not in tensors and not _DISPENSABLE.search(key)]
        foreign = [key for key in tensors if key not in expected]
        shaped = [key for key in tensors if key in expected and tensors[key].shape != expected[key]]
        for label, keys in (("lacks", missing), ("also has", foreign), ("has another shape of", shaped)):
            if keys:
                wrong = f"it {label} {shown(keys[0])}"
    if wrong:
        raise InputError(
            f"Pickled weights must have the tensors that their config describes; in {file.name} {wrong}. "
            "Download it again, or choose another model."
        )
    save_file({key: tensor.clone().contiguous() for key, tensor in tensors.items()}, target, {"format": "pt"})


def _model_of(folder: Path, name: str, config: PreTrainedConfig) -> PreTrainedModel:
    cls = architecture(config)
    try:
        model, info = cls.from_pretrained(
            folder,
            config=config,
            use_safetensors=True,
            local_files_only=True,
            output_loading_info=True,
            dtype=torch.float32,
        )
    except _BROKEN as fault:
        raise _unfit(name, fault) from fault
    missing = [key for key in info["missing_keys"] if not _DISPENSABLE.search(key)]
    if missing or info.get("mismatched_keys"):
        what = missing[0] if missing else next(iter(info["mismatched_keys"]))
        raise InputError(
            f"A model's weights must be those that its config describes; {shown(name)} does not fit in "
            f"{shown(what)}. Save it again with save_pretrained, or choose another."
        )
    return model


def _tokenizer_of(folder: Path, name: str, config: PreTrainedConfig) -> PreTrainedTokenizerBase:
    try:
        if config.model_type == "bert" and (folder / "tokenizer.json").is_file():
            return longformer_tokenizer(folder / "tokenizer.json")
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except Exception as fault:  # tokenizers raises plain Exception for a damaged file
        raise _unfit(name, fault) from fault
    if not tokenizer.is_fast:
        raise InputError(
            f"A model's tokenizer must tell where in the text its tokens stand; that of {shown(name)} cannot. "
            "Add a tokenizer.json to it."
        )
    return tokenizer


def _unfit(name: str, fault: Exception) -> InputError:
    lines = str(fault).strip().splitlines() or [type(fault).__name__]
    return InputError(
        f"A model's files must be whole and fit each other; those of {shown(name)} do not: {lines[0][:200]} "
        "Save it again with save_pretrained, or choose another."
    )
