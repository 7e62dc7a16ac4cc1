// How the weights of the selection shade the text: their codes, on the map's own scale and in its colours.
/** @import { MapState, Span, View } from "../shared/types.js" */
import { codeOf, codeWeights } from "../shared/codes.js"
import { colourTable, scaleEnd } from "../shared/colours.js"
import { meanWeights } from "../shared/mean_row.js"
import { bandKeys, pairCode } from "../shared/pairs.js"
import { strongestThreshold } from "../map/picture/source.js"

/**
 * The view that the text is shaded by.
 *
 * @param {MapState} state
 */
export function shownView(state) {
  return state.data.views[state.view] ?? state.data.views[0]
}

/**
 * The codes that shade the text, uint8 [tokens]: of one query's row, or of the mean over several queries. 0 stands
 * outside the pattern and for what the strongest pairs leave out.
 *
 * @param {MapState} state
 * @param {Span} queries
 * @returns {Uint8Array | null} null where the rows did not travel.
 */
export function shadeCodes(state, queries) {
  const { data, percent } = state
  const view = shownView(state)
  const codes = queries.to - queries.from > 1 ? meanCodes(view, data.tokens, queries) : rowCodes(view, data.tokens, queries.from)
  if (codes && percent < 100) {
    const least = strongestThreshold([codes], codeWeights(view).map(Math.abs), new Uint32Array(256), percent / 100)
    codes.forEach((code, key) => (codes[key] = code < least ? 0 : code))
  }
  return codes
}

/**
 * @param {View} view
 * @param {number} tokens
 * @param {Span} queries
 */
function meanCodes(view, tokens, queries) {
  const weights = meanWeights(view, tokens, queries)
  return weights && Uint8Array.from(weights, (weight) => codeOf(weight, view.difference))
}

/**
 * @param {View} view
 * @param {number} tokens
 * @param {number} query
 */
function rowCodes(view, tokens, query) {
  const codes = new Uint8Array(tokens)
  if (view.overBudget) {
    if (view.row !== query) return null
    view.rowCodes.forEach((code, key) => (codes[key] = code === 1 ? 0 : code))
  } else {
    const keys = view.globalIndex.has(query) ? codes.keys() : bandKeys(view, tokens, query)
    for (const key of keys) codes[key] = Math.max(0, pairCode(view, tokens, query, key))
  }
  return codes
}

/**
 * A style for every code: its colour, and the ink that can be read on it.
 *
 * @param {MapState} state
 */
export function codeStyles(state) {
  const table = colourTable(shownView(state), state.theme, state.scale, scaleEnd(state.data.views, state.scale))
  const bytes = new Uint8Array(table.buffer)
  return Array.from({ length: 256 }, (_, code) => {
    const rgb = bytes.subarray(4 * (code + 1), 4 * (code + 1) + 3)
    return `background-color: rgb(${rgb.join(" ")}); color: ${inkOn(rgb)}`
  })
}

/**
 * Black or white, whichever stands out more (relative luminance of sRGB, WCAG 2).
 *
 * @param {Iterable<number>} rgb
 */
export function inkOn(rgb) {
  const [red, green, blue] = [...rgb].map((value) => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000000" : "#ffffff"
}
