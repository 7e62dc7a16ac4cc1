// Regions of a head that is too large for one payload: which one the screen needs, and whether a known one serves.
/** @import { Eye, Mode, Region, Size, Two, Wish } from "../../shared/types.js" */

/**
 * The rows and columns in sight and a little more, in steps of at most a device pixel.
 *
 * @param {Eye} eye
 * @param {Mode} mode
 * @param {Size} box
 * @param {number} ratio Device pixels of a CSS pixel.
 * @param {number} tokens
 * @param {number} reach
 * @returns {Wish}
 */
export function wishFor(eye, mode, box, ratio, tokens, reach) {
  const straight = mode === "straight"
  /** @param {number} scale */
  const stepOf = (scale) => 2 ** Math.max(0, Math.floor(Math.log2(1 / (scale * ratio))))
  const steps = /** @type {Two} */ ([stepOf(eye.scaleY), stepOf(eye.scaleX)])
  /** @type {(origin: number, length: number, scale: number, low: number, high: number, step: number) => Two} */
  const span = (origin, length, scale, low, high, step) => {
    const margin = (0.25 * length) / scale
    /** @param {number} value */
    const grid = (value) => Math.floor(value / (8 * step)) * 8 * step
    const from = Math.max(low, grid(origin - margin))
    return [from, Math.min(high, grid(origin + length / scale + margin) + 8 * step)]
  }
  const [left, right] = straight ? [-reach, reach + 1] : [0, tokens]
  return {
    rows: span(eye.originY, box.height, eye.scaleY, 0, tokens, steps[0]),
    columns: span(eye.originX, box.width, eye.scaleX, left, right, steps[1]),
    seen: [
      Math.max(0, eye.originY),
      Math.min(tokens, eye.originY + box.height / eye.scaleY),
      Math.max(left, eye.originX),
      Math.min(right, eye.originX + box.width / eye.scaleX),
    ],
    steps,
    straight,
  }
}

/**
 * Whether a region that travelled shows what is in sight.
 *
 * @param {Region | null} tile
 * @param {Wish} wish
 */
export function servesWish(tile, wish) {
  if (!tile || tile.straight !== wish.straight) return false
  const [top, bottom, left, right] = wish.seen
  const covers = tile.rows[0] <= top && tile.rows[1] >= bottom && tile.columns[0] <= left && tile.columns[1] >= right
  // A coarser region serves if it answered the same wish: no sharper one can travel.
  const same = String([tile.rows, tile.columns]) === String([wish.rows, wish.columns])
  return covers && (same || (tile.steps[0] <= wish.steps[0] && tile.steps[1] <= wish.steps[1]))
}
