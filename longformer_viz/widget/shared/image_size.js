// How many pixels an image file has.
import { append, fillOptions } from "./element.js"

/** The widest image that is made, in pixels. */
const WIDEST_PNG = 4000
const SCREEN_TIMES = 2
/** Widths of an image that a menu offers, in pixels; 0 stands for twice the size on the screen. */
const WIDTHS = [0, 1280, 1920, 2560, WIDEST_PNG]

/**
 * Pixels of an image for each unit of the view.
 *
 * @param {number} width The view's, in units.
 * @param {number} height The image's, in units.
 * @param {number} pixels The width that is wanted; 0 for twice the size on the screen.
 */
export function exportRatio(width, height, pixels) {
  const most = Math.min(WIDEST_PNG / width, WIDEST_PNG / height)
  return Math.min(pixels ? pixels / width : SCREEN_TIMES * (window.devicePixelRatio || 1), most)
}

/**
 * Make a list of widths; its value is the chosen one.
 *
 * @param {HTMLElement} parent
 * @param {string} className
 */
export function widthSelect(parent, className) {
  const select = append(parent, "select", className)
  select.setAttribute("aria-label", "Image width")
  fillOptions(select, WIDTHS.map((pixels) => [pixels, pixels ? `${pixels} pixels` : "Screen size × 2"]))
  return select
}
