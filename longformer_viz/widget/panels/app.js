// Several patterns over one head: pictures on one scale, with one cursor and one zoom, without the server.
/** @import { App, Pair, Tell, Theme } from "../shared/types.js" */
/** @import { Sight } from "./raster.js" */
/** @import { PanelsState } from "./tools.js" */
import { append } from "../shared/element.js"
import { FullScreen } from "../shared/full_screen.js"
import { clamp } from "../shared/numbers.js"
import { PayloadFault } from "../shared/payload.js"
import { followPresenting } from "../shared/presenting.js"
import { pageOf, roomOf } from "../shared/room.js"
import { themeOf } from "../shared/theme.js"
import { PanelCard } from "./card.js"
import { PanelData } from "./data.js"
import { savePanels } from "./export.js"
import { PanelMoves } from "./moves.js"
import { panelSizes } from "./sizes.js"
import { PanelRaster } from "./raster.js"
import { PanelReadout, PanelTools } from "./tools.js"

/** CSS pixels of the tools above the panels and the line below them. */
const TOOLS_HEIGHT = 66
/** CSS pixels around the panels in full screen. */
const FULL_EDGE = 28
/** The least CSS pixels of all panels together. */
const LEAST_HEIGHT = 370
/** The fewest tokens in sight. */
const LEAST_SPAN = 8

