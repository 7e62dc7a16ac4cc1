// One state that several parts share: what is pointed at in one lights up in all, without the server.
/** @import { Store } from "./types.js" */

/**
 * Make a store. Its listeners are called after each change, with the state and the one before.
 *
 * @template {object} State
 * @param {State} initial
 * @returns {Store<State>}
 */
export function createStore(initial) {
  let state = { ...initial }
  /** @type {Set<(state: State, previous: State) => void>} */
  const listeners = new Set()
  return {
    get: () => state,
    set(patch) {
      const names = /** @type {(keyof State)[]} */ (Object.keys(patch))
      if (!names.some((name) => !Object.is(state[name], patch[name]))) return
      const previous = state
      state = { ...state, ...patch }
      for (const listener of [...listeners]) listener(state, previous)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
