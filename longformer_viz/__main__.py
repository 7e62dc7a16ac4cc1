"""`python -m longformer_viz` is the `longformer-viz` command."""

from longformer_viz.cli import main

if __name__ == "__main__":
    main()
