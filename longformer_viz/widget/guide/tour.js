// The guided tour: a ring around one part of the page after the other, and a card that explains it.
import { append, appendButton } from "../shared/element.js"
import { findPart } from "./anchors.js"
import { around, placeCard, ringOf } from "./placing.js"
import { STOPS, stopAfter } from "./stops.js"

/** Milliseconds between two looks at where the parts are: Streamlit may replace or move them at any time. */
const LOOK_MS = 150
/** The first stop at a control: from there on the map stays bright, since it shows what the control does. */
const CONTROLS = 2

export class Tour {
  /**
   * @param {HTMLElement} parent
   * @param {() => void} ended
   */
  constructor(parent, ended) {
    this.ended = ended
    this.stop = 0
    /** @type {Element[]} */
    this.parts = []
    this.listeners = new AbortController()
    this.ring = append(parent, "div", "lg-ring")
    this.ring.setAttribute("aria-hidden", "true")
    this.card = append(parent, "div", "lg-card")
    this.card.setAttribute("role", "dialog")
    this.card.setAttribute("aria-labelledby", "lg-stop-title")
    this.card.setAttribute("aria-describedby", "lg-stop-text")
    this.count = append(this.card, "p", "lg-count")
    this.title = append(this.card, "h2", "lg-title")
    this.title.id = "lg-stop-title"
    this.text = append(this.card, "p", "lg-text")
    this.text.id = "lg-stop-text"
    this.text.setAttribute("aria-live", "polite")
    const buttons = append(this.card, "div", "lg-buttons")
    appendButton(buttons, "lg-button lg-quiet", "End tour", () => this.end(), "End the tour (Esc)")
    this.back = appendButton(buttons, "lg-button", "Back", () => this.show(this.stop - 1), "Back (←)")
    this.next = appendButton(buttons, "lg-button lg-main", "Next", () => this.forward(), "Next (→)")
    for (const part of [this.ring, this.card]) {
      part.popover = "manual"
      part.showPopover?.()
    }
    const { signal } = this.listeners
    document.addEventListener("keydown", (event) => this.key(event), { signal, capture: true })
    window.addEventListener("resize", () => this.place(), { signal })
    document.addEventListener("scroll", () => this.place(), { signal, capture: true, passive: true })
    this.timer = setInterval(() => this.place(), LOOK_MS)
    this.show(0)
  }

  /** @param {number} stop */
  show(stop) {
    this.stop = stop
    const { title, text } = STOPS[stop]
    this.count.textContent = `${stop + 1} of ${STOPS.length}`
    this.title.textContent = title
    this.text.textContent = text
    this.back.disabled = stop === 0
    this.next.textContent = stop === STOPS.length - 1 ? "Done" : "Next"
    this.ring.classList.toggle("lg-light", stop >= CONTROLS)
    this.parts = []
    this.find()
    this.parts[0]?.scrollIntoView({ block: "nearest" })
    this.place()
    this.next.focus({ preventScroll: true })
  }

  forward() {
    if (this.stop === STOPS.length - 1) this.end()
    else this.show(this.stop + 1)
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const isHere = event.composedPath().includes(this.card)
    // The arrows of a slider that is being tried out stay its own.
    if (!isHere && event.key !== "Escape") return
    const next = stopAfter(event.key, this.stop, STOPS.length)
    if (next === undefined) return
    event.preventDefault()
    event.stopPropagation()
    if (next === null) this.end()
    else this.show(next)
  }

  find() {
    if (this.parts.length && this.parts.every((part) => part.isConnected)) return
    this.parts = STOPS[this.stop].parts.map(findPart).filter((part) => part !== null)
  }

  place() {
    this.find()
    const view = { width: window.innerWidth, height: window.innerHeight }
    const box = around(this.parts.map((part) => part.getBoundingClientRect()))
    this.ring.classList.toggle("lg-nowhere", !box)
    if (box) setBox(this.ring, ringOf(box, view))
    const { x, y } = placeCard(box, { width: this.card.offsetWidth, height: this.card.offsetHeight }, view)
    this.card.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`
  }

  end() {
    this.destroy()
    this.ended()
  }

  destroy() {
    clearInterval(this.timer)
    this.listeners.abort()
    this.ring.remove()
    this.card.remove()
  }
}

/**
 * @param {HTMLElement} element
 * @param {{ x: number, y: number, width: number, height: number }} box
 */
function setBox({ style }, { x, y, width, height }) {
  style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`
  style.width = `${Math.round(width)}px`
  style.height = `${Math.round(height)}px`
}
