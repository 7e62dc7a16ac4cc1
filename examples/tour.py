"""A tour of Longformer Viz as a marimo notebook: `marimo edit examples/tour.py`."""

import marimo

app = marimo.App(width="medium", app_title="A tour of Longformer Viz")


@app.cell
def _():
    import marimo as mo

    from longformer_viz import AttentionSpec, load, rollout, run, sample

    return AttentionSpec, load, mo, rollout, run, sample


@app.cell
def _(mo):
    mo.md("""
    # A tour of Longformer Viz

    The window is the number of neighbours that each token attends to. Move it, and the document is read again.
    """)
    return


@app.cell
def _(mo):
    window = mo.ui.slider(steps=[16, 32, 64, 128, 256], value=64, label="Window", show_value=True)
    window
    return (window,)


@app.cell
def _(AttentionSpec, load, run, sample, window):
    model = load()
    document = sample("library_notice").text
    trace = run(model, document, AttentionSpec(window=window.value, global_positions=(0,)))
    return (trace,)


@app.cell
def _(mo, trace):
    attention_map = mo.ui.anywidget(trace.show(layer=3, head=5, selected_token=40))
    attention_map
    return (attention_map,)


@app.cell
def _(attention_map, mo, trace):
    selected = attention_map.selected_token
    mo.md(
        "Click a word or a row of the map to select a token."
        if selected is None
        else f"Token {selected} is selected: `{trace.tokens.pieces[selected]}`."
    )
    return (selected,)


@app.cell
def _(rollout, selected, trace):
    strips = None if selected is None else rollout(trace, selected)
    strips
    return (strips,)


if __name__ == "__main__":
    app.run()
