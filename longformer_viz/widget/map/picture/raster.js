// Draws weights into pixels: every cell lands on the pixel of its middle, or on all it covers, and the largest wins.
// An eye says what is in sight: pixel = (position - origin) * scale, in device pixels. A pair (query, key) stands at row
// `query` and column `key - turn * query`: turn 0 is the square view, 1 the straightened one, between them it leans.
/** @import { Cells, Eye, Level, Region, View } from "../../shared/types.js" */
/** @import { Source } from "./source.js" */
import { markForbidden } from "./forbidden.js"
import { coarseness } from "./levels.js"

export class Raster {
  constructor() {
    this.width = 0
    this.height = 0
    /** Of each pixel 0 outside the pattern, else code + 1. */
    this.entries = new Uint16Array(0)
    this.line = new Uint16Array(0)
    this.image = new ImageData(1, 1)
    this.pixels = new Uint32Array(this.image.data.buffer)
  }

  /**
   * @param {number} width
   * @param {number} height
   */
  resize(width, height) {
    if (width === this.width && height === this.height) return
    this.width = width
    this.height = height
    this.entries = new Uint16Array(width * height)
    this.line = new Uint16Array(width)
    this.image = new ImageData(width, height)
    this.pixels = new Uint32Array(this.image.data.buffer)
  }

  /**
   * Draw one head.
   *
   * @param {Source} source
   * @param {Eye} eye
   * @param {Uint32Array} table The pixel of each entry.
   * @param {number} thin The least width of a global line, in device pixels.
   */
  draw(source, eye, table, thin) {
    this.entries.fill(0)
    if (source.view.overBudget) this.far(source.view, source.tokens, eye)
    else this.near(source, eye, thin)
    this.colour(source.tokens, eye, table)
    return this.image
  }

  /**
   * @param {Source} source
   * @param {Eye} eye
   * @param {number} thin
   */
  near(source, eye, thin) {
    const { view, tokens } = source
    const { half, dilation } = view
    const down = coarseness(eye.scaleY)
    const band = source.band.at(down, coarseness(eye.scaleX * dilation))
    const step = 1 << down
    const across = 1 << coarseness(eye.scaleX * dilation)
    this.scatter(eye, {
      ...band,
      rowStart: 0,
      rowStep: step,
      columnStart: -half * dilation,
      columnStep: dilation * across,
      cell: across > 1 ? dilation * across : 1,
      lean: 1 - eye.turn,
      added: 1,
      // Columns of these rows that fall inside the document.
      inside: (row) => [
        Math.max(0, Math.floor((half - Math.floor(Math.min(tokens - 1, row * step + step - 1) / dilation)) / across)),
        Math.min(band.columns, Math.floor((half + Math.floor((tokens - 1 - row * step) / dilation)) / across) + 1),
      ],
    })
    markForbidden(this.entries, this.width, view, tokens, eye)
    if (!view.globals.length) return
    this.lines(eye, source.columns.at(down, 0), view.globals, step, thin)
    const along = coarseness(eye.scaleX)
    this.rows(eye, source.rows.at(0, along), view.globals, 1 << along, thin)
  }

  /**
   * Draw a head that is too large for one payload: its overview, and over it the region that came in full sharpness.
   *
   * @param {View} view
   * @param {number} tokens
   * @param {Eye} eye
   */
  far(view, tokens, eye) {
    const straight = eye.turn === 1
    const overview = straight ? view.straight : view.overview
    const rows = Math.min(1024, tokens)
    const columns = overview.length / rows
    const span = straight ? 2 * view.reach + 1 : tokens
    this.scatter(eye, {
      codes: overview,
      rows,
      columns,
      rowStart: 0,
      rowStep: tokens / rows,
      columnStart: straight ? -view.reach : 0,
      columnStep: span / columns,
      cell: span / columns,
      lean: straight ? 0 : -eye.turn,
      added: 0,
    })
    const { tile } = view
    if (!tile || eye.turn !== (tile.straight ? 1 : 0)) return
    const [rowStep, columnStep] = tile.steps
    this.clear(eye, tile)
    this.scatter(eye, {
      codes: view.tileCodes,
      rows: Math.ceil((tile.rows[1] - tile.rows[0]) / rowStep),
      columns: Math.ceil((tile.columns[1] - tile.columns[0]) / columnStep),
      rowStart: tile.rows[0],
      rowStep,
      columnStart: tile.columns[0],
      columnStep,
      cell: columnStep,
      lean: 0,
      added: 0,
    })
  }

  /**
   * @param {Eye} eye
   * @param {Region} region
   */
  clear(eye, { rows, columns }) {
    const [top, bottom] = rows.map((row) => Math.floor((row - eye.originY) * eye.scaleY))
    const [left, right] = columns.map((column) => Math.floor((column - eye.originX) * eye.scaleX))
    for (let y = Math.max(0, top); y < Math.min(this.height, bottom); y++) {
      this.entries.fill(0, y * this.width + Math.max(0, left), y * this.width + Math.max(0, Math.min(this.width, right)))
    }
  }

