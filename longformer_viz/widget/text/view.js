// The document's text, linked to the map: the pair pointed at lights up, and the selected token's row shades the words.
/** @import { Actions, Hover, MapPart, MapState, Store } from "../shared/types.js" */
import { append, appendButton } from "../shared/element.js"
import { afterFrame } from "../shared/frames.js"
import { clamp, countText } from "../shared/numbers.js"
import { pairKind } from "../shared/pairs.js"
import { plainPiece } from "../shared/pieces.js"
import { isSameText } from "./layout.js"
import { codeStyles, rowCodes, shownView } from "./row_codes.js"
import { Search } from "./search.js"
import { TokenSpans, selectionIn } from "./spans.js"

/** @type {(keyof MapState)[]} What the shades depend on. */
const SHADING = ["data", "view", "locked", "scale", "percent", "theme", "globals"]
/** @type {(keyof MapState)[]} */
const STATUS = ["data", "locked", "globals"]
/** Occurrences that are marked. */
const MOST_MARKED = 300

/** @implements {MapPart} */
export class TextView {
  /**
   * @param {HTMLElement} root
   * @param {Store<MapState>} store
   * @param {Actions} actions
   */
  constructor(root, store, actions) {
    this.root = root
    this.store = store
    this.actions = actions
    this.ready = false
    root.classList.add("lv-text")
    root.replaceChildren()
    const bar = append(root, "div", "lv-text-bar")
    this.status = append(bar, "span", "lv-text-status")
    this.status.setAttribute("role", "status")
    this.globalButton = appendButton(bar, "lv-button lv-text-global", "", () => {
      const { locked } = this.store.get()
      if (locked !== null) this.actions.toggleGlobal(locked)
    })
    this.clear = appendButton(bar, "lv-button lv-clear", "✕", () => this.actions.lock(null), "Clear selection")
    this.box = append(root, "div", "lv-text-box")
    this.box.tabIndex = 0
    this.box.setAttribute("role", "group")
    this.box.setAttribute(
      "aria-label",
      "Document text. Arrow keys move from token to token, Enter selects one, Escape clears the selection, G makes the " +
        "token global or local.",
    )
    this.spans = new TokenSpans(this.box)
    this.listeners = new AbortController()
    this.search = new Search(root, store, actions, {
      signal: this.listeners.signal,
      changed: () => this.light(this.store.get()),
      leave: () => this.box.focus(),
    })
    root.insertBefore(this.search.row, this.box)
    this.listen()
    this.buildLater()
  }

  buildLater() {
    this.ready = false
    afterFrame(() => {
      if (this.ready || this.listeners.signal.aborted) return
      this.ready = true
      this.spans.build(this.store.get().data)
      this.search.renew(this.store.get().data)
      this.render(this.store.get(), null)
    })
  }

  listen() {
    const { box } = this
    const { signal } = this.listeners
    box.addEventListener("pointermove", (event) => this.hover(tokenAt(event)), { signal })
    box.addEventListener("pointerleave", () => this.hover(null), { signal })
    box.addEventListener("keydown", (event) => this.key(event), { signal })
    box.addEventListener(
      "click",
      (event) => {
        const token = tokenAt(event)
        // Words that are marked with the mouse are being copied, not selected.
        if (token !== null && event.detail <= 1 && !this.spans.isMarking()) this.select(token)
      },
      { signal },
    )
    box.addEventListener(
      "dblclick",
      (event) => {
        const token = tokenAt(event)
        if (token === null) return
        selectionIn(this.box)?.removeAllRanges()
        window.getSelection()?.removeAllRanges()
        this.actions.toggleGlobal(token)
      },
      { signal },
    )
  }

  /**
   * Select a token, or clear the selection where it is selected already.
   *
   * @param {number} token
   */
  select(token) {
    this.actions.lock(this.store.get().locked === token ? null : token)
  }

