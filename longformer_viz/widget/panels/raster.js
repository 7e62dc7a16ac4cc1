// Pixels of the panels: far away from pictures reduced by maximum, close by from every pair's own weight.
/** @import { Size, Theme } from "../shared/types.js" */
/** @import { Panel, PanelData } from "./data.js" */
import { FLOOR } from "../shared/codes.js"
import { colourTable } from "../shared/colours.js"
import { contextOf } from "../shared/element.js"
import { clamp } from "../shared/numbers.js"
import { KINDS, kindTables } from "./kinds.js"
import { NONE } from "./rules.js"

/** The part of the document in sight: its first column, its first row and how many tokens of each. */
/** @typedef {{ x: number, y: number, span: number }} Sight */
/** @typedef {"weights" | "kinds"} PanelMode */

/** Pairs a pixel, each way, up to which every one is computed. */
const NEAR = 1.5
const LOG_FLOOR = Math.log(FLOOR)

export class PanelRaster {
  /** @param {Theme} theme */
  constructor(theme) {
    this.weights = colourTable({ difference: false }, theme, "log", 1)
    this.kinds = kindTables(theme)
  }

  /**
   * Draw all panels; returns whether every pair was computed.
   *
   * @param {PanelData} data
   * @param {HTMLCanvasElement[]} canvases All of one size.
   * @param {Sight} sight
   * @param {PanelMode} mode
   */
  draw(data, canvases, sight, mode) {
    const size = { width: canvases[0].width, height: canvases[0].height }
    const near = sight.span <= NEAR * Math.min(size.width, size.height)
    const images = canvases.map((canvas) => contextOf(canvas).createImageData(size.width, size.height))
    const pixels = images.map((image) => new Uint32Array(image.data.buffer))
    if (near) this.near(data, pixels, size, sight, mode)
    else data.panels.forEach((panel, number) => this.far(data, panel, pixels[number], size, sight, mode))
    canvases.forEach((canvas, number) => contextOf(canvas).putImageData(images[number], 0, 0))
    return near
  }

  /**
   * @param {PanelData} data
   * @param {Panel} panel
   * @param {Uint32Array} pixels
   * @param {Size} size Pixels.
   * @param {Sight} sight
   * @param {PanelMode} mode
   */
  far(data, panel, pixels, { width, height }, sight, mode) {
    const { tokens, names } = data
    /** @param {number} token */
    const toCell = (token) => (token * data.side) / tokens
    const rows = cellsOf(height, sight.y, sight.span, toCell, data.side)
    const columns = cellsOf(width, sight.x, sight.span, toCell, data.side)
    for (let y = 0; y < height; y++) {
      const [top, bottom] = [rows[2 * y], rows[2 * y + 1]]
      for (let x = 0; x < width; x++) {
        const [left, right] = [columns[2 * x], columns[2 * x + 1]]
        let code = 0
        let share = 0
        let kind = 255
        for (let row = top; row < bottom; row++) {
          for (let column = left; column < right; column++) {
            const cell = row * data.side + column
            if (panel.codes[cell] > code) code = panel.codes[cell]
            if (panel.shares[cell] > share) {
              share = panel.shares[cell]
              kind = panel.kinds[cell]
            }
          }
        }
        pixels[y * width + x] = mode === "weights" ? this.weights[code] : this.kindPixel(names[kind], share / 255, x, y)
      }
    }
  }

  /**
   * @param {PanelData} data
   * @param {Uint32Array[]} pixels Of each panel.
   * @param {Size} size Pixels.
   * @param {Sight} sight
   * @param {PanelMode} mode
   */
  near(data, pixels, { width, height }, sight, mode) {
    const { tokens, panels, leftOut } = data
    const rows = cellsOf(height, sight.y, sight.span, (token) => token, tokens)
    const columns = cellsOf(width, sight.x, sight.span, (token) => token, tokens)
    const isWeights = mode === "weights"
    const best = new Float64Array(panels.length)
    /** @type {string[]} */
    const found = new Array(panels.length)
    for (let y = 0; y < height; y++) {
      const [top, bottom] = [rows[2 * y], rows[2 * y + 1]]
      for (let x = 0; x < width; x++) {
        const [left, right] = [columns[2 * x], columns[2 * x + 1]]
        const pixel = y * width + x
        // Where a token is wider than a pixel, the pixel beside is the same.
        const sameRow = y > 0 && rows[2 * y - 2] === top && rows[2 * y - 1] === bottom
        const sameColumn = x > 0 && columns[2 * x - 2] === left && columns[2 * x - 1] === right
        if (isWeights && (sameRow || sameColumn)) {
          const copied = sameColumn ? pixel - 1 : pixel - width
          for (const own of pixels) own[pixel] = own[copied]
          continue
        }
        best.fill(-Infinity)
        found.fill(NONE)
        for (let query = top; query < bottom; query++) {
          const isLeftOut = leftOut[query]
          for (let key = left; key < right; key++) {
            let score = NaN
            for (let number = 0; number < panels.length; number++) {
              const kind = panels[number].kindOf(query, key)
              if (kind === NONE) continue
              found[number] = kind
              if (!isWeights || isLeftOut) continue
              if (Number.isNaN(score)) score = data.score(query, key)
              const log = score - panels[number].lse[query]
              if (log > best[number]) best[number] = log
            }
          }
        }
        for (let number = 0; number < panels.length; number++) {
          pixels[number][pixel] = isWeights
            ? this.weights[entryOf(best[number])]
            : this.kindPixel(found[number], 1, x, y)
        }
      }
    }
  }

  /**
   * @param {string} kind
   * @param {number} share
   * @param {number} x
   * @param {number} y
   */
  kindPixel(kind, share, x, y) {
    if (!KINDS[kind]) return this.kinds.outside
    const hatched = KINDS[kind].isLighter(x, y) ? 1 : 0
    return this.kinds.tables[kind][hatched][Math.min(31, Math.round(31 * Math.sqrt(share)))]
  }
}

/**
 * From and to of the cells that every row, or every column, of pixels shows, int32 [2 * pixels].
 *
 * @param {number} pixels
 * @param {number} origin The first token in sight.
 * @param {number} span Tokens in sight.
 * @param {(token: number) => number} toCell
 * @param {number} count Cells there are.
 */
export function cellsOf(pixels, origin, span, toCell, count) {
  const found = new Int32Array(2 * pixels)
  for (let pixel = 0; pixel < pixels; pixel++) {
    const low = Math.floor(toCell(origin + (pixel * span) / pixels) + 1e-9)
    const high = Math.ceil(toCell(origin + ((pixel + 1) * span) / pixels) - 1e-9)
    const first = clamp(low, 0, count - 1)
    found[2 * pixel] = first
    found[2 * pixel + 1] = Math.min(count, Math.max(first + 1, high))
  }
  return found
}

/**
 * The natural logarithm of a weight as an entry of the colour table; -Infinity is outside the pattern.
 *
 * @param {number} log
 */
export function entryOf(log) {
  if (log === -Infinity) return 0
  if (log < LOG_FLOOR) return 1
  return 2 + Math.min(253, Math.round(253 * (1 - Math.min(0, log) / LOG_FLOOR)))
}
