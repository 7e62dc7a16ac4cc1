// Where the card of a stop stands: beside what it explains, wherever there is room.
/** @import { Box, Size } from "../shared/types.js" */
import { clamp } from "../shared/numbers.js"

/** CSS pixels between a card and what it explains, and around both. */
export const GAP = 14
const EDGE = 10
/** CSS pixels between a thing and the ring around it. */
const RING = 6

/**
 * The smallest box around some boxes; null around none.
 *
 * @param {Box[]} boxes
 * @returns {Box | null}
 */
export function around(boxes) {
  if (!boxes.length) return null
  const x = Math.min(...boxes.map((box) => box.x))
  const y = Math.min(...boxes.map((box) => box.y))
  const right = Math.max(...boxes.map((box) => box.x + box.width))
  const bottom = Math.max(...boxes.map((box) => box.y + box.height))
  return { x, y, width: right - x, height: bottom - y }
}

/**
 * The ring around a thing, as far as it is on the screen.
 *
 * @param {Box} box
 * @param {Size} view
 * @returns {Box}
 */
export function ringOf(box, view) {
  const x = clamp(box.x - RING, 2, view.width)
  const y = clamp(box.y - RING, 2, view.height)
  const right = clamp(box.x + box.width + RING, x, view.width - 2)
  const bottom = clamp(box.y + box.height + RING, y, view.height - 2)
  return { x, y, width: right - x, height: bottom - y }
}

/**
 * The corner of a card beside a thing: right of it, else left, below, above, else over its lower edge.
 *
 * @param {Box | null} box null for nothing: the card is then in the middle of the screen.
 * @param {Size} card
 * @param {Size} view
 * @returns {{ x: number, y: number }}
 */
export function placeCard(box, card, view) {
  const last = { x: view.width - card.width - EDGE, y: view.height - card.height - EDGE }
  /** @type {(x: number, y: number) => { x: number, y: number }} */
  const inside = (x, y) => ({ x: clamp(x, EDGE, Math.max(EDGE, last.x)), y: clamp(y, EDGE, Math.max(EDGE, last.y)) })
  if (!box) return inside((view.width - card.width) / 2, (view.height - card.height) / 2)
  const [right, bottom] = [box.x + box.width, box.y + box.height]
  const [middle, centre] = [box.y + (box.height - card.height) / 2, box.x + (box.width - card.width) / 2]
  if (right + GAP <= last.x) return inside(right + GAP, middle)
  if (box.x - GAP - card.width >= EDGE) return inside(box.x - GAP - card.width, middle)
  if (bottom + GAP <= last.y) return inside(centre, bottom + GAP)
  if (box.y - GAP - card.height >= EDGE) return inside(centre, box.y - GAP - card.height)
  return inside(centre, last.y)
}
