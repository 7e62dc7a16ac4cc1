"""The widgets as Streamlit components."""
