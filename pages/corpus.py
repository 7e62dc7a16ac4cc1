"""The Documents page: ask many documents one question, and see where each answer is."""

from longformer_viz.ui.corpus.session import session_corpus
from longformer_viz.ui.corpus.setup import choose_documents, choose_plan
from longformer_viz.ui.corpus.view import corpus_view
from longformer_viz.ui.heading import heading
from longformer_viz.ui.link_params import show_link_problems
from longformer_viz.ui.python_lines import python_place
from longformer_viz.ui.shared.state import keep_shared_settings

python = python_place(heading("Documents", "Ask many documents one question, and see where each answer is."))
show_link_problems()
keep_shared_settings()
corpus = session_corpus()
choose_documents(corpus)
corpus_view(corpus, choose_plan(corpus), python)
