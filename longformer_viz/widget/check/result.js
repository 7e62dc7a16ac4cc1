// The result of a check: right answers by topic, and every question with its answers and reasons.
/** @import { Kept, Round } from "./types.js" */
import { append } from "../shared/element.js"
import { gains, reasonFor } from "./state.js"

/**
 * @param {HTMLElement} parent
 * @param {Kept} check
 */
export function appendResult(parent, check) {
  const rows = gains(check)
  const before = rows.reduce((sum, row) => sum + row.before, 0)
  const after = rows.reduce((sum, row) => sum + row.after, 0)
  const all = check.before.length
  append(parent, "p", "lc-total", `${before} of ${all} right before the lesson, ${after} of ${all} after it.`)
  const table = append(parent, "table", "lc-table")
  const head = append(append(table, "thead"), "tr")
  for (const name of ["Topic", "Before", "After", "Gain"]) append(head, "th", "", name).scope = "col"
  const body = append(table, "tbody")
  for (const row of rows) {
    const line = append(body, "tr")
    append(line, "th", "", row.topic).scope = "row"
    append(line, "td", "", `${row.before} of ${row.questions}`)
    append(line, "td", "", `${row.after} of ${row.questions}`)
    append(line, "td", row.after > row.before ? "lc-gain" : "", signed(row.after - row.before))
  }
  appendReview(parent, check, "before", "Your answers before the lesson")
  appendReview(parent, check, "after", "Your answers after the lesson")
}

/**
 * @param {HTMLElement} parent
 * @param {Kept} check
 * @param {Round} round
 * @param {string} title
 */
function appendReview(parent, check, round, title) {
  const details = append(parent, "details", "lc-review")
  append(details, "summary", "", title)
  const list = append(details, "ol")
  check[round].forEach((question, number) => {
    const answer = check.answers[round][number] ?? null
    const item = append(list, "li")
    append(item, "div", "", question.text)
    const truth = `${question.truth} ${question.unit}`.trim()
    const said = answer === null ? "Skipped." : answer === question.truth ? "Right." : `You answered ${answer}.`
    append(item, "div", "lc-reason", `${said} The answer is ${truth}. ${reasonFor(question, answer)}`)
  })
}

/** @param {number} gain */
function signed(gain) {
  return gain > 0 ? `+${gain}` : String(gain).replace("-", "−")
}
