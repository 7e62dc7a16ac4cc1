// Puts the parts together: reads the payload, builds toolbar, map, text and grid, and tells Python what was chosen.
const MOUNTED = new WeakMap()

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  let app = MOUNTED.get(parentElement)
  if (!app) {
    app = new MapApp(parentElement)
    MOUNTED.set(parentElement, app)
  }
  app.tell = { setStateValue, setTriggerValue }
  app.show(data)
  return () => {
    app.destroy()
    MOUNTED.delete(parentElement)
  }
}

class MapApp {
  constructor(parent) {
    this.root = document.createElement("div")
    this.root.className = "lv-root"
    parent.append(this.root)
    this.bytes = null
    this.generation = null
    this.timers = {}
  }

  show(bytes) {
    const theme = this.theme()
    if (this.store && bytes === this.bytes) return this.store.set({ theme })
    this.bytes = bytes
    let data
    const start = performance.now()
    try {
      if (!document.createElement("canvas").getContext("2d")) {
        throw new PayloadFault("This browser cannot draw on a canvas, so the map cannot be shown here.")
      }
      data = decodePayload(bytes)
    } catch (fault) {
      if (!(fault instanceof PayloadFault)) throw fault
      return this.say(fault.message)
    }
    const decoded = performance.now() - start
    if (this.store && this.store.get().data.crc === data.crc && this.generation === data.controls.generation) {
      return this.store.set({ theme })
    }
    const patch = this.patch(data, theme)
    if (this.store) this.store.set(patch)
    else this.build(patch)
    this.map.times.decode = decoded
    this.controls.render(this.store.get())
  }

  // What new data changes: the head always, the rest only when Python asks for it anew.
  patch(data, theme) {
    const { controls } = data
    const known = this.store?.get()
    const { layer = data.views[0].layer, head = data.views[0].head } = controls
    const patch = { data, theme, layer, head, globals: [...data.views[0].globals] }
    const same = known && known.data.tokens === data.tokens
    if (!known || controls.generation !== this.generation) {
      this.generation = controls.generation
      this.wished = this.told = null
      Object.assign(patch, {
        view: 0,
        locked: controls.locked ?? null,
        mode: controls.mode === "straight" ? "straight" : "square",
        scale: controls.scale === "linear" ? "linear" : "log",
        percent: controls.percent ?? 100,
        place: controls.place ?? null,
      })
    } else if (!same) Object.assign(patch, { locked: null, place: null })
    if (!same) patch.hover = null
    if ((patch.locked ?? -1) >= data.tokens) patch.locked = null
    if (controls.height) this.root.style.setProperty("--lv-height", `${controls.height}px`)
    return patch
  }

  say(sentence) {
    this.clear()
    const note = document.createElement("p")
    note.className = "lv-note"
    note.setAttribute("role", "alert")
    note.textContent = sentence
    this.root.replaceChildren(note)
  }

  build(state) {
    this.root.replaceChildren()
    this.store = createStore({ view: 0, hover: null, locked: null, ...state })
    this.root.dataset.theme = state.theme
    const add = (parent, className) => {
      const element = document.createElement("div")
      element.className = className
      parent.append(element)
      return element
    }
    const bar = add(this.root, "lv-toolbar")
    const body = add(this.root, "lv-body")
    const actions = this.actions()
    const place = add(body, "lv-map-pane")
    this.map = new MapView(place, this.store, actions)
    this.controls = new MapControls(bar, this.store, actions, this.map)
    this.parts = [this.map, this.controls]
    const text = add(body, "lv-text-pane")
    const grid = add(this.root, "lv-grid-pane")
    this.stop = this.store.subscribe((now, previous) => {
      if (now.theme !== previous.theme) this.root.dataset.theme = now.theme
      body.classList.toggle("lv-two", now.data.views.length > 1)
      grid.hidden = !now.data.grid
      for (const part of this.parts) part.render(now, previous)
    })
    body.classList.toggle("lv-two", state.data.views.length > 1)
    grid.hidden = !state.data.grid
    this.map.layout()
    // The weights are on the screen before text and grid are built.
    this.timers.parts = setTimeout(() => {
      this.parts.push(new TextView(text, this.store, actions), new GridView(grid, this.store, actions))
    }, 30)
    Object.defineProperty(this.root, "lvMap", {
      configurable: true,
      value: {
        state: () => this.store.get(),
        box: () => ({ ...this.map.box }),
        times: () => ({ ...this.map.times }),
        hoverPair: (query, key) => this.map.setHover({ query, key }),
        // Where a pair is on the screen: what a test points the mouse at.
        pointOf: (query, key, panel = 0) => {
          const { box } = this.map.panels[panel]
          const eye = this.map.eye()
          const [x, y] = mapPointOf(eye, query, key)
          const canvas = this.map.over.getBoundingClientRect()
          return [canvas.left + box.x + x + eye.scaleX / 2, canvas.top + box.y + y + eye.scaleY / 2]
        },
      },
    })
  }

  actions() {
    const { store } = this
    const later = (name, wait, act) => {
      clearTimeout(this.timers[name])
      this.timers[name] = setTimeout(act, wait)
    }
    // One state for all that a link restores: one run of the script for each change.
    const tell = () => {
      const { layer, head, locked, mode, scale, percent, place } = this.wish
      const shown = { generation: this.generation, layer, head, locked, mode, scale, percent, place }
      const key = JSON.stringify(shown)
      if (key === this.told) return
      this.told = key
      this.tell?.setStateValue("shown", shown)
    }
    const report = (wait, patch = {}) => {
      const { layer, head, locked, mode, scale, percent, place } = store.get()
      this.wish = { layer, head, ...this.wished, locked, mode, scale, percent, place, ...patch }
      later("report", wait, tell)
    }
    return {
      openHead: (layer, head) => {
        this.wished = { layer, head }
        report(0)
      },
      lock: (query) => {
        store.set({ locked: query })
        report(300)
      },
      setPlace: (place) => {
        store.set({ place })
        report(800)
      },
      choose: (patch) => {
        store.set(patch)
        report(300)
      },
      modeChanged: () => report(MAP_TURN_MS + 100),
      toggleGlobal: (position) => this.tell?.setTriggerValue("global_toggled", position),
      askTile: (wish) => {
        const { rows, columns, steps, straight } = wish
        this.tell?.setStateValue("tile", { rows, columns, steps, straight })
      },
    }
  }

  // Dark where the page is darker than its words.
  theme() {
    const found = getComputedStyle(this.root).getPropertyValue("--st-background-color").trim()
    if (/^#[0-9a-f]{6}$/i.test(found)) {
      const [red, green, blue] = mapRgb(found)
      return 0.3 * red + 0.6 * green + 0.1 * blue < 110 ? "dark" : "light"
    }
    return this.store?.get().theme ?? "light"
  }

  clear() {
    this.stop?.()
    for (const timer of Object.values(this.timers)) clearTimeout(timer)
    for (const part of this.parts ?? []) part.destroy()
    this.parts = []
    this.store = null
    this.generation = null
    this.root.replaceChildren()
  }

  destroy() {
    this.clear()
    this.root.remove()
  }
}
