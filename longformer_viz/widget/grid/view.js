// The head grid: every layer and head as a small picture of its band on one colour scale, with three figures each.
/** @import { Actions, MapPart, MapState, Payload, Sort, Store } from "../shared/types.js" */
/** @import { Figure } from "./figures.js" */
import { colourTable } from "../shared/colours.js"
import { append, contextOf, element, fillOptions } from "../shared/element.js"
import { afterFrame } from "../shared/frames.js"
import { bringIntoSight } from "../shared/sight.js"
import { columnsFor, headFigure, headText, insideOf, isSameGrid } from "./figures.js"

/** @type {[Sort, string][]} */
const SORTS = [
  ["layer", "layer and head"],
  ["entropy", "entropy"],
  ["distance", "mean distance"],
  ["share", "weight on global tokens"],
]
/** @type {Record<Figure, string>} */
const NAMES = { entropy: "entropy, in bits", distance: "mean distance, in tokens", share: "weight on global tokens" }
/** @type {Record<Figure, string>} */
const HELP = {
  entropy: "How evenly a head spreads its attention, in bits. It is 0 when one key gets all of it.",
  distance: "How far apart query and key are, averaged by attention weight.",
  share: "A token that attends to every token and that every token attends to.",
}
/** CSS pixels of the narrowest thumbnail, and between two of them. */
const CELL_WIDTH = 58
const CELL_GAP = 5

/**
 * @typedef {{
 *   index: number, layer: number, head: number, button: HTMLButtonElement, canvas: HTMLCanvasElement,
 *   figure: HTMLElement,
 * }} Cell
 */

/** @implements {MapPart} */
export class GridView {
  /**
   * @param {HTMLElement} root
   * @param {Store<MapState>} store
   * @param {Actions} actions
   */
  constructor(root, store, actions) {
    this.root = root
    this.store = store
    this.actions = actions
    /** @type {Map<Element, Cell>} In the order of layers and heads. */
    this.cells = new Map()
    this.ready = false
    this.columns = 1
    this.painted = ""
    /** @type {Cell | null} The one that the caption is about, unless it is the open one. */
    this.told = null
    root.classList.add("lv-grid")
    root.replaceChildren()
    const fold = append(root, "details", "lv-grid-fold")
    fold.open = true
    append(fold, "summary", "lv-grid-title", "All layers and heads")
    const head = append(fold, "div", "lv-grid-head")
    const label = append(head, "label", "lv-grid-sort", "Sort by ")
    this.select = append(label, "select", "lv-select")
    fillOptions(this.select, SORTS)
    this.legend = append(head, "span", "lv-grid-legend")
    this.caption = append(head, "span", "lv-grid-caption")
    this.list = append(fold, "div", "lv-grid-cells")
    this.list.setAttribute("role", "group")
    this.list.setAttribute("aria-label", "All layers and heads. Arrow keys move, Enter opens a head.")
    this.empty = append(fold, "p", "lv-grid-empty", "The thumbnails are being computed.")
    this.listeners = new AbortController()
    this.listen()
    this.sized = new ResizeObserver(() => this.fit())
    this.sized.observe(this.list)
    this.buildLater()
  }

  buildLater() {
    this.ready = false
    afterFrame(() => {
      if (this.ready || this.listeners.signal.aborted) return
      this.ready = true
      this.painted = ""
      this.build(this.store.get().data)
      this.render(this.store.get(), null)
    })
  }

  listen() {
    const { list, select } = this
    const { signal } = this.listeners
    /** @param {Event} event */
    const cellOf = (event) => {
      const button = event.target instanceof Element ? event.target.closest(".lv-head") : null
      return (button && this.cells.get(button)) ?? null
    }
    select.addEventListener(
      "change",
      () => {
        this.actions.choose({ sort: /** @type {Sort} */ (select.value) })
      },
      { signal },
    )
    list.addEventListener(
      "click",
      (event) => {
        const cell = cellOf(event)
        if (!cell) return
        this.makeFocusable(cell)
        this.actions.openHead(cell.layer, cell.head)
        bringIntoSight(this.root.parentElement, ".lv-map-pane")
      },
      { signal },
    )
    list.addEventListener("pointerover", (event) => this.tell(cellOf(event)), { signal })
    list.addEventListener("pointerleave", () => this.tell(null), { signal })
    list.addEventListener(
      "focusin",
      (event) => {
        const cell = cellOf(event)
        if (cell) this.makeFocusable(cell)
        this.tell(cell)
      },
      { signal },
    )
    list.addEventListener("focusout", () => this.tell(null), { signal })
    list.addEventListener("keydown", (event) => this.key(event), { signal })
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    /** @type {Record<string, number>} */
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: this.columns, ArrowUp: -this.columns }
    const order = [...this.list.children]
    const at = order.findIndex((button) => event.target instanceof Node && button.contains(event.target))
    let next = null
    if (event.key in steps) next = at + steps[event.key]
    else if (event.key === "Home") next = 0
    else if (event.key === "End") next = order.length - 1
    if (next === null || at < 0 || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    const button = order[next]
    if (button instanceof HTMLElement) button.focus()
  }

  /**
   * @param {MapState} state
   * @param {MapState | null} previous
   */
  render(state, previous) {
    if (!this.ready) return
    const { data } = state
    if (previous && data !== previous.data && !isSameGrid(data, previous.data)) return this.buildLater()
    this.empty.hidden = data.grid !== null
    this.list.hidden = this.select.disabled = data.grid === null
    if (!data.grid) return
    if (previous && state.sort !== previous.sort) this.arrange()
    const looks = `${state.theme} ${state.scale}`
    if (this.painted !== looks) this.paint(state)
    this.painted = looks
    this.open(state)
    this.mark(state)
  }

