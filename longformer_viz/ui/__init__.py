"""What pages share: state, controls, the way to heavy work, and views. Only here and in pages is streamlit known."""
