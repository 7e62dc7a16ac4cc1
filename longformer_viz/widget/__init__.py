"""JavaScript and CSS of map, panels, reach and marked text, and the data they read. No streamlit."""
