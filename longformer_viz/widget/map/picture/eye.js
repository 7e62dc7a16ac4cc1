// What is in sight. A place is [column, row, zoom] of the middle; zoom 1 shows the whole on a screen of any size.
/** @import { Eye, Mode, Pair, Place, Size, Two, View } from "../../shared/types.js" */
import { clamp } from "../../shared/numbers.js"

/** CSS pixels of a token at the closest. */
const LARGEST_CELL = 44
/** How far the square view may be from square, so that it fills its box. */
const WIDEST_SHAPE = 1.5

/**
 * The widest reach of the views that share one place and one scale.
 *
 * @param {View[]} views
 */
export function widestReach(views) {
  return Math.max(...views.map((view) => view.reach))
}

/**
 * Offsets shown on either side of a straightened band, so that its edges are in sight.
 *
 * @param {number} reach
 */
function marginOf(reach) {
  return Math.ceil(0.02 * reach)
}

/**
 * CSS pixels of a token at zoom 1, across and down.
 *
 * Both fill their box; the square view keeps close to a square.
 *
 * @param {Mode} mode
 * @param {number} tokens
 * @param {number} reach
 * @param {Size} box
 * @returns {Two}
 */
export function fitScales(mode, tokens, reach, box) {
  if (mode === "square") {
    const side = WIDEST_SHAPE * Math.min(box.width, box.height)
    return [Math.min(box.width, side) / tokens, Math.min(box.height, side) / tokens]
  }
  const across = box.width / (2 * (reach + marginOf(reach)) + 1)
  return [Math.min(across, 2 * LARGEST_CELL), Math.min(box.height / tokens, 2 * LARGEST_CELL)]
}

/**
 * CSS pixels of a token at a zoom, across and down.
 *
 * @param {Two} fit
 * @param {number} zoom
 * @returns {Two}
 */
export function scalesAt(fit, zoom) {
  const [across, down] = fit.map((scale) => Math.max(scale, Math.min(LARGEST_CELL, scale * zoom)))
  return [across, down]
}

/** @param {Two} fit */
export function zoomLimit(fit) {
  return Math.max(1, LARGEST_CELL / Math.min(...fit))
}

/**
 * The ends of what there is to see: left, right, top and bottom in tokens.
 *
 * @param {Mode} mode
 * @param {number} tokens
 * @param {number} reach
 * @returns {[number, number, number, number]}
 */
export function extentOf(mode, tokens, reach) {
  if (mode === "square") return [0, tokens, 0, tokens]
  const far = reach + marginOf(reach)
  return [-far, far + 1, 0, tokens]
}

/**
 * The nearest place that keeps the picture in its box.
 *
 * @param {Place} place
 * @param {Mode} mode
 * @param {number} tokens
 * @param {number} reach
 * @param {Size} box
 * @returns {Place}
 */
export function boundedPlace([x, y, wanted], mode, tokens, reach, box) {
  const fit = fitScales(mode, tokens, reach, box)
  const zoom = clamp(wanted, 1, zoomLimit(fit))
  const [scaleX, scaleY] = scalesAt(fit, zoom)
  const [left, right, top, bottom] = extentOf(mode, tokens, reach)
  return [boundedMiddle(x, left, right, box.width / scaleX), boundedMiddle(y, top, bottom, box.height / scaleY), zoom]
}

/**
 * @param {number} middle
 * @param {number} low
 * @param {number} high
 * @param {number} seen Tokens in sight.
 */
function boundedMiddle(middle, low, high, seen) {
  if (!Number.isFinite(middle) || seen >= high - low) return (low + high) / 2
  return clamp(middle, low + seen / 2, high - seen / 2)
}

/**
 * The eye of a place, in CSS pixels from the upper left corner of the box.
 *
 * @param {Place} place
 * @param {Mode} mode
 * @param {number} tokens
 * @param {number} reach
 * @param {Size} box
 * @returns {Eye}
 */
export function eyeAt(place, mode, tokens, reach, box) {
  const [scaleX, scaleY] = scalesAt(fitScales(mode, tokens, reach, box), place[2])
  return {
    turn: mode === "square" ? 0 : 1,
    originX: place[0] - box.width / 2 / scaleX,
    originY: place[1] - box.height / 2 / scaleY,
    scaleX,
    scaleY,
  }
}

/**
 * Part of the way from one eye to another: the middle moves evenly, the scales by equal factors.
 *
 * @param {Eye} from
 * @param {Eye} to
 * @param {number} part From 0 to 1.
 * @param {Size} box
 * @returns {Eye}
 */
export function eyeBetween(from, to, part, box) {
  /** @type {(a: number, b: number) => number} */
  const mix = (a, b) => a + (b - a) * part
  /** @type {(a: number, b: number) => number} */
  const grow = (a, b) => a * Math.pow(b / a, part)
  const scaleX = grow(from.scaleX, to.scaleX)
  const scaleY = grow(from.scaleY, to.scaleY)
  /** @param {Eye} eye */
  const middle = (eye) => [eye.originX + box.width / 2 / eye.scaleX, eye.originY + box.height / 2 / eye.scaleY]
  const [fromX, fromY] = middle(from)
  const [toX, toY] = middle(to)
  return {
    turn: mix(from.turn, to.turn),
    originX: mix(fromX, toX) - box.width / 2 / scaleX,
    originY: mix(fromY, toY) - box.height / 2 / scaleY,
    scaleX,
    scaleY,
  }
}

/**
 * The place that shows the same tokens in another mode.
 *
 * @param {Place} place
 * @param {Mode} from
 * @param {Mode} to
 * @param {number} tokens
 * @param {number} reach
 * @param {Size} box
 * @returns {Place}
 */
export function turnedPlace([x, y, zoom], from, to, tokens, reach, box) {
  if (from === to) return [x, y, zoom]
  const scale = scalesAt(fitScales(from, tokens, reach, box), zoom)[1]
  const turned = to === "square" ? x + y : x - y
  const whole = zoom <= 1.001
  return boundedPlace([turned, y, whole ? 1 : scale / fitScales(to, tokens, reach, box)[1]], to, tokens, reach, box)
}

/**
 * The pair under a point of the box, or null beyond the document.
 *
 * @param {Eye} eye
 * @param {number} x
 * @param {number} y
 * @param {number} tokens
 * @returns {Pair | null}
 */
export function pairAt(eye, x, y, tokens) {
  const query = Math.floor(eye.originY + y / eye.scaleY)
  const key = Math.floor(eye.originX + x / eye.scaleX + eye.turn * query)
  return query < 0 || query >= tokens || key < 0 || key >= tokens ? null : { query, key }
}

/**
 * The upper left corner of a pair, in CSS pixels of the box.
 *
 * @param {Eye} eye
 * @param {number} query
 * @param {number} key
 * @returns {Two}
 */
export function pointOf(eye, query, key) {
  return [(key - eye.turn * query - eye.originX) * eye.scaleX, (query - eye.originY) * eye.scaleY]
}
