// Weights travel as codes of one byte on a logarithmic scale.
/** @import { View } from "./types.js" */

/** Weights below it have code 0. */
export const FLOOR = 1e-4
/** The code of a weight that is not a number. */
export const FAULT = 255

export const WEIGHTS = Float64Array.from({ length: 256 }, (_, code) => {
  if (code === FAULT) return NaN
  return code === 0 ? 0 : FLOOR * Math.pow(1 / FLOOR, (code - 1) / 253)
})

/** Code 2m is higher, 2m - 1 is lower: of two codes the larger stands for the larger difference. */
export const DIFFERENCES = Float64Array.from({ length: 256 }, (_, code) => {
  if (code === FAULT) return NaN
  if (code === 0) return 0
  const size = FLOOR * Math.pow(1 / FLOOR, (Math.ceil(code / 2) - 1) / 126)
  return code % 2 ? -size : size
})

/**
 * The code that stands for a weight, or for a difference.
 *
 * @param {number} value
 * @param {boolean} difference
 */
export function codeOf(value, difference) {
  if (Number.isNaN(value)) return FAULT
  const size = Math.abs(value)
  if (size < FLOOR) return 0
  const part = Math.min(1, Math.log(size / FLOOR) / Math.log(1 / FLOOR))
  if (!difference) return 1 + Math.round(253 * part)
  return 2 * (1 + Math.round(126 * part)) - (value < 0 ? 1 : 0)
}

/**
 * The weight, or the difference, of each code.
 *
 * @param {Pick<View, "difference">} view
 */
export function codeWeights(view) {
  return view.difference ? DIFFERENCES : WEIGHTS
}
