// What is drawn over the weights for the selection and for what is pointed at.
/** @import { Box, Eye, Hover, Ink, MapState, Mark, Span, Two } from "../../shared/types.js" */
import { selectionOf } from "../../shared/selection.js"
import { pointOf } from "./eye.js"

/**
 * The frame around the selected rows, and the cross or the line at what is pointed at.
 *
 * @param {Eye} eye
 * @param {Box} box
 * @param {Pick<MapState, "data" | "hover" | "locked" | "unit">} state
 * @param {Ink} ink
 * @returns {Mark[]}
 */
export function selectionMarks(eye, box, state, ink) {
  const { data, hover } = state
  const selection = selectionOf(state)
  const marks = selection ? selectedRows(eye, box, selection, ink) : []
  if (selection && hover?.mean && hover.key !== null) marks.push(keyLine(eye, box, selection, hover.key, ink))
  else if (hover && hover.query < data.tokens) marks.push(...crosshair(eye, box, hover, ink))
  return marks
}

/**
 * A frame around the rows of the selected queries.
 *
 * @param {Eye} eye
 * @param {Box} box
 * @param {Span} queries
 * @param {Ink} ink
 * @returns {Mark[]}
 */
function selectedRows(eye, box, { from, to }, ink) {
  const y = box.y + (from - eye.originY) * eye.scaleY - 1
  const height = Math.max(2, (to - from) * eye.scaleY) + 2
  return outlined({ x: box.x - 1, y, width: box.width + 2, height }, box, ink)
}

/**
 * @param {Eye} eye
 * @param {Box} box
 * @param {Hover} hover
 * @param {Ink} ink
 * @returns {Mark[]}
 */
function crosshair(eye, box, { query, key }, ink) {
  const y = box.y + (query + 0.5 - eye.originY) * eye.scaleY
  const style = /** @type {const} */ ({ kind: "path", stroke: ink.text, line: 1, alpha: 0.55, clip: box })
  /** @type {Mark[]} */
  const marks = [{ ...style, points: [[box.x, y], [box.x + box.width, y]] }]
  if (key === null) return marks
  const [left, top] = pointOf(eye, query, key)
  const x = box.x + left + eye.scaleX / 2
  marks.push({ ...style, points: [[x, box.y], [x, box.y + box.height]] })
  const [width, height] = [Math.max(6, eye.scaleX), Math.max(6, eye.scaleY)]
  const cell = { x: x - width / 2, y: box.y + top + eye.scaleY / 2 - height / 2, width, height }
  return [...marks, ...outlined(cell, box, ink)]
}

/**
 * A line along a key through the rows of the selected queries.
 *
 * @param {Eye} eye
 * @param {Box} box
 * @param {Span} queries
 * @param {number} key
 * @param {Ink} ink
 * @returns {Mark}
 */
function keyLine(eye, box, { from, to }, key, ink) {
  const points = [from, to - 1].map((query, end) => {
    const [left, top] = pointOf(eye, query, key)
    return /** @type {Two} */ ([box.x + left + eye.scaleX / 2, box.y + top + end * eye.scaleY])
  })
  return { kind: "path", points, stroke: ink.text, line: Math.max(2, eye.scaleX), alpha: 0.55, clip: box }
}

/**
 * A frame that is seen on any ground.
 *
 * @param {Box} frame
 * @param {Box} clip
 * @param {Ink} ink
 * @returns {Mark[]}
 */
function outlined(frame, clip, ink) {
  const rect = /** @type {const} */ ({ kind: "rect", ...frame, clip })
  return [{ ...rect, stroke: ink.background, line: 3 }, { ...rect, stroke: ink.text, line: 1.25 }]
}
