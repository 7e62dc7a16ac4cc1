// longformer_viz/widget/tab_memory/storage.js
var KEY = "longformer_viz.own_text";

// longformer_viz/widget/tab_memory/index.js
function remember({ data, setStateValue = () => {
} }) {
  if (data.text === null) {
    let kept = "";
    try {
      kept = sessionStorage.getItem(KEY) ?? "";
    } catch {
    }
    if (kept || data.wanted) setStateValue("kept", kept);
    return;
  }
  let full = false;
  try {
    sessionStorage.setItem(KEY, data.text);
  } catch {
    full = true;
  }
  if (full !== data.full) setStateValue("full", full);
}
export {
  remember as default
};
