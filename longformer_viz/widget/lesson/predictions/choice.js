// Choose one option, or all that are right.
/** @import { Asking, Choice } from "../types.js" */
import { append } from "../../shared/element.js"
import { judgeChoice } from "../judge.js"
import { answerButtons, askQuestion } from "./panel.js"

/**
 * @param {HTMLElement} parent
 * @param {Choice} prediction
 * @param {Asking} asking
 */
export function askChoice(parent, prediction, asking) {
  askQuestion(parent, prediction.question)
  /** @type {Set<number>} */
  const chosen = new Set()
  const list = append(parent, "div", "le-options")
  list.setAttribute("role", "group")
  list.setAttribute("aria-label", prediction.several ? "Choose all that are right" : "Choose one")
  const buttons = prediction.options.map(({ text }, index) => {
    const button = append(list, "button", "le-option", text)
    button.type = "button"
    button.onclick = () => {
      if (!prediction.several) chosen.clear()
      if (chosen.has(index)) chosen.delete(index)
      else chosen.add(index)
      render()
    }
    return button
  })
  if (prediction.several) append(parent, "p", "le-hint", "Choose all that are right.")
  const check = answerButtons(parent, "Check", () => asking.answered(judgeChoice(prediction, chosen)), asking)
  const render = () => {
    buttons.forEach((button, index) => button.setAttribute("aria-pressed", String(chosen.has(index))))
    check.disabled = !chosen.size && !prediction.several
  }
  render()
}
