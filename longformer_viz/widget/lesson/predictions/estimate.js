// Estimate a number on a logarithmic slider, or type it.
/** @import { Asking, Estimate } from "../types.js" */
import { append } from "../../shared/element.js"
import { judgeEstimate, numberText, readEstimate } from "../judge.js"
import { answerButtons, askQuestion } from "./panel.js"

const STEPS = 400

/**
 * @param {HTMLElement} parent
 * @param {Estimate} prediction
 * @param {Asking} asking
 */
export function askEstimate(parent, prediction, asking) {
  const { low, high, unit } = prediction
  const isCount = high < 1000 // whole numbers of which each can be meant
  askQuestion(parent, prediction.question)
  const told = append(parent, "output", "le-estimate")
  const slider = append(parent, "input", "le-slider")
  Object.assign(slider, { type: "range", min: "0", max: String(STEPS), step: "1", value: "0" })
  slider.setAttribute("aria-label", `Estimate, ${unit}`)
  const ends = append(parent, "div", "le-ends")
  append(ends, "span", "", numberText(low, unit))
  append(ends, "span", "", "logarithmic scale")
  append(ends, "span", "", numberText(high, unit))
  const label = append(parent, "label", "le-field", "or type a number ")
  const typed = append(label, "input", "le-typed")
  typed.inputMode = "decimal"
  const problem = append(parent, "p", "le-problem")
  problem.setAttribute("role", "alert")
  const value = () => {
    const exact = low * Math.pow(high / low, Number(slider.value) / STEPS)
    return isCount ? Math.round(exact) : exact
  }
  const render = () => {
    told.textContent = numberText(value(), unit)
    slider.setAttribute("aria-valuetext", told.textContent)
  }
  slider.oninput = () => {
    typed.value = ""
    problem.textContent = ""
    render()
  }
  const check = () => {
    try {
      const estimate = typed.value.trim() ? readEstimate(typed.value, prediction) : value()
      asking.answered(judgeEstimate(prediction, estimate))
    } catch (fault) {
      problem.textContent = /** @type {Error} */ (fault).message
    }
  }
  typed.onkeydown = (event) => {
    if (event.key !== "Enter") return
    event.preventDefault() // Focus moves to a button, which the same key would press.
    check()
  }
  answerButtons(parent, "Check", check, asking)
  render()
}
