// A document with passages marked, and a list of bars. All of a reader's words are set as text, never as markup.
/** @import { App, Tell } from "../shared/types.js" */
import { append, appendButton, element } from "../shared/element.js"
import { KINDS } from "../shared/blocks.js"
import { percentText } from "../shared/numbers.js"

/** A part of the text: its words, its rank (0 for no mark), how strongly it is marked (below 0: against), its title. */
/** @typedef {[text: string, rank: number, level: number, title: string]} Part */
/** A block: what it is, how deep it is, its number in the margin (0 for none), whether a blank line stands before it. */
/** @typedef {[kind: number, level: number, number: number, isApart: boolean, parts: Part[]]} Block */
/** @typedef {"passage" | "choice" | "plain" | "more"} RowKind */
/** A row of the list: words before, words, a remark, words at the end, a bar from 0 to 1, its kind, the rank it leads to. */
/** @typedef {[lead: string, text: string, remark: string, told: string, share: number | null, kind: RowKind, rank: number]} Row */
/**
 * chosen: the row that is pressed; folded: rows from this number on wait behind a button; numbered: marks up to this
 * rank show it.
 *
 * @typedef {{
 *   blocks: Block[], rows: Row[], label: string, chosen: number | null, folded: number | null, numbered: number,
 *   height: number, colour: string, ink: string,
 * }} MarkedText
 */

