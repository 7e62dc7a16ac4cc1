"""The controls of a training run: base model, method and settings."""

from typing import Any

import streamlit as st

from longformer_viz.models.converting.conversion import MAX_TOKENS
from longformer_viz.models.devices import devices
from longformer_viz.models.embedded import NAME as EMBEDDED_NAME
from longformer_viz.models.runs import RUN_PREFIX, finished_runs
from longformer_viz.training.own_data.reading import LANGUAGE
from longformer_viz.training.runs.settings import ADAPTERS, ALL_WEIGHTS, DEFAULT_RATES, TrainingSettings

_BUILT_IN, _NAMED = f"Built in: {EMBEDDED_NAME}", "From the hub or a folder"
_KEPT: dict[str, Any] = {"persist_state": "session"}
_WHOLE: dict[str, Any] = {"step": 1, **_KEPT}


def choose_settings(task: str) -> TrainingSettings:
    """Show the controls in the sidebar, and return the settings.

    Args:
        task: The task of the data.

    Raises:
        InputError: If a typed value is out of range.
    """
    with st.sidebar:
        base = _choose_base(task)
        method = st.segmented_control(
            "Weights to train",
            (ADAPTERS, ALL_WEIGHTS),
            default=ADAPTERS,
            required=True,
            format_func=str.capitalize,
            key="train_method",
            help="Adapters are small matrices beside the weights (LoRA, Hu et al. 2021). They need less memory and "
            "fewer documents. Train all weights if you have thousands of documents.",
            **_KEPT,
        )
        left, right = st.columns(2)
        epochs = left.number_input(
            "Epochs", 0 if task == LANGUAGE else 1, 1000, 3, key="train_epochs", help="Passes over the data.", **_KEPT
        )
        batch = right.number_input("Batch size", 1, 1024, 4, key="train_batch", help="Documents in a batch.", **_KEPT)
        rate = _choose_rate(method)
        with st.expander("More settings", icon=":material/tune:"):
            more = _more_settings(method, task)
    return TrainingSettings(
        task=task, base=base, method=method, learning_rate=rate, epochs=int(epochs), batch=int(batch), **more
    )


def _choose_base(task: str) -> str:
    runs = [RUN_PREFIX + name for name in finished_runs()]
    options = [_NAMED, *runs] if task == LANGUAGE else [_BUILT_IN, _NAMED, *runs]  # It has no head for masked tokens.
    if st.session_state.get("train_base") not in (None, *options):
        del st.session_state["train_base"]
    source = st.selectbox(
        "Base model",
        options,
        key="train_base",
        format_func=lambda name: name.replace(RUN_PREFIX, "Earlier run: ", 1),
        help="The model that training starts from: a Longformer or ModernBERT. BERT, RoBERTa and XLM-R are converted "
        "to Longformers.",
        **_KEPT,
    )
    if source == _NAMED:
        name = st.text_input("Name or folder", key="train_base_name", placeholder="bert-base-uncased", **_KEPT)
        return (name or "").strip()
    return "" if source == _BUILT_IN else source


def _choose_rate(method: str) -> float | None:
    advice = DEFAULT_RATES[method]
    return st.number_input(
        "Learning rate",
        1e-7,
        0.5,
        None,
        format="%.1e",
        placeholder=f"{advice:g}",
        key="train_rate",
        help="To train all weights, use 0.00001 to 0.00003 with warm-up. Larger steps undo what the base model has "
        "learned. Adapters start from zero and need about 0.001.",
        **_KEPT,
    )


def _more_settings(method: str, task: str) -> dict[str, Any]:
    found = _document_settings() | _step_settings()
    if task == LANGUAGE:
        found["positions"] = st.number_input(
            "Positions",
            64,
            MAX_TOKENS,
            4096,
            key="train_positions",
            help="The longest document that the converted model can read, in tokens.",
            **_WHOLE,
        )
    if method == ADAPTERS:
        found["rank"] = st.number_input(
            "Rank of the adapters",
            1,
            512,
            16,
            key="train_rank",
            help="The smaller dimension of each adapter's matrices. More needs more memory.",
            **_WHOLE,
        )
    return found


def _document_settings() -> dict[str, Any]:
    """Show how documents are read."""
    return {
        "max_tokens": st.number_input(
            "Maximum document length in tokens",
            16,
            MAX_TOKENS,
            4096,
            key="train_max_tokens",
            help="Longer documents are cut to this length.",
            **_WHOLE,
        ),
        "window": st.number_input(
            "Window in tokens",
            2,
            None,
            None,
            step=2,
            placeholder="as in the base",
            key="train_window",
            help="An even number. Only for Longformers.",
            **_KEPT,
        ),
        "dilation": st.number_input("Dilation", 1, MAX_TOKENS, 1, key="train_dilation", **_WHOLE),
        "global_every": st.number_input(
            "Global token spacing",
            0,
            MAX_TOKENS,
            0,
            key="train_global_every",
            help="In tokens. 0: only the first token is global. 64: tokens 64, 128, 192 … are global as well.",
            **_WHOLE,
        ),
    }


def _step_settings() -> dict[str, Any]:
    """Show how steps are made, and where."""
    return {
        "accumulation": st.number_input(
            "Accumulation steps",
            1,
            1024,
            1,
            key="train_accumulation",
            help="Batches for each optimizer step: a larger batch without more memory.",
            **_WHOLE,
        ),
        "checkpointing": st.toggle(
            "Gradient checkpointing",
            key="train_checkpointing",
            help="Each layer keeps only its input and is computed again in the backward pass.",
            **_KEPT,
        ),
        "held_out": st.number_input(
            "Held-out share",
            0.05,
            0.5,
            0.2,
            0.05,
            key="train_held_out",
            help="The share of the documents that is used for evaluation only, from 0.05 to 0.5.",
            **_KEPT,
        ),
        "seed": st.number_input("Seed", 0, 2**31 - 1, 0, key="train_seed", **_WHOLE),
        "device": st.selectbox("Device", devices(), key="train_device", **_KEPT),
    }
