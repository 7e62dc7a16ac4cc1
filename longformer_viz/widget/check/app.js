// Twelve questions before and after the lesson. The library draws and answers them; the browser asks, judges and keeps.
/** @import { App, Tell } from "../shared/types.js" */
/** @import { Kept, Question, Questions, Round } from "./types.js" */
import { append, appendButton, element } from "../shared/element.js"
import { keep, kept, KEY } from "./keeping.js"
import { appendResult } from "./result.js"
import { answered, begin, isDone, reasonFor, wholeNumber } from "./state.js"

/** @implements {App<Questions>} */
export class CheckApp {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    /** @type {Tell} */
    this.tell = { setStateValue() {}, setTriggerValue() {} }
    /** @type {Questions} */
    this.questions = { before: [], after: [] }
    this.root = append(parent, "section", "lc-root")
    this.root.setAttribute("aria-label", "Check yourself")
    /** @type {Kept | null} */
    this.check = kept()
    /** Whether the visitor asked for the questions after the lesson. */
    this.isAfter = false
    this.isKept = true
    this.isBegun = false
    this.listeners = new AbortController()
    window.addEventListener("storage", ({ key }) => key === KEY && this.restart(kept()), {
      signal: this.listeners.signal,
    })
  }

  /** @param {Questions} data */
  show(data) {
    this.questions = data
    if (!this.isBegun) this.draw()
    this.isBegun = true
  }

  destroy() {
    this.listeners.abort()
    this.root.remove()
  }

  /** @param {Kept | null} check */
  restart(check) {
    this.check = check
    this.isAfter = false
    this.draw()
  }

  /** @param {boolean} [moves] Whether the visitor moved on, so that the focus follows. */
  draw(moves = false) {
    this.root.replaceChildren()
    const { check } = this
    if (!check) this.drawStart()
    else if (!isDone(check, "before")) this.drawQuestion(check, "before")
    else if (this.isAfter || check.answers.after.length > 0) this.drawAfter(check)
    else this.drawPause()
    if (!this.isKept) this.say("This browser cannot keep your answers. They are lost when you leave this page.")
    if (moves) this.root.querySelector("h3")?.focus()
  }

  drawStart() {
    this.heading("Twelve questions before the lesson, and twelve after it")
    this.say("The second twelve ask the same questions with different numbers, so you see what you learned in each topic.")
    this.say("Your answers stay in this browser. You can skip any question, or the whole check.")
    this.buttons(["Start", () => this.change(begin(this.questions))])
  }

  drawPause() {
    this.heading("Now take the lesson")
    this.say("Your answers are kept in this browser. The second twelve questions show you what was right.")
    this.buttons(
      ["Answer the questions after the lesson", () => this.enterAfter()],
      ["Start over", () => this.reset()],
    )
  }

  /** @param {Kept} check */
  drawAfter(check) {
    if (!isDone(check, "after")) {
      this.drawQuestion(check, "after")
      return
    }
    this.heading("What you gained")
    appendResult(this.root, check)
    this.buttons(["Start over with new questions", () => this.reset()])
  }

  /**
   * @param {Kept} check
   * @param {Round} round
   */
  drawQuestion(check, round) {
    const number = check.answers[round].length
    const question = /** @type {Question} */ (check[round][number])
    append(this.root, "p", "lc-place", `Question ${number + 1} of ${check[round].length} · ${question.topic}`)
    this.heading(question.text)
    const form = question.choices.length ? this.choices(question, round) : this.entry(question, round)
    this.root.append(form)
    this.buttons(["Skip this question", () => this.answer(question, round, null)], ["Start over", () => this.reset()])
  }

  /**
   * @param {Question} question
   * @param {Round} round
   */
  choices(question, round) {
    const list = element("div", "lc-choices")
    list.setAttribute("role", "group")
    list.setAttribute("aria-label", "Answers")
    for (const choice of question.choices) {
      appendButton(list, "lc-choice", choice, () => this.answer(question, round, choice))
    }
    return list
  }

  /**
   * @param {Question} question
   * @param {Round} round
   */
  entry(question, round) {
    const form = element("form", "lc-entry")
    const input = append(form, "input", "lc-number")
    input.inputMode = "numeric"
    input.autocomplete = "off"
    input.setAttribute("aria-label", `Your answer, in ${question.unit}`)
    append(form, "span", "", question.unit)
    append(form, "button", "lc-button lc-first", "Answer")
    const problem = append(form, "span", "lc-problem")
    problem.setAttribute("role", "alert")
    form.onsubmit = (event) => {
      event.preventDefault()
      const entered = wholeNumber(input.value)
      if (entered === null) problem.textContent = "An answer must be a whole number, such as 8."
      else this.answer(question, round, entered)
    }
    return form
  }

  /**
   * @param {Question} question
   * @param {Round} round
   * @param {string | null} answer
   */
  answer(question, round, answer) {
    if (!this.check) return
    this.check = answered(this.check, round, answer)
    this.isKept = keep(this.check)
    if (round === "before") this.draw(true)
    else this.drawVerdict(question, answer)
  }

  /**
   * @param {Question} question
   * @param {string | null} answer
   */
  drawVerdict(question, answer) {
    const isRight = answer === question.truth
    this.root.replaceChildren()
    append(this.root, "p", "lc-place", question.topic)
    append(this.root, "p", "lc-asked", question.text)
    const verdict = isRight ? "Right" : answer === null ? "Skipped" : "Not quite"
    this.heading(`${verdict}: ${isRight ? answer : `the answer is ${question.truth}`} ${question.unit}`.trim())
    if (!isRight && answer !== null) {
      const mistake = question.reasons[answer] ?? ""
      this.say(`You answered ${answer}. ${mistake}`.trim())
    }
    this.say(reasonFor(question, null))
    this.buttons(["Next", () => this.draw(true)])
    this.root.querySelector("h3")?.focus()
  }

  enterAfter() {
    this.isAfter = true
    this.draw(true)
  }

  /** @param {Kept | null} check */
  change(check) {
    this.check = check
    this.isKept = keep(check)
    this.draw(true)
  }

  reset() {
    this.isAfter = false
    this.change(null)
    this.tell.setTriggerValue("again", true)
  }

  /** @param {string} text */
  heading(text) {
    append(this.root, "h3", "lc-heading", text).tabIndex = -1
  }

  /** @param {string} sentence */
  say(sentence) {
    append(this.root, "p", "lc-said", sentence)
  }

  /** @param {[string, () => void][]} actions */
  buttons(...actions) {
    const row = append(this.root, "div", "lc-buttons")
    actions.forEach(([text, act], number) => {
      const isFirst = number === 0 && !text.startsWith("Skip")
      appendButton(row, isFirst ? "lc-button lc-first" : "lc-button", text, act)
    })
  }
}
