// The welcome of a first visit: three ways in, on a card over the empty foot of the sidebar.
import { append, appendButton } from "../shared/element.js"

/** @typedef {"learn" | "explore" | "decide"} Way */

/** @type {[Way, string, string][]} */
const WAYS = [
  ["learn", "Tour", "Take a one-minute tour."],
  ["explore", "Explore", "Open a sample or your own text."],
  ["decide", "Decide", "Compare patterns side by side."],
]

export class Welcome {
  /**
   * @param {HTMLElement} parent
   * @param {(way: Way | null) => void} choose Called once: null where the visitor closes the card.
   */
  constructor(parent, choose) {
    this.root = append(parent, "section", "lg-welcome")
    this.root.setAttribute("aria-labelledby", "lg-welcome-title")
    const head = append(this.root, "div", "lg-welcome-head")
    append(head, "h2", "lg-title", "New here?").id = "lg-welcome-title"
    const close = appendButton(head, "lg-close", "×", () => choose(null), "Close the welcome")
    close.setAttribute("aria-label", "Close the welcome")
    for (const [way, name, sentence] of WAYS) {
      const button = appendButton(this.root, `lg-way lg-${way}`, "", () => choose(way))
      append(button, "strong", "", name)
      append(button, "span", "", sentence)
    }
    this.root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return
      event.stopPropagation()
      choose(null)
    })
    // Above the page, whatever surrounds it, and without moving anything.
    this.root.popover = "manual"
    this.root.showPopover?.()
  }

  destroy() {
    this.root.remove()
  }
}
