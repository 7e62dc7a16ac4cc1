// Which tokens of the text are lit, and how: what was found, what is selected, and what is pointed at.
/** @import { Hover, MapState, Selection, Span } from "../shared/types.js" */
/** @import { Match } from "./matches.js" */
import { meanKind } from "../shared/mean_row.js"
import { pairKind } from "../shared/pairs.js"
import { isIn, unitAt } from "../shared/selection.js"
import { shownView } from "./row_codes.js"

/** A token and its classes. */
/** @typedef {[number, ...string[]]} Lit */

/** Occurrences that are marked. */
const MOST_MARKED = 300

/**
 * The tokens of the words that were found.
 *
 * @param {Match[]} matches
 * @returns {Lit[]}
 */
export function foundTokens(matches) {
  return matches.slice(0, MOST_MARKED).flatMap((match) => tokensOf(match, "lv-found"))
}

/**
 * The tokens of the selection, and those pointed at.
 *
 * @param {MapState} state
 * @param {Selection | null} selection
 * @returns {Lit[]}
 */
export function litTokens(state, selection) {
  const { data, hover, unit } = state
  /** @type {Lit[]} */
  const lit = []
  if (selection && isSeveral(selection)) lit.push(...tokensOf(selection, "lv-chosen"))
  else if (selection) lit.push([selection.from, "lv-locked"])
  if (!hover) return lit
  if (!hover.mean && !(selection && isIn(selection, hover.query) && hover.key === null)) {
    const pointed = selection ? null : unitAt(data, hover.query, unit)
    if (pointed && isSeveral(pointed)) lit.push(...tokensOf(pointed, "lv-pointed"))
    else lit.push([hover.query, "lv-query"])
  }
  if (hover.key !== null) lit.push([hover.key, "lv-key", `lv-key-${kindOf(state, selection, hover, hover.key)}`])
  return lit
}

/** @param {Span} span */
function isSeveral({ from, to }) {
  return to - from > 1
}

/**
 * @param {Span} span
 * @param {string} name
 * @returns {Lit[]}
 */
function tokensOf({ from, to }, name) {
  return Array.from({ length: to - from }, (_, index) => [from + index, name])
}

/**
 * @param {MapState} state
 * @param {Selection | null} selection
 * @param {Hover} hover
 * @param {number} key
 */
function kindOf(state, selection, { query, mean }, key) {
  const view = shownView(state)
  return mean && selection ? meanKind(view, selection, key) : pairKind(view, query, key)
}
