// Where words stand in the document, as tokens.
/** @import { Payload } from "../shared/types.js" */

/** Tokens [from, to) of an occurrence. */
/** @typedef {{ from: number, to: number }} Match */

const MOST = 2000

/**
 * The occurrences of some words, in order; upper and lower case are the same.
 *
 * @param {Pick<Payload, "text" | "offsets" | "tokens">} data
 * @param {string} words
 * @returns {Match[]}
 */
export function matchesOf({ text, offsets, tokens }, words) {
  const wanted = folded(words.trim())
  if (!wanted) return []
  const within = folded(text)
  /** @type {Match[]} */
  const found = []
  let token = 0
  for (let at = within.indexOf(wanted); at >= 0 && found.length < MOST; at = within.indexOf(wanted, at + wanted.length)) {
    const end = at + wanted.length
    // Tokens without characters, such as special ones, hold no words.
    while (token < tokens && (offsets[2 * token + 1] <= at || offsets[2 * token] === offsets[2 * token + 1])) token += 1
    if (token >= tokens) break
    if (offsets[2 * token] >= end) continue
    let to = token + 1
    while (to < tokens && offsets[2 * to] < end && offsets[2 * to + 1] > offsets[2 * to]) to += 1
    found.push({ from: token, to })
  }
  return found
}

/**
 * Lower case, where that keeps every character's place.
 *
 * @param {string} text
 */
function folded(text) {
  const lower = text.toLowerCase()
  return lower.length === text.length ? lower : text
}

/**
 * The number of the occurrence to begin with: the first one from a token on.
 *
 * @param {Match[]} matches
 * @param {number} token
 */
export function firstFrom(matches, token) {
  const found = matches.findIndex(({ to }) => to > token)
  return found < 0 ? 0 : found
}
