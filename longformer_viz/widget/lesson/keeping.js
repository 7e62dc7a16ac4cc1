// Keeps the progress in this browser, for all its tabs.
/** @import { Progress } from "./types.js" */
import { STORED, emptyProgress, mergeProgress, parseProgress, progressText } from "./state.js"

/** @returns {Progress} */
export function keptProgress() {
  try {
    return parseProgress(localStorage.getItem(STORED))
  } catch {
    return emptyProgress() // Storage is switched off.
  }
}

/**
 * Keep the progress, joined with what another tab kept.
 *
 * @param {Progress} progress
 * @returns {Progress} The progress, as it was given.
 */
export function keepProgress(progress) {
  try {
    localStorage.setItem(STORED, progressText({ ...mergeProgress(progress, keptProgress()), verdicts: progress.verdicts }))
  } catch {
    // The lesson works without storage; only a reload forgets.
  }
  return progress
}

/**
 * Hear of progress in another tab.
 *
 * @param {AbortSignal} signal
 * @param {(progress: Progress) => void} take
 */
export function onOtherTab(signal, take) {
  addEventListener(
    "storage",
    (event) => {
      if (event.key === STORED) take(parseProgress(event.newValue))
    },
    { signal },
  )
}
