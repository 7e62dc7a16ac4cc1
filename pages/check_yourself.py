"""The Check yourself page: questions before and after the lesson, judged and kept in the browser."""

from longformer_viz.ui.heading import heading
from longformer_viz.ui.link_params import show_link_problems
from longformer_viz.ui.shared.state import keep_shared_settings
from longformer_viz.ui.teaching.check_yourself import check

heading("Check yourself", "Questions before and after the lesson, to find out what you learned.")
show_link_problems()
keep_shared_settings()
check()
