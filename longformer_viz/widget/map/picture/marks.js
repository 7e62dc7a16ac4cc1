// Everything drawn over the weights, as one list of marks, which is drawn on the canvas and written as SVG.
/** @import { Box, Eye, Ink, MapState, Mark, Mode, Payload, Two, View } from "../../shared/types.js" */
/** @import { Panel } from "../types.js" */
import { KIND_COLOURS } from "../../shared/colours.js"
import { countText } from "../../shared/numbers.js"
import { plainPiece } from "../../shared/pieces.js"
import { selectionMarks } from "./selection_marks.js"

const LABEL_SIZE = 11
/** CSS pixels that a token needs to be labelled. */
const LABEL_ROOM = 12

/**
 * The marks of one panel.
 *
 * @param {Panel} panel
 * @param {Eye} eye
 * @param {Pick<MapState, "data" | "hover" | "locked" | "unit" | "mode">} state
 * @param {Ink} ink
 * @param {boolean} titled
 * @returns {Mark[]}
 */
export function panelMarks(panel, eye, state, ink, titled) {
  const { data, mode } = state
  const { view, box } = panel
  const { tokens } = data
  const marks = [
    ...edgeMarks(view, eye, box, tokens),
    ...rowLabels(panel, eye, data, ink),
    ...columnLabels(panel, eye, data, ink, mode),
    ...globalMarks(panel, eye, ink),
  ]
  if (titled) {
    const at = { x: box.x, y: box.y - 24 }
    marks.push({ kind: "chip", ...at, text: view.label, size: 11, fill: ink.text, ground: ink.background })
  }
  marks.push(...selectionMarks(eye, box, state, ink))
  marks.push({ kind: "rect", x: box.x - 0.5, y: box.y - 0.5, width: box.width + 1, height: box.height + 1, stroke: ink.border })
  return marks
}

/**
 * The edges of the band as far as they lie inside the document; close by as the staircases they are.
 *
 * @param {View} view
 * @param {Eye} eye
 * @param {Box} box
 * @param {number} tokens
 * @returns {Mark[]}
 */
function edgeMarks(view, eye, box, tokens) {
  if (view.reach >= tokens - 1) return []
  /** @type {Mark[]} */
  const marks = []
  const stroke = view.dilation > 1 ? KIND_COLOURS.dilated : KIND_COLOURS.local
  const dash = view.dilation > 1 ? [5, 4] : null
  const [first, last] = rowsInSight(eye, box, tokens)
  for (const side of [-view.reach, view.reach + 1]) {
    const from = side < 0 ? Math.max(first, -side) : first
    const to = side < 0 ? last : Math.min(last, tokens - side)
    if (from >= to) continue
    /** @param {number} query */
    const columnOf = (query) => box.x + (side + query * (1 - eye.turn) - eye.originX) * eye.scaleX
    /** @param {number} query */
    const rowOf = (query) => box.y + (query - eye.originY) * eye.scaleY
    /** @type {Two[]} */
    const points = []
    if (eye.scaleY >= 5) {
      for (let query = from; query < to; query++) {
        points.push([columnOf(query), rowOf(query)], [columnOf(query), rowOf(query + 1)])
      }
    } else {
      points.push([columnOf(from), rowOf(from)], [columnOf(to), rowOf(to)])
    }
    marks.push({ kind: "path", points, stroke, dash, line: 1.5, clip: box })
  }
  return marks
}

/**
 * @param {Eye} eye
 * @param {Box} box
 * @param {number} tokens
 * @returns {Two}
 */
function rowsInSight(eye, box, tokens) {
  const first = Math.max(0, Math.floor(eye.originY))
  return [first, Math.min(tokens, Math.ceil(eye.originY + box.height / eye.scaleY))]
}

/**
 * Tokens or positions beside the first panel; the next one has the same rows.
 *
 * @param {Panel} panel
 * @param {Eye} eye
 * @param {Payload} data
 * @param {Ink} ink
 * @returns {Mark[]}
 */
function rowLabels({ view, box, first: isFirst }, eye, data, ink) {
  if (!isFirst) return []
  /** @type {Mark[]} */
  const marks = []
  const text = /** @type {const} */ ({ kind: "text", size: LABEL_SIZE, align: "right" })
  /** @param {number} row */
  const y = (row) => box.y + (row + 0.5 - eye.originY) * eye.scaleY
  if (eye.scaleY >= LABEL_ROOM) {
    const [from, to] = rowsInSight(eye, box, data.tokens)
    for (let row = from; row < to; row++) {
      if (y(row) < box.y + 2 || y(row) > box.y + box.height - 2) continue
      marks.push({ ...text, text: tokenLabel(view, data, row, 10), x: box.x - 9, y: y(row), fill: ink.text })
    }
    return marks
  }
  for (const row of ticksIn(eye.originY, box.height, eye.scaleY, 44, 0, data.tokens - 1)) {
    marks.push({ ...text, text: countText(row), x: box.x - 9, y: y(row), fill: ink.faint })
    marks.push({ kind: "path", points: [[box.x - 5, y(row)], [box.x, y(row)]], stroke: ink.faint, line: 1 })
  }
  return marks
}

