// One state that map, text and head grid share: what is hovered in one lights up in all, without the server.

function createStore(initial) {
  let state = { ...initial }
  const listeners = new Set()
  return {
    get: () => state,
    set(patch) {
      const changed = Object.keys(patch).some((name) => !Object.is(state[name], patch[name]))
      if (!changed) return
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
