// The head grid: every layer and head as a small picture of its band on one colour scale, with three figures each.

const LV_GRID_SORTS = [
  ["layer", "layer and head"],
  ["entropy", "entropy"],
  ["distance", "mean distance"],
  ["share", "share on globals"],
]
const LV_GRID_CELL = 58 // narrowest thumbnail, CSS pixels

class GridView {
  constructor(root, store, actions) {
    this.root = root
    this.store = store
    this.actions = actions
    this.sort = "layer"
    this.cells = []
    root.classList.add("lv-grid")
    const head = lvTextElement("div", "lv-grid-head")
    const label = lvTextElement("label", "lv-grid-sort", "Sort by ")
    this.select = lvTextElement("select", "lv-select")
    for (const [value, words] of LV_GRID_SORTS) {
      const option = lvTextElement("option", "", words)
      option.value = value
      this.select.append(option)
    }
    label.append(this.select)
    this.caption = lvTextElement("span", "lv-grid-caption")
    head.append(label, this.caption)
    this.list = lvTextElement("div", "lv-grid-cells")
    this.list.setAttribute("role", "group")
    this.list.setAttribute("aria-label", "Every layer and head. Arrow keys move, Enter opens one.")
    this.empty = lvTextElement("p", "lv-grid-empty", "The head grid is not there yet.")
    const fold = lvTextElement("details", "lv-grid-fold")
    fold.open = true
    fold.append(lvTextElement("summary", "lv-grid-title", "Every layer and head"), head, this.list, this.empty)
    root.replaceChildren(fold)
    this.listeners = new AbortController()
    this.listen()
    this.sized = new ResizeObserver(() => this.fit())
    this.sized.observe(this.list)
    this.buildLater()
  }

  buildLater() {
    this.ready = false
    lvAfterFrame(() => {
      if (this.ready || this.listeners.signal.aborted) return
      this.ready = true
      this.painted = null
      this.build(this.store.get().data)
      this.render(this.store.get(), null)
    })
  }

  listen() {
    const on = (target, type, handler) => target.addEventListener(type, handler, { signal: this.listeners.signal })
    const cellOf = (event) => (event.target instanceof Element ? event.target.closest(".lv-head") : null)
    on(this.select, "change", () => {
      this.sort = this.select.value
      this.arrange()
    })
    on(this.list, "click", (event) => {
      const cell = cellOf(event)
      if (!cell) return
      this.focusable(cell)
      this.actions.openHead(cell.lvLayer, cell.lvHead)
    })
    on(this.list, "pointerover", (event) => this.tell(cellOf(event)))
    on(this.list, "pointerleave", () => this.tell(null))
    on(this.list, "focusin", (event) => {
      const cell = cellOf(event)
      if (cell) this.focusable(cell)
      this.tell(cell)
    })
    on(this.list, "focusout", () => this.tell(null))
    on(this.list, "keydown", (event) => this.key(event))
  }

  key(event) {
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: this.columns, ArrowUp: -this.columns }
    const order = [...this.list.children]
    const at = order.indexOf(event.target.closest(".lv-head"))
    let next = null
    if (event.key in steps) next = at + steps[event.key]
    else if (event.key === "Home") next = 0
    else if (event.key === "End") next = order.length - 1
    if (next === null || at < 0 || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    order[next]?.focus()
  }

  render(state, previous) {
    if (!this.ready) return
    const { data } = state
    if (previous && data !== previous.data && !lvSameGrid(data, previous.data)) return this.buildLater()
    const grid = data?.grid ?? null
    this.empty.hidden = grid !== null
    this.list.hidden = this.select.disabled = grid === null
    if (!grid) return
    const looks = `${lvTheme(state)} ${state.scale}`
    if (this.painted !== looks) this.paint(state)
    this.painted = looks
    this.open(state)
    this.mark(state)
  }

  build(data) {
    this.list.replaceChildren()
    this.cells = []
    const grid = data?.grid
    if (!grid) return
    const count = grid.entropy.length
    this.heads = data.heads
    for (let index = 0; index < count; index += 1) {
      const [layer, head] = [Math.floor(index / data.heads), index % data.heads]
      const cell = lvTextElement("button", "lv-head")
      cell.type = "button"
      cell.tabIndex = -1
      Object.assign(cell, { lvIndex: index, lvLayer: layer, lvHead: head })
      cell.dataset.head = `${layer}.${head}`
      cell.title = lvHeadWords(grid, index, layer, head)
      cell.setAttribute("aria-label", `Open ${cell.title.charAt(0).toLowerCase()}${cell.title.slice(1)}`)
      const picture = lvTextElement("span", "lv-head-picture")
      cell.lvCanvas = lvTextElement("canvas", "lv-head-canvas")
      cell.lvCanvas.width = grid.columns
      cell.lvCanvas.height = grid.rows
      picture.append(cell.lvCanvas)
      const words = lvTextElement("span", "lv-head-words")
      cell.lvFigure = lvTextElement("span", "lv-head-figure")
      words.append(lvTextElement("span", "lv-head-name", `${layer}.${head}`), cell.lvFigure)
      cell.append(picture, words)
      this.cells.push(cell)
    }
    this.arrange()
  }

  // Largest first, whatever is sorted by; what has no figure comes last.
  arrange() {
    const grid = this.store.get().data?.grid
    if (!grid) return
    const figures = grid[this.sort]
    const order = [...this.cells]
    if (figures) {
      order.sort((a, b) => (figures[b.lvIndex] ?? -1) - (figures[a.lvIndex] ?? -1) || a.lvIndex - b.lvIndex)
    }
    for (const cell of order) {
      cell.lvFigure.textContent = lvHeadFigure(grid, this.sort === "layer" ? "share" : this.sort, cell.lvIndex)
    }
    const focused = this.root.getRootNode().activeElement
    this.list.append(...order)
    if (this.cells.includes(focused)) focused.focus()
    this.fit()
    this.tell(null)
  }

