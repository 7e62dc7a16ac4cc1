// Scrolls to a part of a component that is out of sight.

/** The share of it that must be in sight. */
const LEAST_SEEN = 0.6

/**
 * Scroll to a component where most of one of its parts is out of sight.
 *
 * @param {HTMLElement | null} root
 * @param {string} part The part's selector.
 */
export function bringIntoSight(root, part) {
  const pane = root?.querySelector(part)
  if (!root || !pane) return
  const { top, bottom, height } = pane.getBoundingClientRect()
  const seen = Math.min(bottom, window.innerHeight) - Math.max(top, 0)
  if (seen >= LEAST_SEEN * height) return
  const isStill = window.matchMedia("(prefers-reduced-motion: reduce)").matches
  root.scrollIntoView({ block: "start", behavior: isStill ? "auto" : "smooth" })
}
