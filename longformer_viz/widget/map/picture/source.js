// What a head is drawn from: its band, columns and rows in levels, or only the strongest pairs of each row.
/** @import { View } from "../../shared/types.js" */
import { FAULT, codeWeights } from "../../shared/codes.js"
import { Levels } from "./levels.js"

export class Source {
  /**
   * @param {View} view
   * @param {number} tokens
   */
  constructor(view, tokens) {
    this.view = view
    this.tokens = tokens
    this.percent = 100
    this.band = new Levels(view.band, tokens, 2 * view.half + 1)
    this.columns = new Levels(view.columns, tokens, view.globals.length)
    this.rows = new Levels(view.rows, view.globals.length, tokens)
  }

  /**
   * @param {Uint8Array} band
   * @param {Uint8Array} columns
   * @param {Uint8Array} rows
   */
  take(band, columns, rows) {
    const count = this.view.globals.length
    this.band = new Levels(band, this.tokens, 2 * this.view.half + 1)
    this.columns = new Levels(columns, this.tokens, count)
    this.rows = new Levels(rows, count, this.tokens)
  }

  /**
   * Keep only the strongest pairs of each row that together carry this share of it; the others count as 0.
   *
   * @param {number} percent
   */
  keep(percent) {
    if (percent === this.percent || this.view.overBudget) return
    this.percent = percent
    const { view, tokens } = this
    if (percent >= 100) return this.take(view.band, view.columns, view.rows)
    const width = 2 * view.half + 1
    const count = view.globals.length
    const [band, columns, rows] = [view.band, view.columns, view.rows].map((codes) => Uint8Array.from(codes))
    const sizes = codeWeights(view).map(Math.abs)
    const tally = new Uint32Array(256)
    const share = percent / 100
    for (let row = 0; row < tokens; row++) {
      if (view.globalIndex.has(row)) continue // its weights are in `rows`
      const own = [band.subarray(row * width, (row + 1) * width), columns.subarray(row * count, (row + 1) * count)]
      keepStrongest(own, sizes, tally, share)
    }
    for (let row = 0; row < count; row++) {
      keepStrongest([rows.subarray(row * tokens, (row + 1) * tokens)], sizes, tally, share)
    }
    this.take(band, columns, rows)
  }
}

/**
 * @param {Uint8Array[]} parts
 * @param {Float64Array} sizes
 * @param {Uint32Array} tally
 * @param {number} share
 */
function keepStrongest(parts, sizes, tally, share) {
  const threshold = strongestThreshold(parts, sizes, tally, share)
  for (const codes of parts) {
    for (let index = 0; index < codes.length; index++) if (codes[index] < threshold) codes[index] = 0
  }
}

/**
 * The smallest code among the strongest that together carry a share of the weight.
 *
 * @param {Uint8Array[]} parts
 * @param {Float64Array} sizes The weight of each code, without its sign.
 * @param {Uint32Array} tally Room for 256 counts.
 * @param {number} share
 */
export function strongestThreshold(parts, sizes, tally, share) {
  tally.fill(0)
  for (const codes of parts) for (let index = 0; index < codes.length; index++) tally[codes[index]]++
  let total = 0
  for (let code = 1; code < FAULT; code++) total += tally[code] * sizes[code]
  let carried = 0
  let code = FAULT
  while (code > 1 && carried < share * total) {
    code--
    carried += tally[code] * sizes[code]
  }
  return code
}
