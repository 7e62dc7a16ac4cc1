// Finds words in the document, selects them one after another, and so scrolls text and map.
/** @import { Actions, MapState, Payload, Store } from "../shared/types.js" */
/** @import { Match } from "./matches.js" */
import { append, appendButton } from "../shared/element.js"
import { onPageKey } from "../shared/keys.js"
import { countText } from "../shared/numbers.js"
import { firstFrom, matchesOf } from "./matches.js"

export class Search {
  /**
   * @param {HTMLElement} root
   * @param {Store<MapState>} store
   * @param {Actions} actions
   * @param {{ signal: AbortSignal, changed: () => void, leave: () => void }} host
   *   What hears of new occurrences, and where the keyboard goes on afterwards.
   */
  constructor(root, store, actions, { signal, changed, leave }) {
    this.root = root
    this.store = store
    this.actions = actions
    this.changed = changed
    this.leave = leave
    /** @type {Match[]} */
    this.matches = []
    this.number = 0
    this.row = append(root, "div", "lv-search")
    this.row.setAttribute("role", "search")
    this.field = append(this.row, "input", "lv-search-field")
    Object.assign(this.field, { type: "search", placeholder: "Find in the document ( / )", autocomplete: "off" })
    this.field.setAttribute("aria-label", "Find in the document")
    this.count = append(this.row, "output", "lv-search-count")
    this.count.setAttribute("aria-live", "polite")
    appendButton(this.row, "lv-button lv-step", "‹", () => this.go(-1), "Previous occurrence")
    appendButton(this.row, "lv-button lv-step", "›", () => this.go(1), "Next occurrence")
    this.field.addEventListener("input", () => this.find())
    this.field.addEventListener("keydown", (event) => this.key(event))
    root.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() !== "f" || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      this.focus()
    })
    onPageKey(signal, (event) => event.key === "/" && this.focus(), root)
  }

  /** Go to the field; returns whether there is one in sight. */
  focus() {
    if (!this.field.offsetParent) return false
    this.field.focus()
    this.field.select()
    return true
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key === "Enter") this.go(event.shiftKey ? -1 : 1)
    else if (event.key === "Escape") {
      this.field.value = ""
      this.find()
      this.leave()
    } else return
    event.preventDefault()
    event.stopPropagation()
  }

  find() {
    const { data, locked } = this.store.get()
    this.matches = matchesOf(data, this.field.value)
    this.number = firstFrom(this.matches, locked ?? 0)
    this.select()
  }

  /** @param {number} by */
  go(by) {
    if (!this.matches.length) return
    this.number = (this.number + by + this.matches.length) % this.matches.length
    this.select()
  }

  select() {
    const match = this.matches[this.number]
    const wanted = this.field.value.trim()
    this.count.textContent = match
      ? `${countText(this.number + 1)} of ${countText(this.matches.length)}`
      : wanted ? "not found" : ""
    this.changed()
    if (match && this.store.get().locked !== match.from) this.actions.lock(match.from)
  }

  /**
   * Look again in another document, without selecting anything.
   *
   * @param {Payload} data
   */
  renew(data) {
    this.matches = matchesOf(data, this.field.value)
    this.number = 0
    this.count.textContent = this.matches.length ? `${countText(this.matches.length)} found` : ""
  }
}
