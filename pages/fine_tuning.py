"""The Train page: fine-tune a long-document model on your own data, and use it."""

from longformer_viz.server.policy import check_training
from longformer_viz.spec import InputError
from longformer_viz.ui.heading import heading
from longformer_viz.ui.link_params import show_link_problems
from longformer_viz.ui.python_lines import python_place
from longformer_viz.ui.shared.formatting import show_problem
from longformer_viz.ui.shared.state import keep_shared_settings
from longformer_viz.ui.training.choose_view import NEW_RUN, choose_view
from longformer_viz.ui.training.data_choice import choose_data
from longformer_viz.ui.training.new_run import new_run_view
from longformer_viz.ui.training.runs_view import runs_view
from longformer_viz.ui.training.settings_choice import choose_settings

show_link_problems()
keep_shared_settings()
python = python_place(heading("Train", "Fine-tune a long-document model on your own documents."))
try:
    check_training()
    if choose_view() != NEW_RUN:
        runs_view(python)
    elif (chosen := choose_data()) is not None:
        new_run_view(chosen, choose_settings(chosen.data.task), python)
except InputError as problem:
    show_problem(problem)
