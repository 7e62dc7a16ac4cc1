// Keeps the check in this browser. Every tab shows the same check.
/** @import { Kept } from "./types.js" */
import { read } from "./state.js"

export const KEY = "longformer_viz.check"

/** @returns {Kept | null} */
export function kept() {
  try {
    return read(localStorage.getItem(KEY))
  } catch {
    return null // storage is switched off
  }
}

/**
 * @param {Kept | null} check null to forget it.
 * @returns {boolean} Whether the browser could keep it.
 */
export function keep(check) {
  try {
    if (check) localStorage.setItem(KEY, JSON.stringify(check))
    else localStorage.removeItem(KEY)
    return true
  } catch {
    return false
  }
}
