// A matrix of pairs: rows are queries, columns are keys. The marked row shows its numbers as bars.
/** @import { Matrix, Panels } from "../types.js" */
import { append } from "../../shared/element.js"
import { percentText } from "../../shared/numbers.js"
import { KINDS, drawCell, lettersIn } from "../kinds.js"
import { draw, drawing, isNarrow } from "../svg.js"

/** line and tall: the height of a row, and of the one with numbers, in a drawing of 12 tokens. */
const WIDE = { width: 680, left: 84, right: 4, top: 50, line: 29, tall: 80 }
const NARROW = { width: 400, left: 64, right: 24, top: 92, line: 25, tall: 70 }

/**
 * @param {HTMLElement} parent
 * @param {Matrix} picture
 */
export function drawMatrix(parent, picture) {
  const { tokens, cells, row, column } = picture
  const narrow = isNarrow(parent)
  const { width, left, right, top, line, tall: numberHeight } = narrow ? NARROW : WIDE
  const wide = (width - left - right) / tokens.length
  const numbered = picture.numbers.findIndex((values) => values.some((value) => value !== null))
  const height = top + line * (tokens.length - Number(numbered >= 0)) + (numbered >= 0 ? numberHeight : 0) + 4
  const box = drawing(parent, width, height, picture.alt)
  draw(box, "text", { x: left, y: 15, class: "le-axis" }, "key: the token attended to →")
  draw(box, "text", { x: 0, y: top - 10, class: "le-axis" }, "query ↓")
  tokens.forEach((token, key) => {
    const at = { x: left + wide * (key + 0.5), y: top - 10 }
    // On a narrow screen the words are turned, so that they do not overlap.
    const turned = narrow ? { transform: `rotate(-55 ${at.x} ${at.y})` } : { "text-anchor": "middle" }
    draw(box, "text", { ...at, ...turned, class: labelClass(key === column) }, token)
  })
  let y = top
  tokens.forEach((token, query) => {
    const tall = query === numbered ? numberHeight : line
    const faint = row !== null && query !== row
    const group = draw(box, "g", faint ? { class: "le-faint" } : {})
    const name = faint ? "le-axis" : labelClass(query === row)
    draw(box, "text", { x: left - 10, y: y + tall / 2 + 5, class: name, "text-anchor": "end" }, token)
    for (let key = 0; key < tokens.length; key++) {
      const cell = { x: left + wide * key + 1, y: y + 1, width: wide - 2, height: tall - 2 }
      if (query === numbered) drawNumber(group, picture, query, key, cell)
      else drawCell(group, cells[query][key], cell)
    }
    if (query === row && column !== null) {
      // Drawn below the rows that follow, whose cells do not reach it.
      draw(box, "rect", { x: left + wide * column, y, width: wide, height: tall, class: "le-frame le-frame-cell" })
    }
    if (query === row) {
      draw(box, "rect", { x: left - 1, y: y - 1, width: wide * tokens.length + 2, height: tall + 2, class: "le-frame" })
    }
    y += tall
  })
  drawLegend(parent, lettersIn(cells))
}

/** @param {boolean} strong */
function labelClass(strong) {
  return strong ? "le-label le-strong" : "le-label"
}

/**
 * A number and its bar, which stands for its share of the largest in the row.
 *
 * @param {Element} group
 * @param {Matrix} picture
 * @param {number} query
 * @param {number} key
 * @param {{ x: number, y: number, width: number, height: number }} cell
 */
function drawNumber(group, { cells, numbers, percent }, query, key, cell) {
  const value = numbers[query][key]
  const letter = cells[query][key]
  draw(group, "rect", { ...cell, class: value === null ? "le-cell le-none" : "le-cell le-ground" })
  const { x, y, width, height } = cell
  if (value === null) return
  const largest = Math.max(1e-9, ...numbers[query].map((each) => each ?? 0))
  const tall = Math.max(2, (height - 28) * Math.max(0, value / (percent ? 1 : largest)))
  draw(group, "rect", { x: x + 3, y: y + height - tall - 2, width: width - 6, height: tall, class: `le-cell le-${letter}` })
  const text = percent ? percentText(value) : String(Number(value.toFixed(2)))
  draw(group, "text", { x: x + width / 2, y: y + 19, class: "le-number", "text-anchor": "middle" }, text)
}

/**
 * Small matrices side by side.
 *
 * @param {HTMLElement} parent
 * @param {Panels} picture
 */
export function drawPanels(parent, { alt, panels }) {
  const list = append(parent, "div", "le-panels")
  list.setAttribute("role", "group")
  list.setAttribute("aria-label", alt)
  for (const [title, matrix] of panels) {
    const card = append(list, "figure", "le-panel")
    append(card, "figcaption", "", title)
    const count = matrix.tokens.length
    const box = drawing(card, 200, 200, matrix.alt)
    const side = 200 / count
    matrix.cells.forEach((letters, query) => {
      ;[...letters].forEach((letter, key) => {
        drawCell(box, letter, { x: side * key + 0.5, y: side * query + 0.5, width: side - 1, height: side - 1 })
      })
    })
    if (matrix.row !== null) draw(box, "rect", { x: 0, y: side * matrix.row, width: 200, height: side, class: "le-frame" })
  }
  const legend = drawLegend(parent, lettersIn(panels.flatMap(([, matrix]) => matrix.cells)))
  append(legend, "span", "", "row: query, column: key")
}

/**
 * @param {HTMLElement} parent
 * @param {string[]} letters
 */
export function drawLegend(parent, letters) {
  const legend = append(parent, "div", "le-legend")
  for (const letter of letters) {
    const entry = append(legend, "span", "le-legend-entry")
    const box = draw(entry, "svg", { viewBox: "0 0 22 22", width: 18, height: 18, "aria-hidden": "true" })
    drawCell(box, letter, { x: 1, y: 1, width: 20, height: 20 })
    append(entry, "span", "", KINDS[letter].name)
  }
  return legend
}
