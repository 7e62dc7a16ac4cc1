// Paint the keys that one token may attend to: by click, by dragging, or by arrow keys and Space.
/** @import { Asking, DrawBand } from "../types.js" */
import { append } from "../../shared/element.js"
import { moveFocus } from "../../shared/focus.js"
import { isAllowed, judgeBand } from "../judge.js"
import { answerButtons, askQuestion } from "./panel.js"

const STEPS = { ArrowRight: 1, ArrowLeft: -1 }

/**
 * @param {HTMLElement} parent
 * @param {DrawBand} prediction
 * @param {Asking} asking
 * @param {Set<number>} painted What the learner painted so far; it is changed in place.
 */
export function askBand(parent, prediction, asking, painted) {
  askQuestion(parent, prediction.question)
  const row = append(parent, "div", "le-band")
  row.setAttribute("role", "group")
  row.setAttribute("aria-label", `Keys that “${prediction.tokens[prediction.query]}” may attend to`)
  /** @type {boolean | null} What a drag sets. */
  let setting = null
  const buttons = prediction.tokens.map((token, key) => {
    const button = append(row, "button", "le-key", token)
    button.type = "button"
    if (key === prediction.query) button.classList.add("le-query")
    return button
  })
  const render = () => {
    buttons.forEach((button, key) => button.setAttribute("aria-pressed", String(painted.has(key))))
  }
  const paint = (/** @type {number} */ key, /** @type {boolean} */ on) => {
    if (on) painted.add(key)
    else painted.delete(key)
    render()
  }
  buttons.forEach((button, key) => {
    button.tabIndex = key === prediction.query ? 0 : -1
    button.onpointerdown = (event) => {
      button.releasePointerCapture?.(event.pointerId)
      setting = !painted.has(key)
      paint(key, setting)
    }
    button.onpointerenter = (event) => {
      if (setting !== null && event.buttons) paint(key, setting)
    }
    // A click that the pointer did not begin comes from the keyboard or a screen reader.
    button.onclick = (event) => {
      if (!event.detail) paint(key, !painted.has(key))
    }
    button.onkeydown = (event) => {
      const to = moveFocus(event, buttons, key, STEPS)
      if (to !== null && event.shiftKey) paint(to, true)
    }
  })
  row.onpointerup = row.onpointerleave = () => (setting = null)
  append(parent, "p", "le-hint", "Click or drag. On the keyboard, arrow keys move, and Space paints.")
  answerButtons(parent, "Check", () => asking.answered(judgeBand(prediction, painted)), asking)
  render()
}

/**
 * Show the true row over the painted one.
 *
 * @param {HTMLElement} parent
 * @param {DrawBand} prediction
 * @param {Set<number>} painted
 */
export function showBand(parent, { tokens, query, codes }, painted) {
  const row = append(parent, "div", "le-band")
  row.setAttribute("role", "img")
  const wrong = tokens.filter((_, key) => painted.has(key) !== isAllowed(codes, key))
  const list = wrong.map((token) => `“${token}”`).join(", ")
  row.setAttribute("aria-label", wrong.length ? `Cells that differ: ${list}.` : "Your row equals the true one.")
  tokens.forEach((token, key) => {
    const allowed = isAllowed(codes, key)
    const cell = append(row, "span", `le-key le-told ${allowed ? `le-true-${codes[key]}` : ""}`, token)
    if (key === query) cell.classList.add("le-query")
    if (painted.has(key) !== allowed) append(cell, "i", "le-miss", allowed ? "missed" : "not a key")
  })
}
