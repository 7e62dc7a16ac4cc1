"""`python -m longformer_viz.ui [STREAMLIT'S OPTIONS]`: the app, whose links hold from the very first visit on.

`streamlit run app.py` is the same app, but until its first visitor has come to `/`, streamlit takes the files in
`pages/` for the app's addresses and shows "Page not found" over a page that is opened by its link.
"""

import sys
from pathlib import Path

from streamlit.runtime.pages_manager import PagesManager
from streamlit.web.cli import main

APP = Path(__file__).parents[2] / "app.py"

if __name__ == "__main__":
    # What `st.navigation` sets when app.py is first run.
    PagesManager.uses_pages_directory = False
    main(["run", str(APP), *sys.argv[1:]], prog_name="streamlit")
