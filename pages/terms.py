"""The Glossary page: every term in one sentence, with a picture."""

from longformer_viz.ui.heading import heading
from longformer_viz.ui.link_params import show_link_problems
from longformer_viz.ui.shared.state import keep_shared_settings
from longformer_viz.ui.teaching.glossary_page import glossary_page

heading("Glossary", "Every term of the app in one sentence and one picture.")
show_link_problems()
keep_shared_settings()
glossary_page()