  /**
   * @param {Eye} eye
   * @param {Cells} cells
   */
  scatter(eye, cells) {
    const { codes, rows, columns, rowStart, rowStep, columnStart, columnStep, cell, lean, added, inside } = cells
    const { originX, originY, scaleX, scaleY } = eye
    const { width, height, entries, line } = this
    const from = Math.max(0, Math.floor((originY - rowStart) / rowStep) - 1)
    const to = Math.min(rows, Math.ceil((originY + height / scaleY - rowStart) / rowStep) + 1)
    const stepX = columnStep * scaleX
    const cellX = cell * scaleX
    for (let row = from; row < to; row++) {
      const first = rowStart + row * rowStep
      let top
      let bottom
      if (rowStep * scaleY < 1) {
        top = Math.floor((first + rowStep / 2 - originY) * scaleY)
        bottom = top + 1
      } else {
        top = Math.floor((first - originY) * scaleY)
        bottom = Math.max(top + 1, Math.floor((first + rowStep - originY) * scaleY))
      }
      if (bottom <= 0 || top >= height) continue
      top = Math.max(0, top)
      bottom = Math.min(height, bottom)
      // Where the first column of this row begins; cells finer than a pixel go by their middle.
      let start = (columnStart + lean * (first + (rowStep - 1) / 2) - originX) * scaleX
      if (stepX < 1) start += cellX / 2
      let [low, high] = inside ? inside(row) : [0, columns]
      low = Math.max(low, Math.floor((-start - Math.max(1, cellX)) / stepX))
      high = Math.min(high, Math.ceil((width - start) / stepX) + 1)
      if (low >= high) continue
      const alone = bottom - top === 1
      const into = alone ? entries : line
      const shift = alone ? top * width : 0
      if (!alone) line.fill(0)
      const base = row * columns
      if (stepX < 1) {
        for (let column = low; column < high; column++) {
          const x = Math.floor(start + column * stepX)
          if (x < 0 || x >= width) continue
          const entry = codes[base + column] + added
          if (entry > into[shift + x]) into[shift + x] = entry
        }
      } else {
        for (let column = low; column < high; column++) {
          const entry = codes[base + column] + added
          const left = Math.floor(start + column * stepX)
          const right = Math.min(width, Math.max(left + 1, Math.floor(start + column * stepX + cellX)))
          for (let x = left < 0 ? 0 : left; x < right; x++) if (entry > into[shift + x]) into[shift + x] = entry
        }
      }
      if (!alone) this.repeat(top, bottom)
    }
  }

  /** Copy the line just made to every pixel line that its row covers. @param {number} top @param {number} bottom */
  repeat(top, bottom) {
    const { width, entries, line } = this
    for (let y = top; y < bottom; y++) {
      const shift = y * width
      for (let x = 0; x < width; x++) if (line[x] > entries[shift + x]) entries[shift + x] = line[x]
    }
  }

  /**
   * Draw what every query gives to global tokens: lines down the picture that never vanish.
   *
   * @param {Eye} eye
   * @param {Level} level
   * @param {Int32Array} positions
   * @param {number} step
   * @param {number} thin
   */
  lines(eye, { codes, rows, columns }, positions, step, thin) {
    const { originX, originY, scaleX, scaleY, turn } = eye
    const { width, height, entries } = this
    const from = Math.max(0, Math.floor(originY / step) - 1)
    const to = Math.min(rows, Math.ceil((originY + height / scaleY) / step) + 1)
    const wide = Math.max(thin, scaleX)
    for (let row = from; row < to; row++) {
      const first = row * step
      let top = Math.floor((step * scaleY < 1 ? first + step / 2 - originY : first - originY) * scaleY)
      const bottom = Math.min(height, Math.max(top + 1, Math.floor((first + step - originY) * scaleY)))
      top = Math.max(0, top)
      const lean = turn * (first + (step - 1) / 2)
      for (let index = 0; index < columns; index++) {
        const left = Math.floor((positions[index] - lean - originX) * scaleX)
        if (left >= width || left + wide <= 0) continue
        const entry = codes[row * columns + index] + 1
        const right = Math.min(width, Math.max(left + thin, Math.floor((positions[index] + 1 - lean - originX) * scaleX)))
        for (let y = top; y < bottom; y++) {
          for (let x = left < 0 ? 0 : left; x < right; x++) {
            if (entry > entries[y * width + x]) entries[y * width + x] = entry
          }
        }
      }
    }
  }

  /**
   * Draw what global tokens give to every key: lines across.
   *
   * @param {Eye} eye
   * @param {Level} level
   * @param {Int32Array} positions
   * @param {number} across
   * @param {number} thin
   */
  rows(eye, level, positions, across, thin) {
    const { originY, scaleY } = eye
    for (let index = 0; index < positions.length; index++) {
      const top = (positions[index] - originY) * scaleY
      if (top >= this.height || top + Math.max(thin, scaleY) <= 0) continue
      // One row as tall as the line must be.
      this.scatter(eye, {
        codes: level.codes.subarray(index * level.columns, (index + 1) * level.columns),
        rows: 1,
        columns: level.columns,
        rowStart: positions[index],
        rowStep: Math.max(1, thin / scaleY),
        columnStart: -eye.turn * positions[index],
        columnStep: across,
        cell: across,
        lean: 0,
        added: 1,
      })
    }
  }

  /**
   * Turn entries into pixels inside the document; beyond it nothing is drawn.
   *
   * @param {number} tokens
   * @param {Eye} eye
   * @param {Uint32Array} table
   */
  colour(tokens, eye, table) {
    const { originX, originY, scaleX, scaleY, turn } = eye
    const { width, height, entries, pixels } = this
    for (let y = 0; y < height; y++) {
      const query = originY + (y + 0.5) / scaleY
      const shift = y * width
      let left = 0
      let right = 0
      if (query >= 0 && query < tokens) {
        const start = -turn * (scaleY >= 1 ? Math.floor(query) : query) - originX
        left = Math.min(width, Math.max(0, Math.floor(start * scaleX)))
        right = Math.max(left, Math.min(width, Math.floor((start + tokens) * scaleX)))
        if (right === left && left < width) right = left + 1
      }
      pixels.fill(0, shift, shift + left)
      for (let x = shift + left; x < shift + right; x++) pixels[x] = table[entries[x]]
      pixels.fill(0, shift + right, shift + width)
    }
  }
}
