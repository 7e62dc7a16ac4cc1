// The document's text, linked to the map: the pair pointed at lights up, and the selection's weights shade the words.
/** @import { Actions, Hover, MapPart, MapState, Store } from "../shared/types.js" */
import { append, appendButton } from "../shared/element.js"
import { afterFrame } from "../shared/frames.js"
import { FullScreen } from "../shared/full_screen.js"
import { clamp } from "../shared/numbers.js"
import { selectionOf, toggled, unitAt } from "../shared/selection.js"
import { Readout } from "../map/readout.js"
import { foundTokens, litTokens } from "./lit.js"
import { isSameText } from "./layout.js"
import { codeStyles, shadeCodes } from "./row_codes.js"
import { Search } from "./search.js"
import { TokenSpans, selectionIn } from "./spans.js"
import { UnitControl } from "./units.js"

/** @type {(keyof MapState)[]} What the shades depend on. */
const SHADING = ["data", "view", "locked", "unit", "scale", "percent", "theme", "globals"]
/** @type {(keyof MapState)[]} What the lit tokens depend on, besides the search. */
const LIT = ["data", "view", "hover", "locked", "unit"]
/** @type {(keyof MapState)[]} */
const BAR = ["data", "locked", "unit", "globals"]

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
    this.units = new UnitControl(bar, store, actions)
    this.clear = appendButton(bar, "lv-button lv-clear", "✕", () => this.actions.lock(null), "Clear selection (Escape)")
    appendButton(bar, "lv-button lv-text-large", "", () => void this.full.toggle(), "Full screen (F)").setAttribute(
      "aria-label",
      "Enlarge the text",
    )
    /** @type {Readout | null} In full screen, where the map's own line is not in sight. */
    this.readout = null
    this.box = append(root, "div", "lv-text-box")
    this.box.tabIndex = 0
    this.box.setAttribute("role", "group")
    this.box.setAttribute(
      "aria-label",
      "Document text. Left and right arrows move from token to token, up and down arrows by what is selected. Enter " +
        "selects a token, sentence or paragraph, as 1, 2 and 3 choose. Escape clears the selection. G makes the token " +
        "global or local.",
    )
    this.spans = new TokenSpans(this.box)
    this.listeners = new AbortController()
    this.search = new Search(root, store, actions, {
      signal: this.listeners.signal,
      changed: () => this.light(this.store.get()),
      leave: () => this.box.focus(),
    })
    root.insertBefore(this.search.row, this.box)
    this.globalButton = appendButton(this.search.row, "lv-button lv-text-global", "", () => {
      const { locked } = this.store.get()
      if (locked !== null) this.actions.toggleGlobal(locked)
    })
    this.full = new FullScreen(root, () => this.fit())
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
        const number = numberAt(event)
        if (number !== null) return this.selectParagraph(number)
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

  /** The text becomes large or small: what is selected stays in sight. */
  fit() {
    const { locked } = this.store.get()
    this.readout?.root.remove()
    this.readout = this.full.on ? new Readout(append(this.root, "div", "lv-readout")) : null
    if (this.readout) this.root.insertBefore(this.readout.root, this.search.row)
    if (locked !== null) this.spans.reveal(locked)
    this.render(this.store.get(), null)
  }

  /**
   * Select a token, sentence or paragraph, or clear the selection where the token belongs to it already.
   *
   * @param {number} token
   */
  select(token) {
    this.actions.lock(toggled(this.store.get(), token))
  }

  /**
   * Select a paragraph by its number in the margin.
   *
   * @param {number} first Its first token.
   */
  selectParagraph(first) {
    const state = this.store.get()
    if (state.unit !== "paragraph") this.actions.choose({ unit: "paragraph", locked: first })
    else this.select(first)
  }

  /**
   * Point at a token. It is the key of the selection where there is one: the map then reads out their weight.
   *
   * @param {number | null} token
   */
  hover(token) {
    const state = this.store.get()
    const { hover, locked } = state
    const selection = selectionOf(state)
    /** @type {Hover | null} */
    let next = null
    if (token !== null && locked === null) next = { query: token, key: null }
    else if (token !== null && locked !== null) next = { query: locked, key: token }
    if (next && selection && selection.to - selection.from > 1) next = { ...next, query: selection.from, mean: true }
    if (JSON.stringify(next) !== JSON.stringify(hover)) this.store.set({ hover: next })
  }

  /**
   * The first token of the unit after, or before, the one that a token belongs to.
   *
   * @param {number} token
   * @param {number} by 1 or -1.
   */
  stepUnit(token, by) {
    const { data, unit } = this.store.get()
    const { from, to } = unitAt(data, token, unit)
    const next = clamp(by > 0 ? to : from - 1, 0, data.tokens - 1)
    return unitAt(data, next, unit).from
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const { data, hover, locked } = this.store.get()
    const last = data.tokens - 1
    const current = (locked === null ? hover?.query : hover?.key) ?? locked
    /** @type {Record<string, number>} */
    const steps = { ArrowRight: 1, ArrowLeft: -1 }
    /** @type {Record<string, number>} */
    const strides = { ArrowDown: 1, ArrowUp: -1 }
    let next = null
    if (event.key in steps) next = current === null ? 0 : clamp(current + steps[event.key], 0, last)
    else if (event.key in strides) next = current === null ? 0 : this.stepUnit(current, strides[event.key])
    else if (event.key === "Home") next = 0
    else if (event.key === "End") next = last
    else if (event.key === "Enter" || event.key === " ") {
      if (current !== null) this.select(current)
    } else if (event.key === "Escape") {
      if (locked === null) return
      this.actions.lock(null)
    } else if (event.key.toLowerCase() === "g") {
      if (current !== null) this.actions.toggleGlobal(current)
    } else if (!this.units.key(event.key)) return
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
    if (changed(LIT)) this.light(state)
    if (changed(BAR)) this.renderBar(state)
    this.readout?.say(state)
    if (state.locked !== null && changed(["locked"])) this.spans.reveal(state.locked)
  }

  /** @param {MapState} state */
  shade(state) {
    const selection = selectionOf(state)
    const codes = selection && shadeCodes(state, selection)
    this.spans.shade(codes, codes ? codeStyles(state) : [], new Set(state.globals))
  }

  /** @param {MapState} state */
  light(state) {
    const selection = selectionOf(state)
    this.spans.light([...foundTokens(this.search.matches), ...litTokens(state, selection)])
    this.spans.choose(selection?.unit === "paragraph" ? selection : null)
  }

  /**
   * Show what a click selects, and what can be done with the selection.
   *
   * @param {MapState} state
   */
  renderBar(state) {
    const selection = selectionOf(state)
    this.units.render(state)
    this.clear.hidden = !selection
    this.globalButton.hidden = selection?.unit !== "token"
    const isGlobal = selection !== null && state.globals.includes(selection.from)
    this.globalButton.textContent = isGlobal ? "Make local" : "Make global"
    this.globalButton.title = isGlobal
      ? "Let this token attend inside its window only (G)"
      : "Let this token attend to every token, and every token to it (G)"
  }

  destroy() {
    this.listeners.abort()
    this.full.destroy()
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

/**
 * The first token of the paragraph whose number was clicked.
 *
 * @param {Event} event
 */
function numberAt(event) {
  const found = event.target instanceof HTMLElement && event.target.classList.contains("lv-text-number")
  return found ? Number(/** @type {HTMLElement} */ (event.target).dataset.from) : null
}
