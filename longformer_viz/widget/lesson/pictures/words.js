// Pictures made of words: a table, a shaded text, and the choice of a method for a document of one's own.
/** @import { Decision, ShadedText, Table } from "../types.js" */
import { append, fillOptions } from "../../shared/element.js"
import { countText } from "../../shared/numbers.js"

/**
 * @param {HTMLElement} parent
 * @param {Table} picture
 */
export function drawTable(parent, { alt, head, rows, marked }) {
  const scroll = append(parent, "div", "le-table-box")
  const table = append(scroll, "table", rows.length > 4 ? "le-table le-table-long" : "le-table")
  table.setAttribute("aria-label", alt)
  const names = append(append(table, "thead"), "tr")
  for (const name of head) append(names, name ? "th" : "td", "", name)
  const body = append(table, "tbody")
  rows.forEach((cells, index) => {
    const line = append(body, "tr", marked.includes(index) ? "le-marked" : "")
    cells.forEach((cell, column) => append(line, column ? "td" : "th", "", cell))
  })
}

/**
 * @param {HTMLElement} parent
 * @param {ShadedText} picture
 */
export function drawText(parent, { alt, tokens, shades, marked, said }) {
  if (said) append(parent, "p", "le-said", said)
  const text = append(parent, "p", "le-text")
  text.setAttribute("role", "img")
  text.setAttribute("aria-label", alt)
  tokens.forEach((token, index) => {
    const piece = append(text, "span", marked.includes(index) ? "le-piece le-piece-marked" : "le-piece", token)
    if (shades[index]) piece.style.setProperty("--le-shade", `${Math.round(12 + 68 * shades[index])}%`)
  })
}

/**
 * @param {HTMLElement} parent
 * @param {Decision} picture
 */
export function drawDecision(parent, { lengths, needs, advice }) {
  const form = append(parent, "div", "le-decision")
  const length = select(form, "My document has", lengths.map((count) => [count, `${countText(count)} tokens`]))
  const need = select(form, "The task needs", needs.map((name) => [name, name]))
  const said = append(parent, "p", "le-advice")
  said.setAttribute("aria-live", "polite")
  const place = append(parent, "div")
  const show = () => {
    const found = advice.find((each) => each.length === Number(length.value) && each.need === need.value)
    if (!found) return
    said.textContent = found.say
    place.replaceChildren()
    drawTable(place, found.table)
  }
  length.value = String(lengths[Math.floor(lengths.length / 2)])
  for (const control of [length, need]) control.onchange = show
  show()
}

/**
 * @param {HTMLElement} parent
 * @param {string} name
 * @param {[string | number, string][]} options
 */
function select(parent, name, options) {
  const label = append(parent, "label", "le-field", name)
  const control = append(label, "select")
  fillOptions(control, options)
  return control
}
