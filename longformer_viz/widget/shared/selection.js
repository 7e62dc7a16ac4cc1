// What is selected around a token: the token alone, its sentence, or its paragraph.
/** @import { MapState, Payload, Selection, Span, Unit } from "./types.js" */
import { countText } from "./numbers.js"

/** @type {Unit[]} */
export const UNITS = ["token", "sentence", "paragraph"]
/** What blocks without a number are called. */
const NAMES = /** @type {Record<string, string>} */ ({ heading: "heading", row: "table row" })

/**
 * The part of the text that a token belongs to; the token alone where it belongs to none, as special tokens do.
 *
 * @param {Pick<Payload, "blocks" | "sentences">} data
 * @param {number} token
 * @param {Unit} unit
 * @returns {Selection}
 */
export function unitAt({ blocks, sentences }, token, unit) {
  if (unit === "sentence") {
    const found = lastAtMost(sentences.length / 2, (index) => sentences[2 * index], token)
    if (found >= 0 && token < sentences[2 * found + 1]) {
      return { from: sentences[2 * found], to: sentences[2 * found + 1], unit, name: "sentence", number: found + 1 }
    }
  }
  if (unit === "paragraph") {
    const block = blocks[lastAtMost(blocks.length, (index) => blocks[index].from, token)]
    if (block && isIn(block, token)) {
      return { from: block.from, to: block.to, unit, name: NAMES[block.kind] ?? "paragraph", number: block.number }
    }
  }
  return { from: token, to: token + 1, unit: "token", name: "token", number: 0 }
}

/**
 * The last of `count` rising numbers that is at most a value; -1 for none.
 *
 * @param {number} count
 * @param {(index: number) => number} at
 * @param {number} value
 */
function lastAtMost(count, at, value) {
  let [low, high] = [0, count]
  while (low < high) {
    const middle = (low + high) >> 1
    if (at(middle) <= value) low = middle + 1
    else high = middle
  }
  return low - 1
}

/**
 * What is selected, or null.
 *
 * @param {Pick<MapState, "data" | "locked" | "unit">} state
 * @returns {Selection | null}
 */
export function selectionOf({ data, locked, unit }) {
  return locked === null || locked >= data.tokens ? null : unitAt(data, locked, unit)
}

/**
 * The token to select after a click on one: none where it belongs to what is selected already.
 *
 * @param {Pick<MapState, "data" | "locked" | "unit">} state
 * @param {number} token
 */
export function toggled(state, token) {
  const selection = selectionOf(state)
  return selection && isIn(selection, token) ? null : token
}

/**
 * @param {Span} span
 * @param {number} token
 */
export function isIn({ from, to }, token) {
  return token >= from && token < to
}

/**
 * A selected part in words, such as "sentence 3 (24 tokens)".
 *
 * @param {Selection} selection
 */
export function selectionText({ from, to, name, number }) {
  const count = to - from
  return `${name}${number ? ` ${countText(number)}` : ""} (${countText(count)} token${count === 1 ? "" : "s"})`
}
