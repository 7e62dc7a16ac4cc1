"""Read a model with its masked-language head, to convert it and to go on training it."""

from transformers import AutoModelForMaskedLM, PreTrainedModel, PreTrainedTokenizerBase

from longformer_viz.models.checkpoints import (
    SMALL_FILES,
    config_of,
    from_hub,
    has_safetensors,
    local_folder,
    tokenizer_of,
    unfit,
)
from longformer_viz.models.converting.conversion import CONVERTIBLE
from longformer_viz.models.footprint.prediction import check_fits, safetensors_weights
from longformer_viz.spec import InputError, shown


def read_language_model(name: str, download: bool = True) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Read a BERT, RoBERTa, XLM-R or Longformer with its masked-language head, as it is, and its tokenizer.

    Args:
        name: A local folder or a hub name.
        download: Whether a model may be downloaded.

    Raises:
        InputError: As `read_checkpoint` does, or if the checkpoint is of another family or has no such head.
        NotDownloadedError: If a hub name is not on this machine and `download` is False.
    """
    folder = local_folder(name) or from_hub(name, [*SMALL_FILES, "*.safetensors"], download)
    config = config_of(folder, name)
    if config.model_type not in (*CONVERTIBLE, "longformer"):
        raise InputError(
            "A language model to convert must be a BERT, RoBERTa, XLM-R or Longformer. "
            f"{shown(name)} is of the family {config.model_type}. Choose another base."
        )
    if not has_safetensors(folder):
        raise InputError(f"A model must have its weights as model.safetensors. {shown(name)} has no such file.")
    check_fits(name, safetensors_weights(folder), copies=1 + (config.model_type in CONVERTIBLE))
    try:
        model, info = AutoModelForMaskedLM.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, trust_remote_code=False, output_loading_info=True
        )
    except Exception as fault:  # A damaged file may raise any error.
        raise unfit(name, fault) from fault
    if missing := sorted(key for key in info["missing_keys"] if "position_ids" not in key):
        raise InputError(
            f"A language model to convert must have a head for masked tokens. {shown(name)} lacks {missing[0]}. "
            "Choose a checkpoint that was trained on masked tokens."
        )
    return model.float().eval(), tokenizer_of(folder, name, config, True)
