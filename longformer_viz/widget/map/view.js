// The map: weights in one or two panels, what is drawn over them, the line that reads them out, and the legend.
/** @import { Actions, Box, Eye, Ink, MapState, Mark, Payload, Store } from "../shared/types.js" */
/** @import { Panel } from "./types.js" */
import { colourTable, scaleEnd } from "../shared/colours.js"
import { append, contextOf } from "../shared/element.js"
import { Camera } from "./camera.js"
import { Crosshair } from "./crosshair.js"
import { Moves } from "./moves.js"
import { PreviewPen } from "./pattern/draw.js"
import { widestReach } from "./picture/eye.js"
import { GlobalLanes } from "./picture/lanes.js"
import { legendHeight, legendMarks, legendText } from "./picture/legend.js"
import { panelBoxes } from "./picture/boxes.js"
import { drawPanel } from "./picture/panel.js"
import { cornerMarks, panelMarks } from "./picture/marks.js"
import { Minimap } from "./picture/minimap.js"
import { drawMarks } from "./picture/pens.js"
import { Raster } from "./picture/raster.js"
import { Source } from "./picture/source.js"
import { servesWish, wishFor } from "./picture/tiles.js"
import { Readout, mapDescription } from "./readout.js"

const NOWHERE = { x: 0, y: 0, width: 1, height: 1 }

export class MapView {
  /**
   * @param {HTMLElement} root
   * @param {HTMLElement} words Where the line that reads the map out stands.
   * @param {Store<MapState>} store
   * @param {Actions} actions
   */
  constructor(root, words, store, actions) {
    this.root = root
    this.store = store
    this.actions = actions
    this.camera = new Camera(store, actions)
    /** @type {Panel[]} */
    this.panels = []
    /** Milliseconds, and a count of pictures. */
    this.times = { draw: 0, picture: 0, pictures: 0, finished: 0, decode: 0 }
    this.frame = 0
    this.asking = 0
    /** Device pixels of a unit, and CSS pixels of it: everything drawn over the weights is measured in units. */
    this.ratio = 0
    this.unit = 1
    this.largest = 1
    this.font = ""
    /** @type {Ink} */
    this.ink = { text: "", faint: "", border: "", background: "" }
    this.isPictureStale = false
    this.isLegendStale = true
    root.classList.add("lv-map")
    this.stage = append(root, "div", "lv-stage")
    this.picture = append(this.stage, "canvas", "lv-picture")
    this.over = append(this.stage, "canvas", "lv-over")
    this.picture.setAttribute("aria-hidden", "true")
    this.over.setAttribute("role", "img")
    this.over.tabIndex = 0
    this.readout = new Readout(append(words, "div", "lv-readout"))
    this.legend = append(root, "canvas", "lv-legend")
    this.legend.setAttribute("role", "img")
    // The picture is only written pixel by pixel, never drawn on.
    this.pictureContext = contextOf(this.picture, { willReadFrequently: true })
    this.overContext = contextOf(this.over)
    this.legendContext = contextOf(this.legend)
    this.minimap = new Minimap(this)
    this.lanes = new GlobalLanes(this)
    this.previewPen = new PreviewPen()
    this.crosshair = new Crosshair(this)
    this.moves = new Moves(this, this.over)
    this.observer = new ResizeObserver(() => this.layout())
    this.observer.observe(this.stage)
    this.render(store.get(), null)
  }

  destroy() {
    this.observer.disconnect()
    cancelAnimationFrame(this.frame)
    clearTimeout(this.asking)
    this.root.replaceChildren()
  }

  /**
   * @param {MapState} state
   * @param {MapState | null} previous
   */
  render(state, previous) {
    /** @param {(keyof MapState)[]} names */
    const changed = (...names) => !previous || names.some((name) => state[name] !== previous[name])
    if (changed("data")) this.take(state.data)
    if (changed("mode")) this.arrange()
    // The straightened view makes room for a wider band before it is run.
    const reach = Math.max(widestReach(state.data.views), state.preview?.reach ?? 0)
    const isWider = reach !== this.camera.reach
    if (isWider) for (const panel of this.panels) panel.reach = reach
    this.camera.reach = reach
    if (previous && state.locked !== null && changed("locked")) this.camera.reveal(state.locked)
    if (changed("percent", "data")) for (const { source } of this.panels) source.keep(state.percent)
    if (changed("data", "scale", "theme")) this.paint(state)
    this.request(changed("data", "place", "mode", "scale", "percent", "theme") || (isWider && state.mode === "straight"))
  }

  /**
   * Take new data; the old picture stays until the next one is drawn.
   *
   * @param {Payload} data
   */
  take(data) {
    const reach = widestReach(data.views)
    this.panels = data.views.map((view, index) => ({
      view,
      index,
      first: index === 0,
      reach,
      source: new Source(view, data.tokens),
      raster: this.panels[index]?.raster ?? new Raster(),
      box: this.panels[index]?.box ?? NOWHERE,
      table: new Uint32Array(0),
    }))
    this.camera.reach = reach
    this.over.setAttribute("aria-label", mapDescription(data))
    this.arrange()
  }

  /** @param {MapState} state */
  paint(state) {
    const style = getComputedStyle(this.root)
    const text = style.color
    const background = style.getPropertyValue("--st-background-color").trim()
    this.font = style.fontFamily
    this.ink = {
      text,
      faint: style.getPropertyValue("--lv-faint").trim() || text,
      border: style.getPropertyValue("--lv-line").trim() || "#8A8A8A",
      background: background || (state.theme === "dark" ? "#0E1117" : "#FFFFFF"),
    }
    this.largest = scaleEnd(state.data.views, state.scale)
    this.isLegendStale = true
    for (const panel of this.panels) panel.table = colourTable(panel.view, state.theme, state.scale, this.largest)
  }

