// How large the pictures of the panels are, so that all of them are seen at once and fill their columns.
/** @import { Size } from "../shared/types.js" */

import { clamp } from "../shared/numbers.js"

/** CSS pixels between panels. */
const GAP = 16
/** CSS pixels of text above and below a picture. */
const TEXT_HEIGHT = 64
/** The widest shape of a picture, width over height. */
const WIDEST_SHAPE = 1.65
const LEAST_SIDE = 120
/** The least width of one of several columns, so that the words above a picture are not cut. */
const LEAST_COLUMN = 190
/** The width of a picture, about, where not all of them fit the screen. */
const SCROLLED_SIDE = 240

/**
 * The number of columns that makes the pictures largest, and their size. Where they would be too small, they are squares
 * and the page is scrolled.
 *
 * @param {Size} room
 * @param {number} count
 * @returns {Size & { columns: number }}
 */
export function panelSizes(room, count) {
  let best = { columns: 0, width: 0, height: 0 }
  for (let columns = 1; columns <= count; columns += 1) {
    const across = (room.width - GAP * (columns - 1)) / columns
    if (columns > 1 && across < LEAST_COLUMN) break
    const height = Math.floor(Math.min(across, room.height / Math.ceil(count / columns) - TEXT_HEIGHT))
    const width = Math.floor(Math.min(across, WIDEST_SHAPE * height))
    if (height >= LEAST_SIDE && width * height > best.width * best.height) best = { columns, width, height }
  }
  if (best.columns) return best
  const columns = clamp(Math.round(room.width / SCROLLED_SIDE), 1, count)
  const side = Math.max(LEAST_SIDE, Math.floor((room.width - GAP * (columns - 1)) / columns))
  return { columns, width: side, height: side }
}
