// Bars of one quantity, and lines over document lengths.
/** @import { Bars, Curves } from "../types.js" */
import { countText } from "../../shared/numbers.js"
import { numberText } from "../judge.js"
import { draw, drawing } from "../svg.js"

const WIDTH = 680
const LABEL = 200

/**
 * @param {HTMLElement} parent
 * @param {Bars} picture
 */
export function drawBars(parent, { alt, title, bars, log }) {
  const line = Math.min(64, 360 / bars.length)
  const box = drawing(parent, WIDTH, 44 + line * bars.length + 8, alt)
  draw(box, "text", { x: 0, y: 18, class: "le-title" }, title)
  const values = bars.map(({ value }) => value)
  const [low, high] = [Math.min(...values) / 4, Math.max(...values)]
  const room = WIDTH - LABEL - 120
  bars.forEach(({ label, value, said, colour }, index) => {
    const y = 40 + line * index
    const part = log ? Math.log(value / low) / Math.log(high / low) : value / high
    const width = Math.max(3, room * part)
    draw(box, "text", { x: LABEL - 12, y: y + line / 2 + 5, class: "le-label", "text-anchor": "end" }, label)
    draw(box, "rect", { x: LABEL, y: y + line * 0.16, width, height: line * 0.68, rx: 3, class: `le-cell le-${colour[0]}` })
    draw(box, "text", { x: LABEL + width + 10, y: y + line / 2 + 5, class: "le-label le-strong" }, said)
  })
  if (log) draw(box, "text", { x: WIDTH, y: 18, class: "le-axis", "text-anchor": "end" }, "logarithmic scale")
}

const [LEFT, RIGHT, TOP, BOTTOM] = [92, 150, 52, 398]

/**
 * @param {HTMLElement} parent
 * @param {Curves} picture
 */
export function drawCurves(parent, { alt, title, lengths, series, unit }) {
  const box = drawing(parent, WIDTH, 446, alt)
  draw(box, "text", { x: 0, y: 18, class: "le-title" }, title)
  const all = series.flatMap(({ values }) => values)
  const first = Math.floor(Math.log10(Math.min(...all)))
  const last = Math.ceil(Math.log10(Math.max(...all)))
  const x = (/** @type {number} */ length) =>
    LEFT + ((WIDTH - RIGHT - LEFT) * Math.log(length / lengths[0])) / Math.log(lengths[lengths.length - 1] / lengths[0])
  const y = (/** @type {number} */ value) => BOTTOM - ((BOTTOM - TOP) * (Math.log10(value) - first)) / (last - first)
  for (let power = first; power <= last; power++) {
    draw(box, "line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(10 ** power), y2: y(10 ** power), class: "le-grid" })
    const text = numberText(10 ** power, unit === "bytes" ? "bytes" : "").trim()
    draw(box, "text", { x: LEFT - 10, y: y(10 ** power) + 5, class: "le-axis", "text-anchor": "end" }, text)
  }
  for (const length of lengths) {
    draw(box, "text", { x: x(length), y: BOTTOM + 22, class: "le-axis", "text-anchor": "middle" }, countText(length))
  }
  draw(box, "text", { x: (LEFT + WIDTH - RIGHT) / 2, y: BOTTOM + 44, class: "le-axis", "text-anchor": "middle" }, "tokens; both scales are logarithmic")
  series.forEach(({ name, values, colour }, index) => {
    const points = values.map((value, at) => `${x(lengths[at])},${y(value)}`).join(" ")
    draw(box, "polyline", { points, class: `le-line le-line-${colour[0]}`, "stroke-dasharray": index ? "9 5" : "none" })
    values.forEach((value, at) => draw(box, "circle", { cx: x(lengths[at]), cy: y(value), r: 5, class: `le-cell le-${colour[0]}` }))
    const end = y(values[values.length - 1])
    const at = WIDTH - RIGHT + 12
    const [start, ...rest] = name.split(", ")
    draw(box, "text", { x: at, y: end - 2, class: "le-label le-strong" }, start)
    const said = numberText(values[values.length - 1], unit === "bytes" ? "bytes" : "").trim()
    draw(box, "text", { x: at, y: end + 16, class: "le-axis" }, rest.length ? `${rest.join(", ")}: ${said}` : said)
  })
}
