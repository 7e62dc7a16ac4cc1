// Beside the straightened band: what each query gives to the global tokens, which lie outside the offsets shown.
/** @import { Box, Eye, Ink, Mark, Pair, Two } from "../../shared/types.js" */
/** @import { MapView } from "../view.js" */
import { KIND_COLOURS } from "../../shared/colours.js"
import { pairCode } from "../../shared/pairs.js"
import { coarseness } from "./levels.js"

const WIDTH = 26
const GAP = 8
const MOST_LANES = 5
const LEAST_STAGE = 330

export class GlobalLanes {
  /** @param {MapView} map */
  constructor(map) {
    this.map = map
    /** @type {ImageData | null} */
    this.image = null
  }

  /** Whether there is anything to show, and room for it. */
  get wanted() {
    const { panels, store, stageSize } = this.map
    if (store.get().mode !== "straight" || panels.length !== 1 || stageSize.width < LEAST_STAGE) return false
    return !panels[0].view.overBudget && panels[0].view.globals.length > 0
  }

  /** CSS pixels that they take on the right of the panel. */
  get room() {
    return this.wanted ? WIDTH + GAP : 0
  }

  /**
   * The box beside the only panel, or null where there is nothing to show.
   *
   * @returns {Box | null}
   */
  box() {
    if (!this.wanted || this.map.camera.turning) return null
    const { box } = this.map.panels[0]
    return { x: box.x + box.width + GAP, y: box.y, width: WIDTH, height: box.height }
  }

  /**
   * The global tokens [from, to) of each lane: one each, or as many as share one.
   *
   * @returns {Two[]}
   */
  groups() {
    const count = this.map.panels[0].view.globals.length
    const lanes = Math.min(MOST_LANES, count)
    return Array.from({ length: lanes }, (_, lane) => [
      Math.floor((lane * count) / lanes),
      Math.floor(((lane + 1) * count) / lanes),
    ])
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Eye} eye
   * @param {number} ratio Pixels of a unit.
   */
  draw(context, eye, ratio) {
    const box = this.box()
    if (!box) return
    const { source, table } = this.map.panels[0]
    const [width, height] = [box.width, box.height].map((side) => Math.round(side * ratio))
    const kept = this.image?.width === width && this.image.height === height ? this.image : new ImageData(width, height)
    this.image = kept
    const pixels = new Uint32Array(kept.data.buffer)
    const scale = eye.scaleY * ratio
    const down = coarseness(scale)
    const { codes, columns, rows } = source.columns.at(down, 0)
    const own = source.view.globalIndex
    const groups = this.groups()
    pixels.fill(0)
    for (let y = 0; y < height; y++) {
      const top = (eye.originY + y / scale) / 2 ** down
      const bottom = (eye.originY + (y + 1) / scale) / 2 ** down
      groups.forEach(([from, to], lane) => {
        let largest = -1
        for (let row = Math.max(0, Math.floor(top)); row < Math.min(rows, Math.max(Math.floor(top) + 1, bottom)); row++) {
          const global = down === 0 ? own.get(row) : undefined // a global query's weights are in its row
          for (let column = from; column < to; column++) {
            const code =
              global === undefined
                ? codes[row * columns + column]
                : source.view.rows[global * source.tokens + source.view.globals[column]]
            if (code > largest) largest = code
          }
        }
        if (largest < 0) return
        const left = Math.floor((lane * width) / groups.length)
        const right = Math.floor(((lane + 1) * width) / groups.length) - (groups.length > 1 ? 1 : 0)
        pixels.fill(table[largest + 1], y * width + left, y * width + right)
      })
    }
    context.putImageData(kept, Math.round(box.x * ratio), Math.round(box.y * ratio))
  }

  /**
   * @param {Ink} ink
   * @returns {Mark[]}
   */
  marks(ink) {
    const box = this.box()
    if (!box) return []
    const middle = box.x + box.width / 2
    return [
      { kind: "rect", x: box.x - 0.5, y: box.y - 0.5, width: box.width + 1, height: box.height + 1, stroke: ink.border },
      { kind: "path", points: [[box.x, box.y - 2], [box.x + box.width, box.y - 2]], stroke: KIND_COLOURS.global, line: 3 },
      { kind: "text", text: "Global", x: middle, y: box.y - 12, size: 10, bold: true, fill: ink.text, align: "center" },
    ]
  }

  /**
   * The query under a point, and of the global tokens of that lane the one that it attends to most.
   *
   * @param {number} x
   * @param {number} y
   * @param {Eye} eye
   * @returns {Pair | null}
   */
  pairAt(x, y, eye) {
    const box = this.box()
    if (!box || x < box.x || x >= box.x + box.width || y < box.y || y >= box.y + box.height) return null
    const { view, source } = this.map.panels[0]
    const query = Math.floor(eye.originY + (y - box.y) / eye.scaleY)
    if (query < 0 || query >= source.tokens) return null
    const groups = this.groups()
    const [from, to] = groups[Math.min(groups.length - 1, Math.floor(((x - box.x) / box.width) * groups.length))]
    let best = view.globals[from]
    for (let index = from; index < to; index++) {
      const key = view.globals[index]
      if (pairCode(view, source.tokens, query, key) > pairCode(view, source.tokens, query, best)) best = key
    }
    return { query, key: best }
  }
}