/**
 * Tokens, positions or offsets above a panel; none while the map turns.
 *
 * @param {Panel} panel
 * @param {Eye} eye
 * @param {Payload} data
 * @param {Ink} ink
 * @param {Mode} mode
 * @returns {Mark[]}
 */
function columnLabels({ view, box, reach }, eye, data, ink, mode) {
  if (eye.turn > 0 && eye.turn < 1) return []
  /** @type {Mark[]} */
  const marks = []
  const text = /** @type {const} */ ({ kind: "text", size: LABEL_SIZE })
  /** @param {number} column */
  const x = (column) => box.x + (column + 0.5 - eye.originX) * eye.scaleX
  const straight = mode === "straight"
  if (!straight && eye.scaleX >= LABEL_ROOM) {
    const from = Math.max(0, Math.floor(eye.originX))
    const to = Math.min(data.tokens, Math.ceil(eye.originX + box.width / eye.scaleX))
    for (let column = from; column < to; column++) {
      if (x(column) < box.x + 2 || x(column) > box.x + box.width - 2) continue
      const label = tokenLabel(view, data, column, 8)
      marks.push({ ...text, text: label, x: x(column), y: box.y - 9, fill: ink.text, align: "left", turned: true })
    }
    return marks
  }
  const [low, high] = straight ? [-reach, reach] : [0, data.tokens - 1]
  for (const column of ticksIn(eye.originX, box.width, eye.scaleX, 56, low, high)) {
    const label = straight && column > 0 ? `+${countText(column)}` : countText(column)
    marks.push({ ...text, text: label, x: x(column), y: box.y - 13, fill: ink.faint, align: "center" })
    marks.push({ kind: "path", points: [[x(column), box.y - 5], [x(column), box.y]], stroke: ink.faint, line: 1 })
  }
  return marks
}

/**
 * @param {View} view
 * @param {Payload} data
 * @param {number} token
 * @param {number} limit
 */
function tokenLabel(view, data, token, limit) {
  const isGlobal = view.globalIndex.has(token)
  return isGlobal ? `G ${plainPiece(data.pieces[token], limit - 2)}` : plainPiece(data.pieces[token], limit)
}

/**
 * Round numbers in sight and inside [low, high], at least `room` pixels apart.
 *
 * @param {number} origin
 * @param {number} length
 * @param {number} scale
 * @param {number} room
 * @param {number} low
 * @param {number} high
 */
export function ticksIn(origin, length, scale, room, low, high) {
  const least = room / scale
  const power = Math.pow(10, Math.floor(Math.log10(least)))
  const round = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= least) ?? least
  const step = Math.max(1, round)
  const found = []
  const stop = Math.min(high, origin + length / scale - 0.5)
  for (let tick = Math.ceil(Math.max(low, origin - 0.5) / step) * step; tick <= stop; tick += step) found.push(tick)
  return found
}

/**
 * Orange ticks on both axes and the letter G: global tokens are told by more than colour.
 *
 * @param {Panel} panel
 * @param {Eye} eye
 * @param {Ink} ink
 * @returns {Mark[]}
 */
function globalMarks({ view, box }, eye, ink) {
  /** @type {Mark[]} */
  const marks = []
  const written = { x: -Infinity, y: -Infinity }
  const style = /** @type {const} */ ({ kind: "path", stroke: KIND_COLOURS.global, line: 3 })
  for (const position of view.globals) {
    const y = box.y + (position + 0.5 - eye.originY) * eye.scaleY
    if (y >= box.y - 0.5 && y <= box.y + box.height + 0.5) {
      marks.push({ ...style, points: [[box.x - 6, y], [box.x, y]] })
      if (y - written.y >= 12 && eye.scaleY < LABEL_ROOM) {
        marks.push(letterG(box.x - 11, y, ink))
        written.y = y
      }
    }
    if (eye.turn > 0) continue
    const x = box.x + (position + 0.5 - eye.originX) * eye.scaleX
    if (x >= box.x - 0.5 && x <= box.x + box.width + 0.5) {
      marks.push({ ...style, points: [[x, box.y - 6], [x, box.y]] })
      if (x - written.x >= 12 && eye.scaleX < LABEL_ROOM) {
        marks.push(letterG(x, box.y - 12, ink))
        written.x = x
      }
    }
  }
  return marks
}

/**
 * @param {number} x
 * @param {number} y
 * @param {Ink} ink
 * @returns {Mark}
 */
function letterG(x, y, ink) {
  return { kind: "chip", text: "G", x, y, size: 10, bold: true, fill: ink.text, ground: ink.background, centred: true }
}

/**
 * What the axes mean, in the corner between them.
 *
 * @param {Box} box
 * @param {Mode} mode
 * @param {Ink} ink
 * @returns {Mark[]}
 */
export function cornerMarks(box, mode, ink) {
  const text = /** @type {const} */ ({ kind: "text", size: 10.5, fill: ink.faint, x: 8, align: "left" })
  return [
    { ...text, text: mode === "square" ? "key →" : "offset →", y: box.y - 30 },
    { ...text, text: "query ↓", y: box.y - 15 },
  ]
}
