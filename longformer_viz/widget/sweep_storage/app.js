// Tells the page which sweeps this browser keeps, and keeps or deletes those that the page names. Every message runs the
// page's script again, so only news is told.
/** @import { App, Tell } from "../shared/types.js" */
/** @import { Changes } from "./storage.js" */
import { PREFIX, applyChanges, fingerprint, keptSweeps } from "./storage.js"

/**
 * @typedef {{ changes: Changes, known: string | null, wanted: boolean }} Data known: the fingerprint of the sweeps that
 *   were told last, null before the first; wanted: whether the page waits for the first answer even where it is empty.
 */

const NOTHING = fingerprint({})

/** @implements {App<Data>} */
export class SweepStorageApp {
  constructor() {
    /** @type {Tell} */
    this.tell = { setStateValue() {}, setTriggerValue() {} }
    /** @type {string | null} */
    this.known = null
    this.onStorage = this.onStorage.bind(this)
    addEventListener("storage", this.onStorage)
  }

  /** @param {Data} data */
  show({ changes, known, wanted }) {
    const storage = browserStorage()
    const failed = applyChanges(storage, changes)
    this.known = known ?? (wanted ? null : NOTHING)
    this.report(failed, Object.keys(changes).length > 0)
  }

  /**
   * Another tab kept or deleted a sweep.
   *
   * @param {StorageEvent} event
   */
  onStorage({ key }) {
    if (key === null || key.startsWith(PREFIX)) this.report([], false)
  }

  /**
   * @param {string[]} failed Sweeps that the browser could not keep.
   * @param {boolean} isAsked Whether the page waits for an answer.
   */
  report(failed, isAsked) {
    const sweeps = keptSweeps(browserStorage())
    const found = fingerprint(sweeps)
    if (found === this.known && !isAsked) return
    this.known = found
    this.tell.setTriggerValue("told", { sweeps, fingerprint: found, failed })
  }

  destroy() {
    removeEventListener("storage", this.onStorage)
  }
}

function browserStorage() {
  try {
    return localStorage
  } catch {
    return null // switched off in this browser
  }
}
