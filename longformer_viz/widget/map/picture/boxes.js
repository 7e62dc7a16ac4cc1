// Where the panels stand on the stage, in whole device pixels.
/** @import { Box, Size } from "../../shared/types.js" */

/** CSS pixels around the panels, for labels. */
export const GUTTER = { left: 64, top: 46, right: 10, bottom: 6 }
/** CSS pixels between two panels. */
const GAP = 14
const LEAST_SIDE = 20

/**
 * The boxes of the panels, from left to right.
 *
 * @param {Size} stage
 * @param {number} count
 * @param {number} ratio Device pixels of a CSS pixel.
 * @param {number} beside CSS pixels kept free on the right.
 * @returns {Box[]}
 */
export function panelBoxes(stage, count, ratio, beside) {
  /** @param {number} value */
  const whole = (value) => Math.round(value * ratio) / ratio
  const room = stage.width - GUTTER.left - GUTTER.right - beside
  const across = (room - GAP * (count - 1)) / count
  const width = whole(Math.max(LEAST_SIDE, across))
  const height = whole(Math.max(LEAST_SIDE, stage.height - GUTTER.top - GUTTER.bottom))
  return Array.from({ length: count }, (_, index) => ({
    x: whole(GUTTER.left + index * (across + GAP)),
    y: whole(GUTTER.top),
    width,
    height,
  }))
}