  // A layer a row where there is room, else a part of one that divides it.
  fit() {
    if (!this.cells.length || !this.list.clientWidth) return
    const room = Math.max(1, Math.floor((this.list.clientWidth + 5) / (LV_GRID_CELL + 5)))
    let columns = Math.min(this.heads, room)
    while (columns * 2 > room && columns > 1 && this.heads % columns) columns -= 1
    if (this.heads % columns) columns = Math.min(this.heads, room)
    this.columns = columns
    this.list.style.setProperty("--lv-columns", columns)
  }

  paint(state) {
    const { data } = state
    const { rows, columns, half, dilation } = data.grid
    // Entry 0 is outside the document, code + 1 a weight; on the linear scale all heads end at 1.
    const table = mapColourTable({ difference: false }, lvTheme(state), state.scale, 1)
    for (const { lvIndex, lvCanvas } of this.cells) {
      const image = new ImageData(columns, rows)
      const pixels = new Uint32Array(image.data.buffer)
      const first = lvIndex * rows * columns
      const inside = lvInside(data.tokens, rows, columns, half[lvIndex], dilation[lvIndex])
      for (let place = 0; place < pixels.length; place += 1) {
        const code = data.arrays.grid_thumbs[first + place]
        const drawn = code || inside(Math.floor(place / columns), place % columns)
        pixels[place] = table[drawn ? code + 1 : 0]
      }
      lvCanvas.getContext("2d").putImageData(image, 0, 0)
    }
  }

  open({ layer, head }) {
    for (const cell of this.cells) {
      const isOpen = cell.lvLayer === layer && cell.lvHead === head
      if (cell.lvOpen === isOpen) continue
      cell.lvOpen = isOpen
      cell.classList.toggle("lv-open", isOpen)
      cell.setAttribute("aria-pressed", String(isOpen))
      if (isOpen && !this.list.contains(this.root.getRootNode().activeElement)) this.focusable(cell)
    }
    if (!this.cells.some((cell) => cell.tabIndex === 0) && this.cells.length) this.cells[0].tabIndex = 0
    this.opened = { layer, head }
    if (!this.told) this.tell(null)
  }

  focusable(chosen) {
    for (const cell of this.cells) if (cell.tabIndex === 0) cell.tabIndex = -1
    chosen.tabIndex = 0
  }

  // One write each, however many heads: every thumbnail draws its lines from these two.
  mark({ data, hover, locked }) {
    const place = (token) => (token === null || token === undefined ? "-9" : String((token + 0.5) / data.tokens))
    const [hovered, held] = [place(hover?.query), place(locked)]
    if (this.hovered !== hovered) this.list.style.setProperty("--lv-hovered", (this.hovered = hovered))
    if (this.held !== held) this.list.style.setProperty("--lv-locked", (this.held = held))
  }

  tell(cell) {
    this.told = cell
    const grid = this.store.get().data?.grid
    const shown = cell ?? this.cells.find(({ lvOpen }) => lvOpen)
    const words = grid && shown ? lvHeadWords(grid, shown.lvIndex, shown.lvLayer, shown.lvHead) : ""
    if (this.caption.textContent !== words) this.caption.textContent = words
  }

  destroy() {
    this.listeners.abort()
    this.sized.disconnect()
    this.root.replaceChildren()
    this.root.classList.remove("lv-grid")
  }
}

// Another open head brings the same grid again: then nothing is drawn anew.
function lvSameGrid(data, other) {
  const [grid, before] = [data?.grid ?? null, other?.grid ?? null]
  if (!grid || !before) return grid === before
  if (data.heads !== other.heads || data.tokens !== other.tokens) return false
  const [codes, others] = [data.arrays.grid_thumbs, other.arrays.grid_thumbs]
  return JSON.stringify(grid) === JSON.stringify(before) && codes.every((code, place) => code === others[place])
}

// Whether any pair of a cell of the thumbnail lies in the document.
function lvInside(tokens, rows, columns, half, dilation) {
  const width = 2 * half + 1
  return (row, column) => {
    const [from, to] = [Math.ceil((row * tokens) / rows), Math.ceil(((row + 1) * tokens) / rows) - 1]
    const left = Math.floor((column * width) / columns)
    const right = Math.min(width - 1, Math.ceil(((column + 1) * width) / columns))
    return to + (right - half) * dilation >= 0 && from + (left - half) * dilation < tokens
  }
}

function lvHeadFigure(grid, name, index) {
  const value = grid[name][index]
  if (value === null) return "–"
  if (name === "entropy") return `${value.toFixed(1)} bit`
  if (name === "distance") return `${value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString("en")} tok`
  return `g ${(100 * value).toFixed(value < 0.1 ? 1 : 0)} %`
}

function lvHeadWords(grid, index, layer, head) {
  const said = (name, format) => (grid[name][index] === null ? "none" : format(grid[name][index]))
  const entropy = said("entropy", (value) => `${value.toFixed(2)} bits`)
  const distance = said("distance", (value) => `${value.toFixed(1)} tokens`)
  const share = said("share", (value) => `${(100 * value).toFixed(1)} %`)
  return `Layer ${layer}, head ${head}: entropy ${entropy}, mean distance ${distance}, on globals ${share}`
}
