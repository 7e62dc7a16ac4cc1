// Where this browser tab keeps the reader's own text.
export const KEY = "longformer_viz.own_text"
