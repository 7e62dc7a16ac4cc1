"""Results as plotly figures. This room does not import streamlit."""
