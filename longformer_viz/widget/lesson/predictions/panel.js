// What all predictions share: the question, the buttons, and what is told of an answer.
/** @import { Asking, Outcome } from "../types.js" */
import { append, appendButton } from "../../shared/element.js"

/**
 * @param {HTMLElement} parent
 * @param {string} question
 */
export function askQuestion(parent, question) {
  append(parent, "p", "le-predict", "Predict")
  append(parent, "h3", "le-question", question)
}

/**
 * @param {HTMLElement} parent
 * @param {string} text
 * @param {() => void} check
 * @param {Asking} asking
 */
export function answerButtons(parent, text, check, asking) {
  const row = append(parent, "div", "le-answer-buttons")
  const button = appendButton(row, "le-button le-primary", text, check)
  appendButton(row, "le-button", "Skip and show the answer", () => asking.skipped())
  return button
}

/**
 * @param {HTMLElement} parent
 * @param {Outcome} outcome
 * @param {() => void} again
 */
export function tellOutcome(parent, { verdict, headline, reasons }, again) {
  const box = append(parent, "div", `le-outcome le-outcome-${verdict}`)
  box.setAttribute("role", "status")
  const sign = { right: "✓", wrong: "✗", skipped: "" }[verdict]
  append(box, "b", "", sign ? `${sign} ${headline}` : headline)
  for (const reason of reasons) append(box, "p", "", reason)
  appendButton(box, "le-button le-again", "Predict again", again)
}