/** @implements {App<MarkedText>} */
export class MarkedTextApp {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    /** @type {Tell} */
    this.tell = { setStateValue() {}, setTriggerValue() {} }
    this.root = append(parent, "div", "mt")
    this.frame = element("div", "mt-frame")
    this.box = element("div", "mt-box")
    /** @type {Map<number, HTMLElement[]>} The marks of each rank: a passage can stand at several places. */
    this.marks = new Map()
    this.signature = ""
    this.isUnfolded = false
    /** @type {HTMLElement | undefined} The mark that stays in sight when the text gets another width. */
    this.held = undefined
    this.resizing = new ResizeObserver(() => this.fit())
  }

  /** @param {MarkedText} data */
  show(data) {
    const signature = JSON.stringify(data)
    // A run of the page that changes nothing must leave the text where it was scrolled to.
    if (signature === this.signature) return
    this.signature = signature
    this.root.replaceChildren()
    this.root.style.setProperty("--mt-colour", data.colour)
    this.root.style.setProperty("--mt-ink", data.ink)
    this.root.classList.toggle("mt-alone", !data.rows.length)
    this.frame = append(this.root, "div", "mt-frame")
    this.box = append(this.frame, "div", "mt-box")
    this.box.style.height = `${data.height}px`
    this.box.tabIndex = 0
    this.box.setAttribute("role", "document")
    this.box.setAttribute("aria-label", data.label)
    this.write(data)
    if (data.rows.length) this.list(data)
    this.held = this.marks.get(1)?.[0]
    for (const moved of ["wheel", "touchmove", "pointerdown", "keydown"]) {
      this.box.addEventListener(moved, () => { this.held = undefined }, { passive: true })
    }
    this.resizing.disconnect()
    this.resizing.observe(this.box)
  }

  /** Fit what depends on the width, first and whenever it changes: the strip, and what is in sight. */
  fit() {
    this.strip()
    if (this.held) this.scrollTo(this.held, "instant")
  }

  /** @param {MarkedText} data */
  write({ blocks, numbered }) {
    this.marks.clear()
    for (const [kind, level, number, isApart, parts] of blocks) {
      const block = append(this.box, "div", `mt-block mt-is-${KINDS[kind]}`)
      block.dir = "auto"
      block.classList.toggle("mt-apart", isApart)
      block.style.setProperty("--mt-level", String(level))
      if (number) block.dataset.paragraph = String(number)
      if (KINDS[kind] === "heading") {
        block.setAttribute("role", "heading")
        block.setAttribute("aria-level", String(level))
      }
      for (const part of parts) this.writePart(block, part, numbered)
    }
    // The most strongly marked place comes first.
    for (const places of this.marks.values()) places.sort((one, other) => level(other) - level(one))
  }

  /**
   * @param {HTMLElement} block
   * @param {Part} part
   * @param {number} numbered
   */
  writePart(block, [text, rank, strength, title], numbered) {
    if (!strength) return block.append(text)
    const mark = append(block, "mark", strength < 0 ? "mt-against" : `mt-level-${strength}`, text)
    mark.dataset.mark = String(rank)
    mark.dataset.level = String(strength)
    if (strength > 0 && rank <= numbered) mark.dataset.number = String(rank)
    mark.title = title
    this.marks.set(rank, [...(this.marks.get(rank) ?? []), mark])
  }

  /** @param {MarkedText} data */
  list(data) {
    const { rows, chosen, folded } = data
    const side = append(this.root, "div", "mt-side")
    side.style.height = `${data.height}px`
    const made = rows.map((row, number) => this.row(row, number, chosen))
    const isFolded = folded !== null && !this.isUnfolded && (chosen === null || chosen < folded)
    side.append(...made.slice(0, isFolded ? folded : made.length))
    if (!isFolded || folded >= made.length) return
    const rest = rows.slice(folded)
    const sum = rest.reduce((total, [, , , , share]) => total + (share ?? 0), 0)
    const more = rowElement(["", `${rest.length} more`, "", percentText(sum), sum, "more", 0], () => {
      this.isUnfolded = true
      more.replaceWith(...made.slice(folded))
      made[folded].focus()
    })
    more.title = "Show all"
    side.append(more)
  }

  /**
   * @param {Row} row
   * @param {number} number
   * @param {number | null} chosen
   */
  row(row, number, chosen) {
    const [, text, remark, , , kind, rank] = row
    if (kind === "passage") {
      const places = this.marks.get(rank) ?? []
      let next = 0
      const made = rowElement(row, () => this.flash(places[next++ % places.length]))
      made.title = places.length > 1 ? "Go to the next occurrence of this passage" : "Go to this passage"
      return made
    }
    const made = rowElement(row, () => {
      if (number === chosen) this.flash(this.marks.get(1)?.[0])
      else this.tell.setTriggerValue("choice", number)
    })
    if (kind === "choice") {
      made.title = `Show the evidence for ${text} ${remark}`.replace(/\s+/g, " ").trim()
      made.setAttribute("aria-pressed", String(number === chosen))
    }
    return made
  }

  /** Show beside the scroll bar where in the document the marks stand. */
  strip() {
    this.frame.querySelector(".mt-strip")?.remove()
    if (!this.marks.size) return
    const strip = append(this.frame, "div", "mt-strip")
    strip.setAttribute("aria-hidden", "true")
    const from = this.box.getBoundingClientRect().top - this.box.scrollTop
    for (const mark of [...this.marks.values()].flat().reverse()) {
      if (level(mark) < 1) continue
      const { top, height } = mark.getBoundingClientRect()
      const tick = append(strip, "i", `mt-tick-${level(mark)}`)
      tick.style.top = `${(100 * (top - from + height / 2)) / this.box.scrollHeight}%`
      tick.title = mark.title
      tick.onclick = () => this.flash(mark)
    }
  }

  /** @param {HTMLElement | undefined} mark */
  flash(mark) {
    if (!mark) return
    this.held = mark
    this.scrollTo(mark, "smooth")
    mark.classList.remove("mt-seen")
    void mark.offsetWidth // reading it lets the animation begin anew
    mark.classList.add("mt-seen")
  }

  /**
   * @param {HTMLElement} mark
   * @param {ScrollBehavior} behavior
   */
  scrollTo(mark, behavior) {
    const { box } = this
    const top = mark.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop
    box.scrollTo({ top: top - box.clientHeight * 0.4, behavior })
  }

  destroy() {
    this.resizing.disconnect()
    this.root.remove()
  }
}

/**
 * How strongly a passage is marked.
 *
 * @param {HTMLElement} mark
 */
function level(mark) {
  return Number(mark.dataset.level)
}

/**
 * @param {Row} row
 * @param {() => void} act What a click does; nothing where the row is plain.
 */
function rowElement([lead, text, remark, told, share, kind], act) {
  const className = `mt-row mt-${kind}`
  const parts = document.createDocumentFragment()
  const made = kind === "plain" ? append(parts, "div", className) : appendButton(parts, className, "", act)
  if (lead) append(made, "span", "mt-lead", lead)
  const words = append(made, "span", "mt-row-text", text)
  if (remark) {
    words.append(" ")
    append(words, "small", "", remark)
  }
  append(made, "span", "mt-told", told)
  if (share !== null) {
    const part = append(append(made, "span", "mt-bar"), "i")
    part.style.width = `${Math.min(100, Math.max(0, 100 * share))}%`
  }
  return made
}