  /** @param {Payload} data */
  build({ grid, heads }) {
    this.list.replaceChildren()
    this.cells.clear()
    if (!grid) return
    for (let index = 0; index < grid.entropy.length; index += 1) {
      const [layer, head] = [Math.floor(index / heads), index % heads]
      const button = element("button", "lv-head")
      button.type = "button"
      button.tabIndex = -1
      button.dataset.head = `${layer}.${head}`
      button.title = headText(grid, index, layer, head)
      button.setAttribute("aria-label", `Open ${button.title.charAt(0).toLowerCase()}${button.title.slice(1)}`)
      const canvas = append(append(button, "span", "lv-head-picture"), "canvas", "lv-head-canvas")
      canvas.width = grid.columns
      canvas.height = grid.rows
      const words = append(button, "span", "lv-head-words")
      append(words, "span", "lv-head-name", `${layer}.${head}`)
      const figure = append(words, "span", "lv-head-figure")
      this.cells.set(button, { index, layer, head, button, canvas, figure })
    }
    this.arrange()
  }

  /** Sort the cells: the largest figure first, those without one last. */
  arrange() {
    const { data, sort } = this.store.get()
    const { grid } = data
    this.select.value = sort
    if (!grid) return
    const order = [...this.cells.values()]
    if (sort !== "layer") {
      order.sort((a, b) => (grid[sort][b.index] ?? -1) - (grid[sort][a.index] ?? -1) || a.index - b.index)
    }
    const figure = sort === "layer" ? "share" : sort
    this.legend.textContent = `Below each head: ${NAMES[figure]}.`
    this.legend.title = HELP[figure]
    for (const cell of order) cell.figure.textContent = headFigure(grid, figure, cell.index)
    const focused = this.activeElement()
    this.list.append(...order.map(({ button }) => button))
    // Moving an element takes its focus away.
    if (focused && this.cells.has(focused)) this.cells.get(focused)?.button.focus()
    this.fit()
    this.tell(null)
  }

  activeElement() {
    return /** @type {Document | ShadowRoot} */ (this.root.getRootNode()).activeElement
  }

  fit() {
    if (!this.cells.size || !this.list.clientWidth) return
    const room = Math.max(1, Math.floor((this.list.clientWidth + CELL_GAP) / (CELL_WIDTH + CELL_GAP)))
    this.columns = columnsFor(this.store.get().data.heads, room)
    this.list.style.setProperty("--lv-columns", String(this.columns))
  }

  /** @param {MapState} state */
  paint(state) {
    const { data } = state
    if (!data.grid) return
    const { rows, columns, half, dilation } = data.grid
    // Entry 0 is outside the document, code + 1 a weight; on the linear scale all heads end at 1.
    const table = colourTable({ difference: false }, state.theme, state.scale, 1)
    for (const { index, canvas } of this.cells.values()) {
      const image = new ImageData(columns, rows)
      const pixels = new Uint32Array(image.data.buffer)
      const first = index * rows * columns
      const inside = insideOf(data.tokens, rows, columns, half[index], dilation[index])
      for (let cell = 0; cell < pixels.length; cell += 1) {
        const code = data.arrays.grid_thumbs[first + cell]
        const drawn = code || inside(Math.floor(cell / columns), cell % columns)
        pixels[cell] = table[drawn ? code + 1 : 0]
      }
      contextOf(canvas).putImageData(image, 0, 0)
    }
  }

  /** @param {MapState} state */
  open({ layer, head }) {
    const hasFocus = this.list.contains(this.activeElement())
    for (const cell of this.cells.values()) {
      const isOpen = cell.layer === layer && cell.head === head
      if (cell.button.getAttribute("aria-pressed") === String(isOpen)) continue
      cell.button.classList.toggle("lv-open", isOpen)
      cell.button.setAttribute("aria-pressed", String(isOpen))
      if (isOpen && !hasFocus) this.makeFocusable(cell)
    }
    const cells = [...this.cells.values()]
    if (cells.length && !cells.some(({ button }) => button.tabIndex === 0)) cells[0].button.tabIndex = 0
    if (!this.told) this.tell(null)
  }

  /**
   * Make one cell the one that the Tab key reaches.
   *
   * @param {Cell} chosen
   */
  makeFocusable(chosen) {
    for (const { button } of this.cells.values()) if (button.tabIndex === 0) button.tabIndex = -1
    chosen.button.tabIndex = 0
  }

  /**
   * Mark the query pointed at and the selected one: two properties, from which every thumbnail draws its lines.
   *
   * @param {MapState} state
   */
  mark({ data, hover, locked }) {
    /** @param {number | null | undefined} token */
    const position = (token) => (token === null || token === undefined ? "-9" : String((token + 0.5) / data.tokens))
    const { style } = this.list
    const marks = { "--lv-hovered": position(hover?.query), "--lv-locked": position(locked) }
    for (const [name, value] of Object.entries(marks)) {
      if (style.getPropertyValue(name) !== value) style.setProperty(name, value)
    }
  }

  /** @param {Cell | null} cell null for the open head. */
  tell(cell) {
    this.told = cell
    const { data, layer, head } = this.store.get()
    const shown = cell ?? [...this.cells.values()].find((one) => one.layer === layer && one.head === head)
    const text = data.grid && shown ? headText(data.grid, shown.index, shown.layer, shown.head) : ""
    if (this.caption.textContent !== text) this.caption.textContent = text
  }

  destroy() {
    this.listeners.abort()
    this.sized.disconnect()
    this.root.replaceChildren()
    this.root.classList.remove("lv-grid")
  }
}
