// Keeps one text in this tab: storage that a reload and a restart of the server leave alone, and other tabs never see.
// Every value set here runs the page's script again, so only news is told.
const PLACE = "longformer_viz.own_text"

export default function ({ data, setStateValue }) {
  if (data.text === null) {
    let kept = ""
    try {
      kept = sessionStorage.getItem(PLACE) ?? ""
    } catch {
      // storage is switched off: then there is nothing to bring back
    }
    if (kept || data.wanted) setStateValue("kept", kept)
    return
  }
  let full = false
  try {
    sessionStorage.setItem(PLACE, data.text)
  } catch {
    full = true // over the browser's quota, or storage is switched off
  }
  if (full !== data.full) setStateValue("full", full)
}
