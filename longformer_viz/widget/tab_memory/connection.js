// Tells when this browser tab is connected to its server again. Streamlit then shows the old page and runs nothing,
// and a server that was started anew knows nothing of the tab until the page runs.

const STATE = "data-test-connection-state"

/** @type {(() => void) | null} */
let tell = null
let watches = false

/**
 * Call a function whenever the tab is connected again; it replaces an earlier one.
 *
 * @param {() => void} act
 * @returns {() => void} ends it
 */
export function onReconnect(act) {
  tell = act
  const app = document.querySelector("[data-testid=stApp]")
  if (app && !watches) {
    watches = true
    let wasConnected = app.getAttribute(STATE) === "CONNECTED"
    new MutationObserver(() => {
      const isConnected = app.getAttribute(STATE) === "CONNECTED"
      if (isConnected && !wasConnected) tell?.()
      wasConnected = isConnected
    }).observe(app, { attributes: true, attributeFilter: [STATE] })
  }
  return () => {
    if (tell === act) tell = null
  }
}
