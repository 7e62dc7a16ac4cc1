// What the colours mean: the scale of the weights, and the kinds of pairs, each with a second cue besides its colour.
/** @import { Ink, MapState, Mark, PairKind, Scale, TextMark, Theme, View } from "../../shared/types.js" */
/** @import { Panel } from "../types.js" */
import { FAULT } from "../../shared/codes.js"
import { KIND_COLOURS, OUTSIDE_COLOUR, TEXT_COLOUR, scaleColour } from "../../shared/colours.js"

/** CSS pixels of a row, and of the width below which scale and kinds have a row each. */
const ROW_HEIGHT = 28
const TWO_ROWS_BELOW = 480
const SCALE_LEFT = 62

/**
 * CSS pixels that the legend takes.
 *
 * @param {number} width
 */
export function legendHeight(width) {
  return width < TWO_ROWS_BELOW ? ROW_HEIGHT + 18 : ROW_HEIGHT
}

/** @typedef {PairKind | "fault"} LegendKind */
/** @type {WeakMap<View, boolean>} */
const FAULTY = new WeakMap()

/**
 * Positions on the scale and what is written there.
 *
 * @param {boolean} difference
 * @param {Scale} scale
 * @param {number} largest
 * @returns {[number, string][]}
 */
export function legendTicks(difference, scale, largest) {
  if (scale === "linear") {
    const ends = difference ? [-1, -0.5, 0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1]
    return ends.map((position) => [position, tickText(position * largest)])
  }
  if (!difference) return [[0, "≤ 0.0001"], [0.25, "0.001"], [0.5, "0.01"], [0.75, "0.1"], [1, "1"]]
  return [[-1, "−1"], [-0.515, "−0.01"], [0, "0"], [0.515, "+0.01"], [1, "+1"]]
}

/** @param {number} value */
function tickText(value) {
  return String(Number(value.toPrecision(2))).replace("-", "−")
}

/**
 * The legend as marks, `width` CSS pixels wide.
 *
 * @param {Panel[]} panels
 * @param {Pick<MapState, "scale" | "theme">} state
 * @param {number} largest
 * @param {number} width
 * @param {Ink} ink
 * @returns {Mark[]}
 */
export function legendMarks(panels, { scale, theme }, largest, width, ink) {
  const { view } = panels[0]
  /** @type {Mark[]} */
  const marks = []
  const text = /** @type {const} */ ({ kind: "text", size: 10.5, fill: ink.faint })
  const isNarrow = width < TWO_ROWS_BELOW
  const left = SCALE_LEFT
  const long = Math.min(220, isNarrow ? width - left - 24 : width * 0.38)
  marks.push({ ...text, text: view.difference ? "difference" : "weight", x: left - 12, y: 8, align: "right" })
  for (let step = 0; step < 64; step++) {
    const position = view.difference ? (2 * (step + 0.5)) / 64 - 1 : (step + 0.5) / 64
    const fill = `rgb(${scaleColour(position, view.difference, theme)})`
    marks.push({ kind: "rect", x: left + (step * long) / 64, y: 3, width: long / 64 + 0.6, height: 9, fill })
  }
  marks.push({ kind: "rect", x: left - 0.5, y: 2.5, width: long + 1, height: 10, stroke: ink.border })
  for (const [position, words] of legendTicks(view.difference, scale, largest)) {
    const x = left + long * (view.difference ? (position + 1) / 2 : position)
    marks.push({ ...text, text: words, x, y: 21, align: "center" })
  }
  const row = isNarrow ? ROW_HEIGHT + 4 : 0
  let x = isNarrow ? 8 : left + long + 22
  for (const [name, words] of legendKinds(panels)) {
    if (x > width - 40) break
    marks.push(...swatch(name, x, row, theme))
    marks.push({ ...text, fill: ink.text, text: words, x: x + 20, y: row + 8, align: "left" })
    x += 30 + words.length * 5.6
  }
  return marks
}

/**
 * @param {Panel[]} panels
 * @returns {[LegendKind, string][]}
 */
function legendKinds(panels) {
  /** @type {[LegendKind, string][]} */
  const kinds = []
  if (panels.some(({ view }) => view.dilation === 1)) kinds.push(["local", "window"])
  if (panels.some(({ view }) => view.dilation > 1)) kinds.push(["dilated", "dilated"])
  if (panels.some(({ view }) => view.globals.length)) kinds.push(["global", "global"])
  kinds.push(["outside", "forbidden"])
  if (panels.some(({ view }) => hasFault(view))) kinds.push(["fault", "not a number"])
  return kinds
}

/** @param {View} view */
function hasFault(view) {
  let found = FAULTY.get(view)
  if (found === undefined) {
    found = [view.band, view.columns, view.rows, view.overview].some((codes) => codes.includes(FAULT))
    FAULTY.set(view, found)
  }
  return found
}

/**
 * @param {LegendKind} name
 * @param {number} x
 * @param {number} y
 * @param {Theme} theme
 * @returns {Mark[]}
 */
function swatch(name, x, y, theme) {
  const colour = KIND_COLOURS[name]
  if (name === "local" || name === "dilated") {
    const dash = name === "dilated" ? [5, 3] : null
    return [{ kind: "path", points: [[x, y + 8], [x + 15, y + 8]], stroke: colour, line: 2, dash }]
  }
  if (name === "global") {
    /** @type {TextMark} */
    const letter = { kind: "text", text: "G", size: 10, bold: true, fill: TEXT_COLOUR[theme], x: x + 10, y: y + 8, align: "center" }
    return [{ kind: "path", points: [[x + 1, y + 2], [x + 1, y + 13]], stroke: colour, line: 3 }, letter]
  }
  const fill = name === "outside" ? OUTSIDE_COLOUR[theme] : colour
  return [{ kind: "rect", x: x + 2.5, y: y + 3.5, width: 12, height: 9, fill, stroke: "#8A8A8A" }]
}

/**
 * The legend in one sentence, for screen readers.
 *
 * @param {Panel[]} panels
 * @param {Pick<MapState, "scale">} state
 * @param {number} largest
 */
export function legendText(panels, { scale }, largest) {
  const { difference } = panels[0].view
  const ticks = legendTicks(difference, scale, largest)
  const kinds = legendKinds(panels).map(([, words]) => words)
  const measure = difference ? "difference of weights" : "attention weight"
  return `Colour: ${measure} from ${ticks[0][1]} to ${ticks[ticks.length - 1][1]}, ${scale} scale. Kinds of pairs: ${kinds.join(", ")}.`
}
