"""The Teach page: worksheets, solutions, lesson plans, and how to present the app."""

from longformer_viz.ui.heading import heading
from longformer_viz.ui.link_params import show_link_problems
from longformer_viz.ui.shared.state import keep_shared_settings
from longformer_viz.ui.teaching.teach import teach

heading("Teach", "Everything for a lesson of 45 or 90 minutes: files to print, presenter view and QR code.")
show_link_problems()
keep_shared_settings()
teach()
