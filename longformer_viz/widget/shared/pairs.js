// What a head says of any pair of tokens.
/** @import { PairKind, View } from "./types.js" */

/** The code of a pair outside the pattern. */
export const OUTSIDE = -1
/** The code of a pair that did not travel, since the head is larger than one payload may be. */
export const ELSEWHERE = -2

/**
 * Why a pattern allows a pair.
 *
 * @param {View} view
 * @param {number} query
 * @param {number} key
 * @returns {PairKind}
 */
export function pairKind(view, query, key) {
  if (view.globalIndex.has(query) || view.globalIndex.has(key)) return "global"
  if (view.causal && key > query) return "outside"
  if (view.blocks) return blockKind(view.blocks, query, key)
  const distance = Math.abs(key - query)
  if (distance > view.reach || distance % view.dilation) return "outside"
  return view.dilation > 1 ? "dilated" : "local"
}

/**
 * Why BigBird's blocks allow a pair: the first and last block are global, and the window has three blocks.
 *
 * @param {import("./types.js").Two} blocks Size, and start of the last block.
 * @param {number} query
 * @param {number} key
 * @returns {PairKind}
 */
function blockKind([size, last], query, key) {
  if (Math.min(query, key) < size || Math.max(query, key) >= last) return "global"
  return Math.abs(Math.floor(query / size) - Math.floor(key / size)) <= 1 ? "local" : "outside"
}

/**
 * The code of a pair's weight, or OUTSIDE, or ELSEWHERE.
 *
 * @param {View} view
 * @param {number} tokens
 * @param {number} query
 * @param {number} key
 */
export function pairCode(view, tokens, query, key) {
  const kind = pairKind(view, query, key)
  if (kind === "outside") return OUTSIDE
  if (view.overBudget) return farCode(view, query, key)
  const row = view.globalIndex.get(query)
  if (row !== undefined) return view.rows[row * tokens + key]
  const column = view.globalIndex.get(key)
  if (column !== undefined) return view.columns[query * view.globals.length + column]
  return view.band[query * (2 * view.half + 1) + view.half + (key - query) / view.dilation]
}

/**
 * @param {View} view
 * @param {number} query
 * @param {number} key
 */
function farCode(view, query, key) {
  // A region marks a pair inside the pattern with at least 1.
  if (view.row === query) return view.rowCodes[key] === 1 ? 0 : view.rowCodes[key]
  const { tile } = view
  if (!tile || tile.steps[0] > 1 || tile.steps[1] > 1) return ELSEWHERE
  const row = query - tile.rows[0]
  const column = (tile.straight ? key - query : key) - tile.columns[0]
  const width = tile.columns[1] - tile.columns[0]
  if (query < tile.rows[0] || query >= tile.rows[1] || column < 0 || column >= width) return ELSEWHERE
  const code = view.tileCodes[row * width + column]
  return code === 1 ? 0 : code
}

/**
 * The keys that a query which is not global may attend to.
 *
 * @param {View} view
 * @param {number} tokens
 * @param {number} query
 */
export function bandKeys(view, tokens, query) {
  const keys = [...view.globals]
  for (let key = query - view.reach; key <= query + view.reach; key += view.dilation) {
    if (key >= 0 && key < tokens) keys.push(key)
  }
  return keys
}
