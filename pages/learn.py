"""The Learn page: a lesson on Longformer in chapters that the visitor plays, predicts and tries."""

from longformer_viz.ui.lesson.view import lesson_view
from longformer_viz.ui.link_params import show_link_problems
from longformer_viz.ui.shared.state import keep_shared_settings

show_link_problems()
keep_shared_settings()
lesson_view()
