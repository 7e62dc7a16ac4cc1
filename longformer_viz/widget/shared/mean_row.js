// The mean attention of a part of the text: the mean over its queries of their weights on each key.
/** @import { PairKind, Span, View } from "./types.js" */
import { codeWeights } from "./codes.js"
import { pairKind } from "./pairs.js"

/** @type {WeakMap<View, { from: number, to: number, weights: Float64Array }>} The last one of each view. */
const LAST = new WeakMap()

/**
 * The mean weights on all keys, float64 [tokens]; a weight outside the pattern counts as 0.
 *
 * @param {View} view
 * @param {number} tokens
 * @param {Span} queries
 * @returns {Float64Array | null} null where the rows did not travel.
 */
export function meanWeights(view, tokens, { from, to }) {
  const last = LAST.get(view)
  if (last && last.from === from && last.to === to) return last.weights
  const weights = view.overBudget ? arrivedMean(view, { from, to }) : computedMean(view, tokens, { from, to })
  if (weights) LAST.set(view, { from, to, weights })
  return weights
}

/**
 * The mean that the server computed.
 *
 * @param {View} view
 * @param {Span} queries
 */
function arrivedMean(view, { from, to }) {
  if (view.mean?.[0] !== from || view.mean[1] !== to) return null
  const table = codeWeights(view)
  // Code 1 stands for a pair inside the pattern whose weight is too small for a code.
  return Float64Array.from(view.meanCodes, (code) => (code === 1 ? 0 : table[code]))
}

/**
 * @param {View} view
 * @param {number} tokens
 * @param {Span} queries
 */
function computedMean(view, tokens, { from, to }) {
  const { band, columns, rows, globals, globalIndex, half, dilation } = view
  const table = codeWeights(view)
  const sums = new Float64Array(tokens)
  const width = 2 * half + 1
  for (let query = from; query < to; query += 1) {
    const row = globalIndex.get(query)
    if (row !== undefined) {
      for (let key = 0; key < tokens; key += 1) sums[key] += table[rows[row * tokens + key]]
      continue
    }
    globals.forEach((key, column) => (sums[key] += table[columns[query * globals.length + column]]))
    for (let column = 0; column < width; column += 1) {
      const key = query + (column - half) * dilation
      // The weight on a global key stands in its column alone.
      if (key >= 0 && key < tokens && !globalIndex.has(key)) sums[key] += table[band[query * width + column]]
    }
  }
  return sums.map((sum) => sum / (to - from))
}

/**
 * Why a pattern allows a key to the queries of a part of the text; outside where it does so to none of them.
 *
 * @param {View} view
 * @param {Span} queries
 * @param {number} key
 * @returns {PairKind}
 */
export function meanKind(view, { from, to }, key) {
  /** @type {PairKind} */
  let found = "outside"
  for (let query = from; query < to; query += 1) {
    const kind = pairKind(view, query, key)
    if (kind === "local" || kind === "dilated") return kind
    if (kind === "global") found = kind
  }
  return found
}
