// The frame of the map: where pictures, controls and text stand, and how large each may be on this screen.
import { append } from "../shared/element.js"
import { clamp } from "../shared/numbers.js"
import { PANE_GAP, pageOf, paneWidth, roomOf } from "../shared/room.js"
import { GUTTER } from "./picture/boxes.js"

/** CSS pixels of the map's height where the screen has less or much more. */
const HEIGHT = { least: 470, most: 1500 }
/** The labels of the rows hang in the margin of the page, where it has one. */
const MARGIN = { left: GUTTER.left, right: 56 }
/** Of a map above its text, as a share of its width; and how high several maps are at the least, in CSS pixels. */
const STACKED_SHAPE = 0.92
const STACKED_LEAST = 330
/** Of a map beside the text: the most height for its width, as the whole document is drawn. */
const TALLEST_SHAPE = 1.4
/** CSS pixels around the map in full screen, under the toolbar, and of the legend where it is one row. */
const FULL_EDGE = 14
const BAR_MARGIN = 6
const LEGEND_HEIGHT = 28

export class Frame {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root
    this.panels = 1
    this.tokens = 0
    /** @type {number | null} */
    this.height = null
    this.body = append(root, "div", "lv-body")
    this.pane = append(this.body, "div", "lv-map-pane")
    this.bar = append(this.pane, "div", "lv-toolbar")
    this.map = append(this.pane, "div")
    this.side = append(this.body, "div", "lv-side")
    this.pattern = append(this.side, "div", "lv-pattern")
    this.title = append(this.side, "div", "lv-title")
    this.words = append(this.side, "div", "lv-words")
    this.text = append(this.side, "div", "lv-text-pane")
    this.grid = append(root, "div", "lv-grid-pane")
    this.fit = this.fit.bind(this)
    this.observer = new ResizeObserver(this.fit)
    this.observer.observe(root)
    // What comes or goes above the map, such as a notice, leaves it less or more of the screen.
    const page = pageOf(root)
    if (page) this.observer.observe(page)
    window.addEventListener("resize", this.fit)
    this.fit()
  }

  /** Give map and text the room that the screen has. */
  fit() {
    const { style } = this.root
    const full = this.root.classList.contains("lv-full-screen")
    // In the presenter view the page is zoomed: what is measured on the screen is larger than what is set.
    const zoom = this.root.offsetWidth ? this.root.getBoundingClientRect().width / this.root.offsetWidth : 1
    const room = full ? { left: 0, right: 0, height: window.innerHeight - 2 * FULL_EDGE } : roomOf(this.root, MARGIN)
    style.setProperty("--lv-left", `${-room.left / zoom}px`)
    style.setProperty("--lv-right", `${-room.right / zoom}px`)
    const fitting = clamp(room.height / zoom, HEIGHT.least / zoom, HEIGHT.most)
    const size = { width: this.body.clientWidth, height: full ? fitting : (this.height ?? fitting) }
    if (!size.width) return
    const wide = paneWidth(size, GUTTER.left + GUTTER.right, this.above, this.panels)
    this.body.classList.toggle("lv-stacked", wide === null)
    const square = Math.max(STACKED_LEAST, (STACKED_SHAPE * size.width) / this.panels)
    const stacked = Math.min(size.height - this.pattern.offsetHeight - PANE_GAP, square + this.above)
    style.setProperty("--lv-readout-lines", String(Math.max(3, 2 + this.panels)))
    style.setProperty("--lv-height", `${Math.round(wide === null ? stacked : this.besideText(size.height, wide))}px`)
    style.setProperty("--lv-map-width", wide === null ? "auto" : `${Math.round(wide)}px`)
    style.setProperty("--lv-gap", `${PANE_GAP}px`)
  }

  /** CSS pixels above and below the panels: toolbar, labels and legend. */
  get above() {
    const bar = this.bar.offsetHeight ? this.bar.offsetHeight + BAR_MARGIN : 0
    return bar + GUTTER.top + GUTTER.bottom + LEGEND_HEIGHT
  }

  /**
   * The height of the maps where the text stands beside them, without empty space above and below the document.
   *
   * @param {number} height CSS pixels that there are.
   * @param {number} width CSS pixels of all maps.
   */
  besideText(height, width) {
    const each = (width - GUTTER.left - GUTTER.right) / this.panels
    return Math.min(height, Math.max(HEIGHT.least, TALLEST_SHAPE * each + this.above))
  }

  /**
   * Make room for maps of a document; another document may have moved the map up or down.
   *
   * @param {number} panels
   * @param {number} tokens
   * @param {number | null} height CSS pixels; null for the height of the screen.
   */
  hold(panels, tokens, height) {
    if (panels === this.panels && tokens === this.tokens && height === this.height) return
    Object.assign(this, { panels, tokens, height })
    this.fit()
  }

  destroy() {
    this.observer.disconnect()
    window.removeEventListener("resize", this.fit)
  }
}
