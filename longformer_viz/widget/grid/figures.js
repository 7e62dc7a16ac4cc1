// The three figures of a head in words, and which cells of a thumbnail lie in the document.
/** @import { HeadGrid, Payload } from "../shared/types.js" */
import { countText, percentText } from "../shared/numbers.js"

/** @typedef {"entropy" | "distance" | "share"} Figure */

/**
 * One figure, short enough to stand under a thumbnail.
 *
 * @param {HeadGrid} grid
 * @param {Figure} name
 * @param {number} index
 */
export function headFigure(grid, name, index) {
  const value = grid[name][index]
  if (value === null) return "–"
  if (name === "entropy") return `${value.toFixed(1)} bit`
  if (name === "distance") return `${value < 10 ? value.toFixed(1) : countText(Math.round(value))} tok`
  return percentText(value)
}

/**
 * All figures of a head in a sentence.
 *
 * @param {HeadGrid} grid
 * @param {number} index
 * @param {number} layer
 * @param {number} head
 */
export function headText(grid, index, layer, head) {
  /** @type {(name: Figure, format: (value: number) => string) => string} */
  const said = (name, format) => {
    const value = grid[name][index]
    return value === null ? "none" : format(value)
  }
  const entropy = said("entropy", (value) => `${value.toFixed(2)} bits`)
  const distance = said("distance", (value) => `${value.toFixed(1)} tokens`)
  const share = said("share", percentText)
  return `Layer ${layer}, head ${head}: entropy ${entropy}, mean distance ${distance}, weight on global tokens ${share}`
}

/**
 * Whether two payloads have the same grid: then nothing is drawn anew.
 *
 * @param {Payload} data
 * @param {Payload} other
 */
export function isSameGrid(data, other) {
  const [grid, before] = [data.grid, other.grid]
  if (!grid || !before) return grid === before
  if (data.heads !== other.heads || data.tokens !== other.tokens) return false
  /** @type {Uint8Array[]} */
  const [codes, others] = [data.arrays.grid_thumbs, other.arrays.grid_thumbs]
  return JSON.stringify(grid) === JSON.stringify(before) && codes.every((code, index) => code === others[index])
}

/**
 * Tells whether any pair of a thumbnail's cell lies in the document.
 *
 * @param {number} tokens
 * @param {number} rows
 * @param {number} columns
 * @param {number} half
 * @param {number} dilation
 * @returns {(row: number, column: number) => boolean}
 */
export function insideOf(tokens, rows, columns, half, dilation) {
  const width = 2 * half + 1
  return (row, column) => {
    const [from, to] = [Math.ceil((row * tokens) / rows), Math.ceil(((row + 1) * tokens) / rows) - 1]
    const left = Math.floor((column * width) / columns)
    const right = Math.min(width - 1, Math.ceil(((column + 1) * width) / columns))
    return to + (right - half) * dilation >= 0 && from + (left - half) * dilation < tokens
  }
}

/**
 * Columns of the grid: a layer a row where there is room, else a part of a layer that divides it.
 *
 * @param {number} heads
 * @param {number} room Columns that fit.
 */
export function columnsFor(heads, room) {
  let columns = Math.min(heads, room)
  while (columns * 2 > room && columns > 1 && heads % columns) columns -= 1
  return heads % columns ? Math.min(heads, room) : columns
}
