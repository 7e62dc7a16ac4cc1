// Light or dark, as the page around a component is.
/** @import { Rgb, Theme } from "./types.js" */

/** @type {Map<string, Rgb>} */
const KNOWN = new Map()

/**
 * Red, green and blue, 0 to 255 each.
 *
 * @param {string} hex Such as "#0072B2".
 * @returns {Rgb}
 */
export function rgbOf(hex) {
  let found = KNOWN.get(hex)
  if (!found) {
    found = /** @type {Rgb} */ ([1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16)))
    KNOWN.set(hex, found)
  }
  return found
}

/**
 * Dark where the page's background is dark; the fallback where the page does not say.
 *
 * @param {Element} element
 * @param {Theme} fallback
 * @returns {Theme}
 */
export function themeOf(element, fallback) {
  const background = getComputedStyle(element).getPropertyValue("--st-background-color").trim()
  if (!/^#[0-9a-f]{6}$/i.test(background)) return fallback
  const [red, green, blue] = rgbOf(background)
  return 0.3 * red + 0.6 * green + 0.1 * blue < 110 ? "dark" : "light"
}
