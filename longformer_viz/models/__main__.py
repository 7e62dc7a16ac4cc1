"""`python -m longformer_viz.models`: make the embedded default ready, so that the app's first picture is quick."""

import sys

from transformers.utils.logging import disable_progress_bar

from longformer_viz.models.embedded import embedded_folder
from longformer_viz.spec import InputError

disable_progress_bar()
try:
    print(f"The default model is ready in {embedded_folder()}")
except InputError as fault:
    sys.exit(str(fault))
