// Codes to colours: a table of 257 entries, read once a pixel. Entry 0 is outside the pattern, code + 1 inside.
/** @import { Rgb, Scale, Theme, View } from "./types.js" */
import { DIFFERENCES, FAULT, WEIGHTS, codeWeights } from "./codes.js"
import { rgbOf } from "./theme.js"

/** One colour for each kind of pair (Okabe and Ito). */
export const KIND_COLOURS = {
  local: "#0072B2",
  dilated: "#56B4E9",
  global: "#E69F00",
  random: "#009E73",
  hashed: "#CC79A7",
  outside: "#8A8A8A",
  fault: "#D55E00",
}
export const OUTSIDE_COLOUR = { light: "#ECECEC", dark: "#2A2D34" }
export const TEXT_COLOUR = { light: "#31333F", dark: "#FAFAFA" }

const EMBERS = ["#0b0724", "#2a115c", "#57157e", "#862781", "#b73779", "#e75263", "#fc8961", "#fec488", "#fcfdbf"]
const LOWER = "#CC79A7"
const HIGHER = "#009E73"
const SAME = { light: "#FBFBFB", dark: "#14161B" }

/**
 * A colour along a row of colours.
 *
 * @param {string[]} stops
 * @param {number} part From 0 to 1.
 * @returns {Rgb}
 */
function blend(stops, part) {
  const along = Math.min(1, Math.max(0, part)) * (stops.length - 1)
  const index = Math.min(stops.length - 2, Math.floor(along))
  const from = rgbOf(stops[index])
  const to = rgbOf(stops[index + 1])
  return /** @type {Rgb} */ (from.map((value, channel) => Math.round(value + (to[channel] - value) * (along - index))))
}

/**
 * Where on its scale a code stands, from 0 to 1; a difference from -1 to 1.
 *
 * @param {number} code
 * @param {boolean} difference
 * @param {Scale} scale
 * @param {number} largest Where a linear scale ends.
 */
export function scalePosition(code, difference, scale, largest) {
  if (code === 0) return 0
  if (scale === "linear") return (difference ? DIFFERENCES : WEIGHTS)[code] / largest
  if (!difference) return (code - 1) / 253
  // The smallest difference must be told from none.
  const size = (Math.ceil(code / 2) + 3) / 130
  return code % 2 ? -size : size
}

/**
 * The colour at a position of the scale.
 *
 * @param {number} position
 * @param {boolean} difference
 * @param {Theme} theme
 */
export function scaleColour(position, difference, theme) {
  if (!difference) return blend(EMBERS, theme === "dark" ? position : 1 - position)
  return blend([SAME[theme], position < 0 ? LOWER : HIGHER], Math.abs(position))
}

/**
 * The pixel of each entry, uint32 [257], as ImageData keeps pixels in memory.
 *
 * @param {Pick<View, "difference">} view
 * @param {Theme} theme
 * @param {Scale} scale
 * @param {number} largest
 */
export function colourTable(view, theme, scale, largest) {
  const table = new Uint32Array(257)
  const bytes = new Uint8Array(table.buffer)
  for (let entry = 0; entry < 257; entry++) {
    let colour
    if (entry === 0) colour = rgbOf(OUTSIDE_COLOUR[theme])
    else if (entry === FAULT + 1) colour = rgbOf(KIND_COLOURS.fault)
    else colour = scaleColour(scalePosition(entry - 1, view.difference, scale, largest), view.difference, theme)
    bytes.set([...colour, 255], 4 * entry)
  }
  return table
}

/** @typedef {Pick<View, "difference" | "band" | "columns" | "rows" | "overview">} ViewCodes */

/** @type {WeakMap<ViewCodes, number>} The codes of a view never change. */
const LARGEST = new WeakMap()

/**
 * Where a scale ends: a linear one at the largest weight of all views together, every other one at 1.
 *
 * @param {ViewCodes[]} views
 * @param {Scale} scale
 */
export function scaleEnd(views, scale) {
  if (scale !== "linear") return 1
  const ends = views.map((view) => {
    const known = LARGEST.get(view) ?? largestWeight(view)
    LARGEST.set(view, known)
    return known
  })
  return Math.max(...ends)
}

/**
 * The largest weight of a view, rounded up to one digit: where its linear scale ends.
 *
 * @param {ViewCodes} view
 */
export function largestWeight(view) {
  let largest = 0
  for (const codes of [view.band, view.columns, view.rows, view.overview]) {
    for (let index = 0; index < codes.length; index++) {
      if (codes[index] > largest && codes[index] !== FAULT) largest = codes[index]
    }
  }
  const weight = Math.abs(codeWeights(view)[largest]) || 1
  const digit = Math.pow(10, Math.floor(Math.log10(weight)))
  return Math.min(1, Math.ceil(weight / digit - 0.05) * digit)
}
