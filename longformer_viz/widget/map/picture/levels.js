// Codes at every coarseness that a view may ask for, each reduced by maximum from the one before when it is needed.
// Rows and columns are reduced apart: the straightened view is often coarse along the document and fine across.
/** @import { Level } from "../../shared/types.js" */

export class Levels {
  /**
   * @param {Uint8Array} codes
   * @param {number} rows
   * @param {number} columns
   */
  constructor(codes, rows, columns) {
    this.rows = rows
    this.columns = columns
    /** @type {Map<string, Level>} */
    this.made = new Map([["0,0", { codes, rows, columns }]])
  }

  /**
   * Blocks of 2 ** down rows by 2 ** across columns.
   *
   * @param {number} down
   * @param {number} across
   * @returns {Level}
   */
  at(down, across) {
    const name = `${down},${across}`
    const known = this.made.get(name)
    if (known) return known
    // The largest is halved by rows, which is quickest, and the result serves the straightened view as well.
    const level =
      across >= down && across > 0 ? halveColumns(this.at(down, across - 1)) : halveRows(this.at(down - 1, across))
    this.made.set(name, level)
    return level
  }
}

/**
 * Maxima of pairs of rows.
 *
 * @param {Level} level
 * @returns {Level}
 */
export function halveRows({ codes, rows, columns }) {
  const half = (rows + 1) >> 1
  const found = new Uint8Array(half * columns)
  for (let row = 0; row < half; row++) {
    const first = 2 * row * columns
    const to = row * columns
    if (2 * row + 1 === rows) {
      found.set(codes.subarray(first, first + columns), to)
      continue
    }
    for (let column = 0; column < columns; column++) {
      const a = codes[first + column]
      const b = codes[first + columns + column]
      found[to + column] = a > b ? a : b
    }
  }
  return { codes: found, rows: half, columns }
}

/**
 * Maxima of pairs of columns.
 *
 * @param {Level} level
 * @returns {Level}
 */
export function halveColumns({ codes, rows, columns }) {
  const half = (columns + 1) >> 1
  const found = new Uint8Array(rows * half)
  const odd = columns & 1
  for (let row = 0; row < rows; row++) {
    let from = row * columns
    let to = row * half
    const stop = to + half - odd
    while (to < stop) {
      const a = codes[from++]
      const b = codes[from++]
      found[to++] = a > b ? a : b
    }
    if (odd) found[to] = codes[from]
  }
  return { codes: found, rows, columns: half }
}

/**
 * How often to halve until a block is at most half a pixel, so that a cell is drawn less than half a pixel off.
 *
 * @param {number} scale Pixels of a token.
 */
export function coarseness(scale) {
  return scale >= 0.5 ? 0 : Math.floor(Math.log2(0.5 / scale))
}
