"""The attention map in notebooks: Jupyter, VS Code, Colab and marimo."""
