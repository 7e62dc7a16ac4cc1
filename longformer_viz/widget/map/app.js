// Puts the map together: reads the payload, builds toolbar, map, text and head grid, and reports what was chosen.
/** @import { Actions, App, MapPart, MapState, Payload, Store, Tell, Theme } from "../shared/types.js" */
import { append } from "../shared/element.js"
import { FullScreen } from "../shared/full_screen.js"
import { followPresenting } from "../shared/presenting.js"
import { PayloadFault, decodePayload } from "../shared/payload.js"
import { createStore } from "../shared/store.js"
import { themeOf } from "../shared/theme.js"
import { GridView } from "../grid/view.js"
import { TextView } from "../text/view.js"
import { actionsOf } from "./actions.js"
import { Controls } from "./controls.js"
import { Frame } from "./frame.js"
import { pointOf } from "./picture/eye.js"
import { PageKeys } from "./page_keys.js"
import { PatternBar } from "./pattern/controls.js"
import { Title } from "./title.js"
import { MapView } from "./view.js"

/** Milliseconds after the map until text and grid are built: the weights are on the screen first. */
const PARTS_WAIT_MS = 30

/** @type {Omit<MapState, "data" | "theme" | "layer" | "head" | "globals">} */
const START = {
  view: 0, hover: null, locked: null, unit: "token", mode: "square", scale: "log", sort: "layer", percent: 100,
  place: null, preview: null, waiting: false,
}

/** @implements {App<Uint8Array>} */
export class MapApp {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    parent.querySelector(".lv-room")?.remove()
    this.root = append(parent, "div", "lv-root")
    /** @type {Tell} */
    this.tell = { setStateValue() {}, setTriggerValue() {} }
    /** @type {Uint8Array | null} */
    this.bytes = null
    /** @type {number | null | undefined} Of the choices that Python asked for last. */
    this.generation = null
    /** @type {Built | null} */
    this.built = null
  }

  /** @param {Uint8Array} bytes */
  show(bytes) {
    const theme = themeOf(this.root, this.built?.store.get().theme ?? "light")
    if (this.built && bytes === this.bytes) return this.built.store.set({ theme })
    this.bytes = bytes
    /** @type {Payload} */
    let data
    const start = performance.now()
    try {
      if (!document.createElement("canvas").getContext("2d")) {
        throw new PayloadFault("This browser cannot draw on a canvas, so it cannot show the map.")
      }
      data = decodePayload(bytes)
    } catch (fault) {
      if (!(fault instanceof PayloadFault)) throw fault
      return this.say(fault.message)
    }
    const decoded = performance.now() - start
    const known = this.built?.store.get().data
    if (this.built && known && isShown(data, known) && this.generation === data.controls.generation) {
      return this.built.store.set({ theme })
    }
    const patch = this.patch(data, theme)
    if (this.built) this.built.store.set(patch)
    else this.built = new Built(this, { ...START, ...patch })
    this.built.map.times.decode = decoded
    this.built.controls.render(this.built.store.get())
  }

  /**
   * What new data changes: the head always, the rest only when Python asks for it anew.
   *
   * @param {Payload} data
   * @param {Theme} theme
   * @returns {Required<Pick<MapState, "data" | "theme" | "layer" | "head" | "globals">> & Partial<MapState>}
   */
  patch(data, theme) {
    const { controls } = data
    const known = this.built?.store.get()
    const { layer = data.views[0].layer, head = data.views[0].head } = controls
    /** @type {ReturnType<MapApp["patch"]>} */
    const patch = { data, theme, layer, head, globals: [...data.views[0].globals] }
    if (known && controls.generation === this.generation) {
      Object.assign(patch, this.built?.reports.headAfter({ layer, head }))
    }
    const isSameLength = known?.data.tokens === data.tokens
    if (!known || controls.generation !== this.generation) {
      this.generation = controls.generation
      this.built?.reports.forget()
      Object.assign(patch, {
        view: 0,
        locked: controls.locked ?? null,
        unit: controls.unit ?? "token",
        mode: controls.mode === "straight" ? "straight" : "square",
        scale: controls.scale === "linear" ? "linear" : "log",
        sort: controls.sort ?? "layer",
        percent: controls.percent ?? 100,
        place: controls.place ?? null,
      })
    } else if (!isSameLength) Object.assign(patch, { locked: null, place: null })
    if (!isSameLength) patch.hover = null
    if ((patch.locked ?? -1) >= data.tokens) patch.locked = null
    return patch
  }

  /** @param {string} sentence */
  say(sentence) {
    this.clear()
    append(this.root, "p", "lv-note", sentence).setAttribute("role", "alert")
  }

  clear() {
    this.built?.destroy()
    this.built = null
    this.generation = null
    this.root.replaceChildren()
  }

  destroy() {
    this.clear()
    this.root.remove()
  }
}