  /**
   * Point at a token. It is the key of the selected token where there is one: the map then reads out their weight.
   *
   * @param {number | null} token
   */
  hover(token) {
    const { hover, locked } = this.store.get()
    /** @type {Hover | null} */
    const next = token === null ? null : locked === null ? { query: token, key: null } : { query: locked, key: token }
    if (next?.query !== hover?.query || next?.key !== hover?.key) this.store.set({ hover: next })
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const { data, hover, locked } = this.store.get()
    const last = data.tokens - 1
    const current = (locked === null ? hover?.query : hover?.key) ?? locked
    /** @type {Record<string, number>} */
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }
    let next = null
    if (event.key in steps) next = current === null ? 0 : clamp(current + steps[event.key], 0, last)
    else if (event.key === "Home") next = 0
    else if (event.key === "End") next = last
    else if (event.key === "Enter" || event.key === " ") {
      if (current !== null) this.select(current)
    } else if (event.key === "Escape") this.actions.lock(null)
    else if (event.key.toLowerCase() === "g") {
      if (current !== null) this.actions.toggleGlobal(current)
    } else return
    event.preventDefault()
    if (next === null) return
    this.hover(next)
    this.spans.reveal(next)
  }

  /**
   * @param {MapState} state
   * @param {MapState | null} previous
   */
  render(state, previous) {
    if (!this.ready) return
    if (previous && state.data !== previous.data && !isSameText(state.data, previous.data)) return this.buildLater()
    /** @param {(keyof MapState)[]} names */
    const changed = (names) => !previous || names.some((name) => state[name] !== previous[name])
    if (changed(SHADING)) this.shade(state)
    this.light(state)
    if (changed(STATUS)) this.tell(state)
    if (state.locked !== null && changed(["locked"])) this.spans.reveal(state.locked)
  }

  /** @param {MapState} state */
  shade(state) {
    const { data, locked } = state
    const codes = locked !== null && locked < data.tokens ? rowCodes(state, locked) : null
    this.spans.shade(codes, codes ? codeStyles(state) : [], new Set(state.globals))
  }

  /** @param {MapState} state */
  light(state) {
    const { hover, locked } = state
    /** @type {[number, ...string[]][]} */
    const lit = this.search.matches.slice(0, MOST_MARKED).flatMap(({ from, to }) => {
      return Array.from({ length: to - from }, (_, index) => [from + index, "lv-found"])
    })
    if (locked !== null) lit.push([locked, "lv-locked"])
    if (hover) lit.push([hover.query, "lv-query"])
    if (hover && hover.key !== null) {
      lit.push([hover.key, "lv-key", `lv-key-${pairKind(shownView(state), hover.query, hover.key)}`])
    }
    this.spans.light(lit)
  }

  /**
   * Say above the text what is selected; the map's own line says what is pointed at.
   *
   * @param {MapState} state
   */
  tell({ data, locked, globals }) {
    const selected = locked !== null && locked < data.tokens ? locked : null
    const line =
      selected === null
        ? "Click a word to see what it attends to."
        : `Selected token: “${plainPiece(data.pieces[selected], 16)}”, position ${countText(selected)}`
    if (this.status.textContent !== line) this.status.textContent = line
    this.clear.hidden = this.globalButton.hidden = selected === null
    const isGlobal = selected !== null && globals.includes(selected)
    this.globalButton.textContent = isGlobal ? "Make local" : "Make global"
    this.globalButton.title = isGlobal
      ? "Let this token attend inside its window only (G)"
      : "Let this token attend to every token, and every token to it (G)"
  }

  destroy() {
    this.listeners.abort()
    this.spans.destroy()
    this.root.replaceChildren()
    this.root.classList.remove("lv-text")
  }
}

/** @param {Event} event */
function tokenAt(event) {
  const found = event.target instanceof Element ? event.target.closest("[data-token]") : null
  return found instanceof HTMLElement ? Number(found.dataset.token) : null
}
