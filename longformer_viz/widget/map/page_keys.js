// Keys of the whole page: the next layer and head, and in the presenter view those of a remote control.
/** @import { Actions, MapState, Store } from "../shared/types.js" */
import { onPageKey } from "../shared/keys.js"
import { isPresenting } from "../shared/presenting.js"

/** Of each key how far layer and head move; capitals with Shift. */
const STEPS = /** @type {Record<string, [number, number]>} */ ({ l: [1, 0], L: [-1, 0], h: [0, 1], H: [0, -1] })
/** A remote control sends these; each moves to the next head, and after the last one to the next layer. */
const REMOTE = /** @type {Record<string, number>} */ ({ PageDown: 1, PageUp: -1 })

export class PageKeys {
  /**
   * @param {HTMLElement} root
   * @param {Store<MapState>} store
   * @param {Actions} actions
   */
  constructor(root, store, actions) {
    this.store = store
    this.actions = actions
    this.listeners = new AbortController()
    onPageKey(this.signal, (event) => this.key(event), root)
  }

  get signal() {
    return this.listeners.signal
  }

  /** @param {KeyboardEvent} event */
  key({ key }) {
    const { data, layer, head } = this.store.get()
    const { layers, heads } = data
    /** @type {(value: number, count: number) => number} */
    const around = (value, count) => (value + count) % count
    if (key in STEPS) {
      const [byLayer, byHead] = STEPS[key]
      this.open(around(layer + byLayer, layers), around(head + byHead, heads))
    } else if (key in REMOTE && isPresenting()) {
      const next = around(layer * heads + head + REMOTE[key], layers * heads)
      this.open(Math.floor(next / heads), next % heads)
    } else return false
    return true
  }

  /**
   * @param {number} layer
   * @param {number} head
   */
  open(layer, head) {
    this.store.set({ layer, head })
    this.actions.openHead(layer, head)
  }

  destroy() {
    this.listeners.abort()
  }
}
