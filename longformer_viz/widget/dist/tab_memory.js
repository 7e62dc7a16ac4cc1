// longformer_viz/widget/tab_memory/connection.js
var STATE = "data-test-connection-state";
var tell = null;
var watches = false;
function onReconnect(act) {
  tell = act;
  const app = document.querySelector("[data-testid=stApp]");
  if (app && !watches) {
    watches = true;
    let wasConnected = app.getAttribute(STATE) === "CONNECTED";
    new MutationObserver(() => {
      const isConnected = app.getAttribute(STATE) === "CONNECTED";
      if (isConnected && !wasConnected) tell?.();
      wasConnected = isConnected;
    }).observe(app, { attributes: true, attributeFilter: [STATE] });
  }
  return () => {
    if (tell === act) tell = null;
  };
}

// longformer_viz/widget/tab_memory/storage.js
var KEY = "longformer_viz.own_text";

// longformer_viz/widget/tab_memory/index.js
function remember({ data, setStateValue = () => {
} }) {
  const end = onReconnect(() => setStateValue("kept", kept()));
  if (data.text === null) {
    if (kept() || data.wanted) setStateValue("kept", kept());
    return end;
  }
  let full = false;
  try {
    sessionStorage.setItem(KEY, data.text);
  } catch {
    full = true;
  }
  if (full !== data.full) setStateValue("full", full);
  return end;
}
function kept() {
  try {
    return sessionStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}
export {
  remember as default
};