/** What stands on the page once there is a sound payload. */
class Built {
  /**
   * @param {MapApp} app
   * @param {MapState} state
   */
  constructor(app, state) {
    const { root } = app
    root.replaceChildren()
    root.dataset.theme = state.theme
    /** @type {Store<MapState>} */
    this.store = createStore(state)
    this.frame = new Frame(root)
    const { map, words, bar, pattern, text, grid } = this.frame
    this.reports = actionsOf(app, this.store)
    const { actions } = this.reports
    this.map = new MapView(map, words, this.store, actions)
    this.full = new FullScreen(root, this.frame.fit)
    this.controls = new Controls(bar, this.store, actions, this.map, this.full)
    this.keys = new PageKeys(root, this.store, actions)
    followPresenting(root, this.keys.signal, this.frame.fit)
    /** @type {MapPart[]} */
    this.parts = [this.map, this.controls, new PatternBar(pattern, this.store, actions), new Title(this.frame.title, state)]
    /** @param {MapState} now */
    const arrange = (now) => {
      this.frame.hold(now.data.views.length, now.data.tokens, now.data.controls.height ?? null)
      grid.hidden = !now.data.grid
    }
    this.stop = this.store.subscribe((now, previous) => {
      if (now.theme !== previous.theme) root.dataset.theme = now.theme
      root.classList.toggle("lv-waiting", now.waiting)
      arrange(now)
      for (const part of this.parts) part.render(now, previous)
    })
    arrange(state)
    this.map.layout()
    this.timer = setTimeout(() => {
      this.parts.push(new TextView(text, this.store, actions), new GridView(grid, this.store, actions))
    }, PARTS_WAIT_MS)
    Object.defineProperty(root, "lvMap", { configurable: true, value: this.hook() })
  }

  /** What a test reads: the state, times, and where a pair is on the screen. */
  hook() {
    const { map, store } = this
    return {
      store,
      state: () => store.get(),
      box: () => ({ ...map.box }),
      panels: () => map.panels.map(({ box }) => ({ ...box })),
      times: () => ({ ...map.times }),
      /** @type {(query: number, key: number, panel?: number) => number[]} */
      pointOf: (query, key, panel = 0) => {
        const { box } = map.panels[panel]
        const eye = map.camera.eye()
        const [x, y] = pointOf(eye, query, key)
        const canvas = map.over.getBoundingClientRect()
        const [right, down] = [box.x + x + eye.scaleX / 2, box.y + y + eye.scaleY / 2]
        return [canvas.left + map.unit * right, canvas.top + map.unit * down]
      },
    }
  }

  destroy() {
    this.stop()
    clearTimeout(this.timer)
    this.reports.stop()
    this.frame.destroy()
    this.full.destroy()
    this.keys.destroy()
    for (const part of this.parts) part.destroy()
  }
}

/**
 * Whether a payload would change nothing: the same weights of the same heads, names, and the same pattern chosen.
 *
 * @param {Payload} data
 * @param {Payload} known
 */
function isShown(data, known) {
  /** @param {Payload} one */
  const told = (one) => {
    return JSON.stringify([one.controls.pattern, one.views.map(({ label, window, dilation }) => [label, window, dilation])])
  }
  return data.crc === known.crc && told(data) === told(known)
}