  /** Fit canvases and panels to the element, in whole device pixels. */
  layout() {
    const { clientWidth, clientHeight } = this.stage
    if (clientWidth < 60 || clientHeight < 60) return
    // In the presenter view a unit is more than one pixel of the page.
    this.unit = this.stage.getBoundingClientRect().width / clientWidth
    this.ratio = (window.devicePixelRatio || 1) * this.unit
    const [width, height] = [clientWidth, clientHeight].map((side) => Math.round(side * this.ratio))
    if (this.box && this.times.pictures && this.picture.width === width && this.picture.height === height) return
    for (const canvas of [this.picture, this.over]) {
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
    }
    this.isLegendStale = true
    this.arrange()
    this.draw(true)
  }

  /** The stage in units. */
  get stageSize() {
    return { width: this.stage.clientWidth, height: this.stage.clientHeight }
  }

  arrange() {
    if (!this.ratio) return
    const boxes = panelBoxes(this.stageSize, this.panels.length, this.ratio, this.lanes.room)
    for (const panel of this.panels) panel.box = boxes[panel.index]
    this.camera.box = this.box
  }

  /**
   * The box of the first panel, once the map has a size.
   *
   * @returns {Box | null}
   */
  get box() {
    return this.ratio ? this.panels[0].box : null
  }

  /** @param {boolean} picture Whether the weights must be drawn anew, not only what lies over them. */
  request(picture) {
    this.isPictureStale ||= picture
    if (!this.frame) this.frame = requestAnimationFrame((now) => this.tick(now))
  }

  /** @param {number} now */
  tick(now) {
    this.frame = 0
    const wasTurning = Boolean(this.camera.turning)
    if (this.camera.turnOn(now)) this.request(true)
    this.draw(this.isPictureStale || wasTurning)
    if (this.camera.turning) this.request(true)
  }

  /** @param {boolean} picture */
  draw(picture) {
    if (!this.box || !this.panels[0].table.length) return
    const start = performance.now()
    this.isPictureStale = false
    const state = this.store.get()
    const eye = this.camera.eye()
    if (picture) this.drawPicture(eye)
    // The weights come first: what is drawn over and beside them waits for the next frame.
    if (this.times.pictures) this.drawOver(state, eye)
    else this.request(false)
    const finished = performance.now()
    this.times.draw = finished - start
    if (picture) Object.assign(this.times, { picture: finished - start, pictures: this.times.pictures + 1, finished })
    if (picture && !this.camera.turning) this.askTiles(eye, state)
  }

  /** @param {Eye} eye */
  drawPicture(eye) {
    this.pictureContext.clearRect(0, 0, this.picture.width, this.picture.height)
    for (const panel of this.panels) drawPanel(this.pictureContext, panel, panel.raster, eye, this.ratio)
    this.lanes.draw(this.pictureContext, eye, this.ratio)
  }

  /**
   * @param {MapState} state
   * @param {Eye} eye
   */
  drawOver(state, eye) {
    this.overContext.setTransform(this.ratio, 0, 0, this.ratio, 0, 0)
    this.overContext.clearRect(0, 0, this.stageSize.width, this.stageSize.height)
    this.drawPreview(state, eye)
    drawMarks(this.overContext, this.marks(state, eye), this.font)
    this.minimap.draw(this.overContext, eye, state)
    this.readout.say(state)
    if (this.isLegendStale) this.drawLegend(state)
  }

  /**
   * @param {MapState} state
   * @param {Eye} eye
   */
  drawPreview({ preview, data }, eye) {
    if (!preview) return
    const { ink, ratio } = this
    for (const { view, box } of this.panels.slice(0, 1)) {
      this.previewPen.draw(this.overContext, view, preview, { box, eye, tokens: data.tokens, ink, ratio })
    }
  }

  /**
   * @param {MapState} state
   * @param {Eye} eye
   * @returns {Mark[]}
   */
  marks(state, eye) {
    const titled = this.panels.length > 1 || this.panels[0].view.difference
    const marks = this.panels.flatMap((panel) => panelMarks(panel, eye, state, this.ink, titled))
    return [...marks, ...this.lanes.marks(this.ink), ...cornerMarks(this.panels[0].box, state.mode, this.ink)]
  }

  /** @param {MapState} state */
  drawLegend(state) {
    this.isLegendStale = false
    const width = this.legend.clientWidth
    const height = legendHeight(width)
    this.legend.style.height = `${height}px`
    Object.assign(this.legend, { width: Math.round(width * this.ratio), height: Math.round(height * this.ratio) })
    this.legendContext.setTransform(this.ratio, 0, 0, this.ratio, 0, 0)
    drawMarks(this.legendContext, legendMarks(this.panels, state, this.largest, width, this.ink), this.font)
    this.legend.setAttribute("aria-label", legendText(this.panels, state, this.largest))
  }

  /**
   * Ask for what is in sight of a head that is too large for one payload, as sharp as the screen is, once one rests.
   *
   * @param {Eye} eye
   * @param {MapState} state
   */
  askTiles(eye, { mode }) {
    clearTimeout(this.asking)
    const far = this.panels.filter(({ view }) => view.overBudget)
    if (!far.length) return
    this.asking = setTimeout(() => {
      const wish = wishFor(eye, mode, this.camera.size, this.ratio, this.store.get().data.tokens, this.camera.reach)
      if (far.some(({ view }) => !servesWish(view.tile, wish))) this.actions.askTile(wish)
    }, 250)
  }
}