/** @implements {App<Uint8Array>} */
export class PanelsApp {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.root = append(parent, "div", "lp-root")
    /** @type {Tell} */
    this.tell = { setStateValue() {}, setTriggerValue() {} }
    /** @type {PanelsState} */
    this.state = { mode: "weights", sight: { x: 0, y: 0, span: 1 }, hover: null, selected: null, near: false }
    /** @type {Uint8Array | null} */
    this.bytes = null
    /** @type {Shown | null} */
    this.shown = null
    /** @type {Theme} */
    this.theme = "light"
    this.raster = new PanelRaster(this.theme)
    /** CSS pixels of a picture. */
    this.size = { width: 0, height: 0 }
    this.columns = 1
    this.ratio = 1
    this.times = { picture: 0 }
    this.layoutFrame = 0
    this.drawFrame = 0
    this.full = new FullScreen(this.root, () => this.layout())
    this.listeners = new AbortController()
    followPresenting(this.root, this.listeners.signal, () => this.layoutLater())
    this.observer = new ResizeObserver(() => this.layoutLater())
    this.observer.observe(this.root)
    // What comes or goes above the panels leaves them less or more of the screen.
    const page = pageOf(this.root)
    if (page) this.observer.observe(page)
    this.onResize = () => this.layoutLater()
    window.addEventListener("resize", this.onResize)
    Object.defineProperty(this.root, "lpPanels", { configurable: true, value: this.hook() })
  }

  /** What a test reads: the state, any pair, and the numbers of the panels. */
  hook() {
    return {
      state: () => ({ ...this.state, ...this.size, tokens: this.shown?.data.tokens }),
      /** @type {PanelData["pair"]} */
      pair: (number, query, key) => /** @type {Shown} */ (this.shown).data.pair(number, query, key),
      panels: () =>
        this.shown?.data.panels.map(({ name, words, own, pairs, kept, blind }) => ({ name, words, own, pairs, kept, blind })),
      times: () => ({ ...this.times }),
      /** @type {(x: number, y: number, span: number) => void} */
      zoom: (x, y, span) => this.look({ x, y, span }),
    }
  }

  /** @param {Uint8Array} bytes */
  show(bytes) {
    const theme = themeOf(this.root, this.theme)
    if (bytes === this.bytes && theme === this.theme) return
    this.bytes = bytes
    let data
    try {
      data = new PanelData(bytes)
    } catch (fault) {
      if (!(fault instanceof PayloadFault)) throw fault
      this.root.replaceChildren()
      this.shown = null
      append(this.root, "p", "lp-note", fault.message).setAttribute("role", "alert")
      return
    }
    this.theme = theme
    this.root.dataset.theme = theme
    this.raster = new PanelRaster(theme)
    if (this.shown?.data.tokens !== data.tokens) {
      Object.assign(this.state, { sight: { x: 0, y: 0, span: data.tokens }, hover: null, selected: null })
    }
    this.shown ??= new Shown(this, data)
    this.shown.take(data)
    this.layout()
  }

  /** Give the pictures the room that the screen has. */
  layout() {
    const width = this.root.clientWidth
    if (!this.shown || !width) return
    const { cards, grid } = this.shown
    const room = this.full.on ? window.innerHeight - FULL_EDGE : roomOf(this.root, { left: 0, right: 0 }).height
    // In the presenter view the page is zoomed: what is measured on the screen is larger than what is set.
    const zoom = this.root.getBoundingClientRect().width / this.root.offsetWidth
    const inside = parseFloat(getComputedStyle(this.root).paddingLeft) * 2
    const height = Math.max(LEAST_HEIGHT, room / zoom - TOOLS_HEIGHT)
    const { columns, ...size } = panelSizes({ width: width - inside, height }, cards.length)
    Object.assign(this, { size, columns })
    grid.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`
    this.ratio = Math.min(2, window.devicePixelRatio || 1)
    for (const card of cards) card.size(size, this.ratio)
    this.draw()
  }

  layoutLater() {
    cancelAnimationFrame(this.layoutFrame)
    this.layoutFrame = requestAnimationFrame(() => this.layout())
  }

  draw() {
    if (!this.shown) return
    const start = performance.now()
    const { data, cards, tools } = this.shown
    const { sight, mode } = this.state
    const canvases = cards.map((card) => card.picture)
    this.state.near = this.raster.draw(data, canvases, sight, mode)
    this.times.picture = performance.now() - start
    tools.render(data, this.state, this.theme)
    this.point()
  }

  /** Show the pair under the cursor, else the selected one, in all panels. */
  point() {
    if (!this.shown) return
    const { data, cards, readout } = this.shown
    const { hover, selected, sight } = this.state
    const pair = hover ?? selected
    const isSelected = Boolean(selected && !hover)
    cards.forEach((card, number) => {
      card.read(data, number, pair)
      card.cross(sight, pair, isSelected, this.ratio, this.theme)
    })
    readout.say(data, pair, isSelected)
  }

  /** @param {Pair | null} pair */
  hover(pair) {
    this.state.hover = pair
    this.point()
  }

  /** @param {Pair | null} pair */
  select(pair) {
    Object.assign(this.state, { selected: pair, hover: null })
    if (this.shown) this.shown.tools.render(this.shown.data, this.state, this.theme)
    this.point()
  }

  /**
   * Look at a part of the document.
   *
   * @param {Sight} sight
   */
  look({ x, y, span: wanted }) {
    const tokens = this.shown?.data.tokens ?? 1
    const span = clamp(wanted, Math.min(LEAST_SPAN, tokens), tokens)
    this.state.sight = { span, x: clamp(x, 0, tokens - span), y: clamp(y, 0, tokens - span) }
    cancelAnimationFrame(this.drawFrame)
    this.drawFrame = requestAnimationFrame(() => this.draw())
  }

  lookAtAll() {
    this.look({ x: 0, y: 0, span: this.shown?.data.tokens ?? 1 })
  }

  /**
   * Zoom about a point of a panel.
   *
   * @param {number} factor
   * @param {number} [acrossPart] From 0 to 1.
   * @param {number} [downPart] From 0 to 1.
   */
  zoom(factor, acrossPart = 0.5, downPart = 0.5) {
    const { x, y, span } = this.state.sight
    const tokens = this.shown?.data.tokens ?? 1
    const wanted = clamp(span * factor, Math.min(LEAST_SPAN, tokens), tokens)
    this.look({ x: x + (span - wanted) * acrossPart, y: y + (span - wanted) * downPart, span: wanted })
  }

  destroy() {
    this.listeners.abort()
    this.observer.disconnect()
    this.full.destroy()
    window.removeEventListener("resize", this.onResize)
    cancelAnimationFrame(this.layoutFrame)
    cancelAnimationFrame(this.drawFrame)
    this.root.remove()
  }
}

/** What stands on the page once there is a sound payload. */
class Shown {
  /**
   * @param {PanelsApp} app
   * @param {PanelData} data
   */
  constructor(app, data) {
    this.app = app
    this.data = data
    app.root.replaceChildren()
    this.tools = new PanelTools(app.root, {
      mode: (mode) => {
        app.state.mode = mode
        app.draw()
      },
      clear: () => app.select(null),
      whole: () => app.lookAtAll(),
      full: () => void app.full.toggle(),
      png: (pixels) => savePanels(app, pixels),
    })
    this.grid = append(app.root, "div", "lp-grid")
    this.readout = new PanelReadout(app.root)
    /** @type {PanelCard[]} */
    this.cards = []
  }

  /** @param {PanelData} data */
  take(data) {
    this.data = data
    while (this.cards.length > data.panels.length) this.cards.pop()?.root.remove()
    while (this.cards.length < data.panels.length) {
      const card = new PanelCard(this.grid)
      new PanelMoves(this.app, card.over)
      this.cards.push(card)
    }
    this.cards.forEach((card, number) => card.say(data, number))
  }
}
