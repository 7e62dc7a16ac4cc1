// Choose global tokens; the server runs the model with them and says what the answer did.
/** @import { Asking, Judged, PlaceGlobals } from "../types.js" */
import { append } from "../../shared/element.js"
import { moveFocus } from "../../shared/focus.js"
import { percentText } from "../../shared/numbers.js"
import { answerButtons, askQuestion } from "./panel.js"

const STEPS = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 }

/**
 * @param {HTMLElement} parent
 * @param {PlaceGlobals} prediction
 * @param {Asking} asking
 * @param {Set<number>} chosen It is changed in place.
 * @param {Judged | null} judged The last run.
 * @param {boolean} waiting Whether a run was asked for.
 */
export function askGlobals(parent, prediction, asking, chosen, judged, waiting) {
  askQuestion(parent, prediction.question)
  const text = append(parent, "div", "le-text le-globals")
  text.setAttribute("role", "group")
  text.setAttribute("aria-label", "Tokens of the question and the document")
  const buttons = prediction.tokens.map((token, index) => {
    if (token.startsWith(" ")) text.append(" ")
    const button = append(text, "button", "le-token", token.trim())
    button.type = "button"
    button.tabIndex = index ? -1 : 0
    button.onclick = () => {
      if (chosen.has(index)) chosen.delete(index)
      else if (chosen.size < prediction.most) chosen.add(index)
      render()
    }
    button.onkeydown = (event) => moveFocus(event, buttons, index, STEPS)
    return button
  })
  const count = append(parent, "p", "le-hint")
  const run = () => asking.run([...chosen].sort((one, other) => one - other))
  const button = answerButtons(parent, "Run the model", run, asking)
  button.disabled = waiting
  if (waiting) button.textContent = "Running …"
  const told = append(parent, "div", "le-run")
  told.setAttribute("role", "status")
  if (judged?.problem) append(told, "p", "le-problem", judged.problem)
  else if (judged && !waiting) tellRun(told, judged)
  const render = () => {
    buttons.forEach((each, index) => each.setAttribute("aria-pressed", String(chosen.has(index))))
    count.textContent = `${chosen.size} of at most ${prediction.most} global tokens. Arrow keys move, Space chooses.`
  }
  render()
}

/**
 * @param {HTMLElement} parent
 * @param {Judged} judged
 */
export function tellRun(parent, { answer, probability, right, reason }) {
  append(parent, "b", "", `${right ? "✓" : "✗"} Answer: “${shorter(answer)}”, probability ${percentText(probability)}`)
  append(parent, "p", "", reason)
}

/** @param {string} text */
function shorter(text) {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
