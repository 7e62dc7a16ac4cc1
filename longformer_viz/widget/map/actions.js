// What a reader can do, and how the host learns of it: one report for all choices, some time after the last one.
/** @import { Actions, MapState, Store } from "../shared/types.js" */
/** @import { MapApp } from "./app.js" */
import { TURN_MS } from "./camera.js"
import { toggledPreview } from "./pattern/preview.js"

/**
 * Milliseconds from a choice to its report. Every report makes the host run its page again, so choices that follow
 * one another closely share one.
 */
const WAIT_MS = { choice: 300, place: 800, mode: TURN_MS + 100, pattern: 350 }

/** @typedef {{ layer: number, head: number }} Head */
/** @typedef {Pick<MapState, "layer" | "head" | "locked" | "unit" | "mode" | "scale" | "sort" | "percent" | "place">} Choice */

/**
 * The actions of one map, and what stops or forgets their reports.
 *
 * @param {MapApp} app
 * @param {Store<MapState>} store
 * @returns {{
 *   actions: Actions, forget: () => void, headAfter: (arrived: Head) => Head, stop: () => void,
 * }}
 */
export function actionsOf(app, store) {
  /** @type {{ layer: number, head: number } | null} The head that was asked for and has not arrived. */
  let wished = null
  /** @type {string | null} */
  let told = null
  let timer = 0
  const pattern = patternRunner(app, store)
  const tell = () => {
    const { layer, head, locked, unit, mode, scale, sort, percent, place } = store.get()
    /** @type {Choice} */
    const choice = { layer, head, ...wished, locked, unit, mode, scale, sort, percent, place }
    const shown = { generation: app.generation, ...choice }
    const key = JSON.stringify(shown)
    if (key === told) return
    told = key
    app.tell.setStateValue("shown", shown)
  }
  /** @param {number} wait */
  const report = (wait) => {
    clearTimeout(timer)
    timer = setTimeout(tell, wait)
  }
  const actions = {
    /** @type {Actions["openHead"]} */
    openHead(layer, head) {
      wished = { layer, head }
      report(0)
    },
    /** @type {Actions["lock"]} */
    lock(query) {
      store.set({ locked: query })
      report(WAIT_MS.choice)
    },
    /** @type {Actions["setPlace"]} */
    setPlace(place) {
      store.set({ place })
      report(WAIT_MS.place)
    },
    /** @type {Actions["choose"]} */
    choose(patch) {
      store.set(patch)
      report(WAIT_MS.choice)
    },
    modeChanged: () => report(WAIT_MS.mode),
    /** @type {Actions["toggleGlobal"]} */
    toggleGlobal(position) {
      const preview = toggledPreview(store.get().data, position)
      if (preview) store.set({ preview, waiting: true })
      app.tell.setTriggerValue("global_toggled", position)
    },
    runPattern: pattern.run,
    /** @type {Actions["askTile"]} */
    askTile: ({ rows, columns, steps, straight }) => app.tell.setStateValue("tile", { rows, columns, steps, straight }),
  }
  const forget = () => {
    wished = null
    told = null
  }
  /**
   * The head to name after one has arrived: the reader may have gone on to another one meanwhile.
   *
   * @param {Head} arrived
   */
  const headAfter = (arrived) => {
    if (wished?.layer === arrived.layer && wished.head === arrived.head) wished = null
    return wished ?? arrived
  }
  const stop = () => {
    clearTimeout(timer)
    pattern.stop()
  }
  return { actions, forget, headAfter, stop }
}

/**
 * Starts the run of a pattern: many changes in a row make one run, of the last.
 *
 * @param {MapApp} app
 * @param {Store<MapState>} store
 * @returns {{ run: Actions["runPattern"], stop: () => void }}
 */
function patternRunner(app, store) {
  let timer = 0
  const stop = () => clearTimeout(timer)
  return {
    run(values) {
      stop()
      timer = setTimeout(() => {
        store.set({ waiting: store.get().preview !== null })
        app.tell.setTriggerValue("pattern", { ...values })
      }, WAIT_MS.pattern)
    },
    stop,
  }
}
