// Keeps one text in this browser tab: its storage survives a reload and a restart of the server, and other tabs never
// see it. Every value set here runs the page's script again, so only news is told.
/** @import { Host } from "../shared/types.js" */
import { onReconnect } from "./connection.js"
import { KEY } from "./storage.js"

/**
 * Keep a text, or tell the one that was kept.
 *
 * @param {Host<{ text: string | null, wanted: boolean, full: boolean }>} host text: to keep, null to read; wanted:
 *   whether the page waits for the answer even where it is empty; full: whether the page knows that there is no room.
 * @returns {() => void}
 */
export default function remember({ data, setStateValue = () => {} }) {
  const end = onReconnect(() => setStateValue("kept", kept()))
  if (data.text === null) {
    if (kept() || data.wanted) setStateValue("kept", kept())
    return end
  }
  let full = false
  try {
    sessionStorage.setItem(KEY, data.text)
  } catch {
    full = true // over the browser's quota, or storage is switched off
  }
  if (full !== data.full) setStateValue("full", full)
  return end
}

/** @returns {string} the text that is kept, "" for none */
function kept() {
  try {
    return sessionStorage.getItem(KEY) ?? ""
  } catch {
    return "" // Storage is switched off: there is nothing to bring back.
  }
}
