"""Results as plotly figures; no streamlit."""
