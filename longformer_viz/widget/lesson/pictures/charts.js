// Bars of one quantity, and lines over document lengths. Each has a layout for a narrow screen.
/** @import { Bars, Curves } from "../types.js" */
import { append } from "../../shared/element.js"
import { countText } from "../../shared/numbers.js"
import { numberText } from "../judge.js"
import { draw, drawing, isNarrow } from "../svg.js"

const WIDTH = 680
const LABEL = 200
const NARROW_WIDTH = 400
/** The room for a value at the end of its bar. */
const SAID = 110

/**
 * @param {HTMLElement} parent
 * @param {Bars} picture
 */
export function drawBars(parent, { alt, title, bars, log }) {
  const narrow = isNarrow(parent)
  const [width, label] = narrow ? [NARROW_WIDTH, 0] : [WIDTH, LABEL]
  const line = narrow ? 52 : Math.min(64, 360 / bars.length)
  append(parent, "p", "le-title", log ? `${title} (logarithmic scale)` : title)
  const box = drawing(parent, width, line * bars.length + 8, alt)
  const values = bars.map(({ value }) => value)
  const [low, high] = [Math.min(...values) / 4, Math.max(...values)]
  bars.forEach(({ label: name, value, said, colour }, index) => {
    const y = line * index
    // On a narrow screen the name stands above its bar.
    const bar = narrow ? { y: y + 22, height: 22 } : { y: y + line * 0.16, height: line * 0.68 }
    const part = log ? Math.log(value / low) / Math.log(high / low) : value / high
    const long = Math.max(3, (width - label - SAID) * part)
    const place = narrow ? { x: 0, y: y + 16 } : { x: label - 12, y: y + line / 2 + 5, "text-anchor": "end" }
    draw(box, "text", { ...place, class: "le-label" }, name)
    draw(box, "rect", { x: label, ...bar, width: long, rx: 3, class: `le-cell le-${colour[0]}` })
    draw(box, "text", { x: label + long + 10, y: bar.y + bar.height / 2 + 5, class: "le-label le-strong" }, said)
  })
}

const WIDE = { width: WIDTH, left: 92, right: 150, top: 16, bottom: 362, words: 14 }
const NARROW = { width: NARROW_WIDTH, left: 74, right: 106, top: 16, bottom: 300, words: 12 }

/**
 * @param {HTMLElement} parent
 * @param {Curves} picture
 */
export function drawCurves(parent, { alt, title, lengths, series, unit }) {
  const { width, left, right, top, bottom, words } = isNarrow(parent) ? NARROW : WIDE
  append(parent, "p", "le-title", title)
  const box = drawing(parent, width, bottom + 48, alt)
  const all = series.flatMap(({ values }) => values)
  const first = Math.floor(Math.log10(Math.min(...all)))
  const last = Math.ceil(Math.log10(Math.max(...all)))
  const x = (/** @type {number} */ length) =>
    left + ((width - right - left) * Math.log(length / lengths[0])) / Math.log(lengths[lengths.length - 1] / lengths[0])
  const y = (/** @type {number} */ value) => bottom - ((bottom - top) * (Math.log10(value) - first)) / (last - first)
  const said = (/** @type {number} */ value) => numberText(value, unit === "bytes" ? "bytes" : "").trim()
  for (let power = first; power <= last; power++) {
    draw(box, "line", { x1: left, x2: width - right, y1: y(10 ** power), y2: y(10 ** power), class: "le-grid" })
    draw(box, "text", { x: left - 10, y: y(10 ** power) + 5, class: "le-axis", "text-anchor": "end" }, said(10 ** power))
  }
  for (const length of lengths) {
    draw(box, "text", { x: x(length), y: bottom + 22, class: "le-axis", "text-anchor": "middle" }, countText(length))
  }
  const middle = (left + width - right) / 2
  draw(box, "text", { x: middle, y: bottom + 44, class: "le-axis", "text-anchor": "middle" }, "tokens; both scales are logarithmic")
  series.forEach(({ name, values, colour }, index) => {
    const points = values.map((value, at) => `${x(lengths[at])},${y(value)}`).join(" ")
    draw(box, "polyline", { points, class: `le-line le-line-${colour[0]}`, "stroke-dasharray": index ? "9 5" : "none" })
    values.forEach((value, at) => draw(box, "circle", { cx: x(lengths[at]), cy: y(value), r: 5, class: `le-cell le-${colour[0]}` }))
    const end = y(values[values.length - 1])
    const told = [...name.split(", "), said(values[values.length - 1])]
    told.forEach((text, row) => {
      const at = { x: width - right + 12, y: end - 2 + row * (words + 4) }
      draw(box, "text", { ...at, class: row ? "le-axis" : "le-label le-strong" }, text)
    })
  })
}
