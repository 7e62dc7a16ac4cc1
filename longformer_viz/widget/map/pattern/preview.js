// What a chosen pattern would change, before it is run: its band and global tokens, its share of pairs, time and memory.
/** @import { PatternControls, PatternValues, Payload, Preview } from "../../shared/types.js" */
import { countPairs } from "./strips.js"

/** @type {Map<string, number>} Pairs of patterns met before: a drag comes back to the same few. */
const COUNTED = new Map()
const MOST_COUNTED = 200

/**
 * The preview of chosen values, or null where they are those of the run that is shown.
 *
 * @param {PatternValues} values
 * @param {Payload} data
 * @param {number[] | null} [globals] Instead of those that the values stand for.
 * @returns {Preview | null}
 */
export function previewOf(values, data, globals = null) {
  const { pattern } = data.controls
  const [view] = data.views
  if (!pattern || view.difference) return null
  const positions = globals ?? positionsOf(values, pattern, data.tokens)
  if (!positions) return null
  const window = pattern.fixed.window ? view.window : values.window
  const dilation = pattern.fixed.dilation ? view.dilation : values.dilation
  const isRun =
    window === view.window && dilation === view.dilation && String(positions) === String([...view.globals])
  if (isRun) return null
  const share = shareOf(values, pattern, data.tokens, positions)
  const reach = Math.min(Math.floor(window / 2), Math.floor((data.tokens - 1) / dilation)) * dilation
  const ratio = secondsOf(values.window, positions.length, pattern) / secondsOf(null, view.globals.length, pattern)
  return {
    window,
    dilation,
    reach,
    globals: positions,
    share,
    shareBefore: pattern.run.share,
    seconds: pattern.run.seconds * ratio,
    bytes: pattern.run.bytes + globalBytes(positions.length, pattern) - globalBytes(view.globals.length, pattern),
  }
}

/**
 * The preview of one token more, or one less, among the global ones.
 *
 * @param {Payload} data
 * @param {number} position
 */
export function toggledPreview(data, position) {
  const { pattern } = data.controls
  if (!pattern) return null
  const [view] = data.views
  const others = [...view.globals].filter((one) => one !== position)
  const globals = view.globalIndex.has(position) ? others : [...others, position].sort((a, b) => a - b)
  return previewOf(pattern, data, globals)
}

/**
 * The share of full attention's pairs that a pattern scores, over all layers and heads.
 *
 * @param {PatternValues} values
 * @param {PatternControls} pattern
 * @param {number} tokens
 * @param {number[]} globals
 */
export function shareOf(values, { groups, fixed }, tokens, globals) {
  let pairs = 0
  let heads = 0
  for (const [ownWindow, ownDilation, count] of groups) {
    const window = fixed.window ? ownWindow : values.window
    const dilation = fixed.dilation ? ownDilation : values.dilation
    pairs += count * counted(tokens, window, dilation, globals)
    heads += count
  }
  return pairs / heads / tokens ** 2
}

/**
 * @param {number} tokens
 * @param {number} window
 * @param {number} dilation
 * @param {number[]} globals
 */
function counted(tokens, window, dilation, globals) {
  const name = `${tokens} ${window} ${dilation} ${globals}`
  let found = COUNTED.get(name)
  if (found === undefined) {
    if (COUNTED.size >= MOST_COUNTED) COUNTED.clear()
    found = countPairs(tokens, { reach: Math.floor(window / 2) * dilation, dilation }, globals)
    COUNTED.set(name, found)
  }
  return found
}

/**
 * A run's predicted time, up to a factor.
 *
 * @param {number | null} window null for that of the run.
 * @param {number} globals
 * @param {PatternControls} pattern
 */
function secondsOf(window, globals, { cost, groups, fixed, tokens }) {
  let keys = 0
  let heads = 0
  for (const [own, , count] of groups) {
    keys += count * Math.min(window === null || fixed.window ? own : window, tokens)
    heads += count
  }
  return cost.seconds + cost.secondsAKey * (keys / heads) + cost.secondsAGlobal * globals
}

/**
 * @param {number} globals
 * @param {PatternControls} pattern
 */
function globalBytes(globals, { cost }) {
  return cost.bytesAGlobal * Math.min(globals, cost.mostGlobals)
}

/**
 * The global tokens that values stand for, or null where they are typed badly.
 *
 * @param {PatternValues} values
 * @param {PatternControls} pattern
 * @param {number} tokens
 */
export function positionsOf({ preset, step, positions }, { presets }, tokens) {
  if (preset === "Typed positions") return typedPositions(positions, tokens)
  if (preset !== "Every k-th token") return presets[preset] ?? null
  if (!Number.isInteger(step) || step < 1) return null
  return Array.from({ length: Math.ceil(tokens / step) }, (_, index) => index * step)
}

/**
 * Positions from text such as "0, 5, 17-20", or null where it is none of the document.
 *
 * @param {string} text
 * @param {number} tokens
 */
export function typedPositions(text, tokens) {
  /** @type {Set<number>} */
  const found = new Set()
  for (const part of text.split(/[,;\s]+/).filter(Boolean)) {
    const range = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part)
    if (!range) return null
    const [from, to] = [Number(range[1]), Number(range[2] ?? range[1])]
    if (to < from || to >= tokens) return null
    for (let position = from; position <= to; position++) found.add(position)
  }
  return [...found].sort((a, b) => a - b)
}
