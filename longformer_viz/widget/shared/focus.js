// Moves the focus among buttons that Tab reaches as one.
import { clamp } from "./numbers.js"

/**
 * Move the focus from the button in focus to another one, which Tab then reaches.
 *
 * @param {KeyboardEvent} event
 * @param {HTMLButtonElement[]} buttons
 * @param {number} index The button in focus.
 * @param {Record<string, number>} steps How many buttons on each key moves.
 * @returns {number | null} The button that has the focus now; null where the key moves nothing.
 */
export function moveFocus(event, buttons, index, steps) {
  const by = steps[event.key]
  if (!by) return null
  event.preventDefault()
  const to = clamp(index + by, 0, buttons.length - 1)
  buttons[index].tabIndex = -1
  buttons[to].tabIndex = 0
  buttons[to].focus()
  return to
}
