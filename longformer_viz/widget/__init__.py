"""The JavaScript and CSS of map, panels, reach and marked text, and the bytes they read; knows no Streamlit."""
