// The elements of the document's blocks: headings, items and rows of tables as such, and numbers in the margin.
/** @import { Layout, Paragraph } from "./layout.js" */
import { append, appendButton, element } from "../shared/element.js"
import { countText } from "../shared/numbers.js"

/** Lines of a group of blocks; the browser lays out only the groups in sight. */
const GROUP_LINES = 40
/** Characters of a line, as a guess for groups that were never in sight. */
const LINE_CHARACTERS = 40
const CLASS = { paragraph: "", heading: "lv-text-heading", item: "lv-text-item", row: "lv-text-row", lines: "", code: "lv-text-code" }

/**
 * Make the elements of a layout, and one for each of its chunks.
 *
 * @param {Layout} layout
 * @param {string} text
 * @returns {DocumentFragment}
 */
export function blockElements(layout, text) {
  const all = document.createDocumentFragment()
  /** @type {HTMLElement | null} The table that rows are added to. */
  let table = null
  let group = append(all, "div", "lv-text-group")
  let lines = 0
  for (const paragraph of layout.paragraphs) {
    const isRow = paragraph.block.kind === "row"
    if (lines >= GROUP_LINES && !(isRow && table)) {
      group = append(all, "div", "lv-text-group")
      lines = 0
    }
    lines += 1 + Math.ceil((paragraph.stop - paragraph.start) / LINE_CHARACTERS)
    group.style.setProperty("--lv-lines", String(lines))
    if (isRow && (!table || paragraph.isApart)) table = tableElement(group, paragraph)
    if (!isRow) table = null
    const made = paragraphElement(table ?? group, paragraph)
    for (const chunk of paragraph.chunks) {
      const place = isRow ? cellElement(made, chunk.cell) : made
      chunk.element = append(place, "span", "lv-text-chunk", text.slice(chunk.start, chunk.stop))
    }
  }
  return all
}

/**
 * @param {HTMLElement} parent
 * @param {Paragraph} paragraph
 */
function paragraphElement(parent, { block, goesOn, isApart, isWrapped, cells }) {
  const made = append(parent, "div", `lv-text-paragraph ${CLASS[block.kind]}`.trim())
  made.dir = "auto"
  if (goesOn) made.previousElementSibling?.classList.add("lv-text-continued")
  made.classList.toggle("lv-text-apart", isApart && !goesOn)
  made.classList.toggle("lv-text-wrapped", isWrapped)
  made.style.setProperty("--lv-level", String(block.level))
  if (block.kind === "heading") {
    made.setAttribute("role", "heading")
    made.setAttribute("aria-level", String(block.level))
  }
  if (block.kind === "row") {
    made.setAttribute("role", "row")
    widen(parent, cells.length)
  }
  if (block.number && !goesOn) {
    const button = appendButton(made, "lv-text-number", "", () => {}, `Select paragraph ${countText(block.number)}`)
    // The number is drawn by the style sheet, so that copied text has none.
    button.dataset.number = String(block.number)
    button.dataset.from = String(block.from)
    button.setAttribute("aria-label", button.title)
    button.tabIndex = -1
  }
  return made
}

/**
 * @param {HTMLElement} parent
 * @param {Paragraph} paragraph
 */
function tableElement(parent, { isApart }) {
  const table = append(parent, "div", "lv-text-table")
  table.classList.toggle("lv-text-apart", isApart)
  table.setAttribute("role", "table")
  return table
}

/**
 * Give a table as many columns as its longest row has cells.
 *
 * @param {HTMLElement} table
 * @param {number} columns
 */
function widen(table, columns) {
  const most = Math.max(columns, Number(table.style.getPropertyValue("--lv-columns")))
  table.style.setProperty("--lv-columns", String(most))
}

/**
 * The element of a cell, made where it is not there yet.
 *
 * @param {HTMLElement} row
 * @param {number} cell
 */
function cellElement(row, cell) {
  const last = row.lastElementChild
  if (last instanceof HTMLElement && last.dataset.cell === String(cell)) return last
  const made = element("span", "lv-text-cell")
  made.dataset.cell = String(cell)
  made.style.gridColumn = String(cell + 1)
  made.setAttribute("role", "cell")
  row.append(made)
  return made
}
