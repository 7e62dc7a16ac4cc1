"""The pages of the app: the only room that imports Streamlit, besides `pages/` and `app.py`."""
