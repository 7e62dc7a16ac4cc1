// The room that a component has on the screen: beside it up to the edges of the page, and below it down to the fold.
/** @import { Size } from "./types.js" */
import { clamp } from "./numbers.js"

/** CSS pixels kept free at the edges of the page, on its right for the scroll bar as well. */
const EDGE = { left: 0, right: 22, bottom: 10 }

/**
 * @typedef {{ left: number, right: number, height: number }} Room
 *   How far the component may reach beyond its host on each side, and its height down to the fold.
 */

/**
 * The element that holds a component, outside its shadow tree.
 *
 * @param {HTMLElement} root The component's own element.
 */
function hostOf(root) {
  const node = root.getRootNode()
  return node instanceof ShadowRoot ? node.host : (root.parentElement ?? root)
}

/**
 * The column of the page that a component stands in, or null outside the app.
 *
 * @param {HTMLElement} root The component's own element.
 */
export function pageOf(root) {
  return hostOf(root).closest("[data-testid=stMainBlockContainer]")
}

/**
 * Measure the room of a component.
 *
 * @param {HTMLElement} root The component's own element.
 * @param {{ left: number, right: number }} wanted The most that it may reach beyond its host.
 * @returns {Room}
 */
export function roomOf(root, wanted) {
  const host = hostOf(root)
  const page = host.closest("[data-testid=stMain]")
  const box = host.getBoundingClientRect()
  const scrolled = page ? page.scrollTop : window.scrollY
  const height = window.innerHeight - (box.top + scrolled) - EDGE.bottom
  const block = pageOf(root)
  if (!page || !block || !isWhole(box, block)) return { left: 0, right: 0, height }
  const outer = page.getBoundingClientRect()
  return {
    left: clamp(box.left - outer.left - EDGE.left, 0, wanted.left),
    right: clamp(outer.right - box.right - EDGE.right, 0, wanted.right),
    height,
  }
}

/**
 * Whether a host is as wide as its page's column: one that shares it with others may not reach beyond itself.
 *
 * @param {DOMRect} box
 * @param {Element} block
 */
function isWhole(box, block) {
  const style = getComputedStyle(block)
  const padding = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight)
  return box.width >= block.clientWidth - padding - 2
}

/**
 * How wide the map's pane is beside the text, or null where the text stands below it.
 *
 * @param {Size} room
 * @param {number} around CSS pixels of the pane beside the panels.
 * @param {number} above CSS pixels of the pane above and below the panels.
 * @param {number} panels
 */
export function paneWidth(room, around, above, panels) {
  const least = Math.max(SIDE_LEAST, Math.min(SIDE_SHARE * room.width, SIDE_MOST))
  if (room.width < NARROW || (panels > 1 && room.width < NARROW_PAIR)) return null
  const widest = room.width - least - PANE_GAP
  if (panels > 1) return widest
  const height = room.height - above
  return Math.min(widest, around + Math.min(Math.max(PANEL_LEAST, SHAPE * height), WIDEST_SHAPE * height))
}

export const PANE_GAP = 18
const PANEL_LEAST = 560
/** The shape of a map, width over height: the one it has where there is room, and the widest. */
const SHAPE = 1.25
const WIDEST_SHAPE = 1.5
const SIDE_LEAST = 284
const SIDE_MOST = 380
const SIDE_SHARE = 0.22
const NARROW = 820
const NARROW_PAIR = 1180
