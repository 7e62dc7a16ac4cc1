"""See, teach and choose long-document attention: exact, fast Longformer attention and everything it leaves behind."""

from longformer_viz.attention.call import override
from longformer_viz.attention.speed_up import speed_up
from longformer_viz.attention.tokens import Tokens
from longformer_viz.attention.trace import Trace
from longformer_viz.models.loading import LoadedModel, load
from longformer_viz.models.running import run
from longformer_viz.spec import AttentionSpec, InputError
from longformer_viz.tasks.answering import Answers, answer
from longformer_viz.tasks.classifying import Classification, classify

__all__ = [
    "Answers",
    "AttentionSpec",
    "Classification",
    "InputError",
    "LoadedModel",
    "Tokens",
    "Trace",
    "answer",
    "classify",
    "load",
    "override",
    "run",
    "speed_up",
]
