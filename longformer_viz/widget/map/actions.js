// What a reader can do, and how the host learns of it: one report for all choices, some time after the last one.
/** @import { Actions, MapState, Store } from "../shared/types.js" */
/** @import { MapApp } from "./app.js" */
import { TURN_MS } from "./camera.js"

/**
 * Milliseconds from a choice to its report. Every report makes the host run its page again, so choices that follow
 * one another closely share one.
 */
const WAIT_MS = { choice: 300, place: 800, mode: TURN_MS + 100 }

/** @typedef {Pick<MapState, "layer" | "head" | "locked" | "mode" | "scale" | "percent" | "place">} Choice */

/**
 * The actions of one map, and what stops or forgets their reports.
 *
 * @param {MapApp} app
 * @param {Store<MapState>} store
 * @returns {{ actions: Actions, forget: () => void, stop: () => void }}
 */
export function actionsOf(app, store) {
  /** @type {{ layer: number, head: number } | null} The head that was asked for and has not arrived. */
  let wished = null
  /** @type {string | null} */
  let told = null
  let timer = 0
  const tell = () => {
    const { layer, head, locked, mode, scale, percent, place } = store.get()
    /** @type {Choice} */
    const choice = { layer, head, ...wished, locked, mode, scale, percent, place }
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
    toggleGlobal: (position) => app.tell.setTriggerValue("global_toggled", position),
    /** @type {Actions["askTile"]} */
    askTile: ({ rows, columns, steps, straight }) => app.tell.setStateValue("tile", { rows, columns, steps, straight }),
  }
  const forget = () => {
    wished = null
    told = null
  }
  return { actions, forget, stop: () => clearTimeout(timer) }
}
