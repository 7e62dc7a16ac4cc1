// Several patterns over one head: pictures on one scale, one cursor, one zoom; nothing of it asks the server.
const PANELS_MOUNTED = new WeakMap()
const PANELS_ABOVE = 176 // CSS pixels of a window that the page takes around the panels
const PANELS_GAP = 16
const PANELS_AROUND = 64 // words above and below a picture
const PANELS_TOOLS = 66
const PANELS_LARGEST = 560

export default function ({ data, parentElement }) {
  let app = PANELS_MOUNTED.get(parentElement)
  if (!app) {
    app = new PanelsApp(parentElement)
    PANELS_MOUNTED.set(parentElement, app)
  }
  app.show(data)
  return () => {
    app.destroy()
    PANELS_MOUNTED.delete(parentElement)
  }
}

class PanelsApp {
  constructor(parent) {
    this.root = panelElement(parent, "div", "lp-root")
    this.state = { mode: "weights", view: null, hover: null, held: null }
    this.cards = []
    this.times = {}
    this.observer = new ResizeObserver(() => this.later())
    this.observer.observe(this.root)
    this.onResize = () => this.later()
    window.addEventListener("resize", this.onResize)
    this.root.lpPanels = {
      state: () => ({ ...this.state, side: this.side, tokens: this.data?.tokens }),
      pair: (number, query, key) => this.data.pair(number, query, key),
      panels: () => this.data.panels.map(({ name, words, own, pairs, kept, blind }) => ({ name, words, own, pairs, kept, blind })),
      times: () => ({ ...this.times }),
      zoom: (x, y, span) => this.look({ x, y, span }),
    }
  }

  show(bytes) {
    const theme = this.themeNow()
    if (bytes === this.bytes && theme === this.theme) return
    this.bytes = bytes
    let data
    try {
      data = new PanelData(bytes)
    } catch (fault) {
      if (!(fault instanceof PayloadFault)) throw fault
      this.root.replaceChildren()
      this.cards = []
      this.tools = null
      panelElement(this.root, "p", "lp-note", fault.message)
      return
    }
    const before = this.data
    this.data = data
    if (theme !== this.theme) {
      this.theme = theme
      this.root.dataset.theme = theme
      this.raster = new PanelRaster(theme)
    }
    if (!before || before.tokens !== data.tokens) {
      Object.assign(this.state, { view: { x: 0, y: 0, span: data.tokens }, hover: null, held: null })
    }
    this.build()
    this.layout()
  }

  build() {
    if (!this.tools) {
      this.root.replaceChildren()
      this.cards = []
      this.tools = new PanelTools(this.root, {
        mode: (mode) => {
          this.state.mode = mode
          this.draw()
        },
        free: () => this.hold(null),
        whole: () => this.look({ x: 0, y: 0, span: this.data.tokens }),
        png: () => this.save(),
      })
      this.grid = panelElement(this.root, "div", "lp-grid")
      this.readout = new PanelReadout(this.root)
    }
    while (this.cards.length > this.data.panels.length) this.cards.pop().root.remove()
    while (this.cards.length < this.data.panels.length) {
      const card = new PanelCard(this.grid)
      this.listen(card)
      this.cards.push(card)
    }
    this.cards.forEach((card, number) => card.say(this.data, number))
  }

  // As many columns as make the pictures largest.
  layout() {
    const count = this.cards.length
    const width = this.root.clientWidth
    if (!count || !width) return
    const height = Math.max(430, Math.min(window.innerHeight - PANELS_ABOVE, width * 0.75)) - PANELS_TOOLS
    let [best, columns] = [0, 1]
    for (let across = 1; across <= count; across++) {
      const down = Math.ceil(count / across)
      const side = Math.min((width - PANELS_GAP * (across - 1)) / across, height / down - PANELS_AROUND)
      if (side > best + 0.5) [best, columns] = [side, across]
    }
    this.side = Math.floor(Math.max(120, Math.min(PANELS_LARGEST, best)))
    this.grid.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`
    this.ratio = Math.min(2, window.devicePixelRatio || 1)
    for (const card of this.cards) this.pixels = card.size(this.side, this.ratio)
    this.draw()
  }

  later() {
    cancelAnimationFrame(this.frame)
    this.frame = requestAnimationFrame(() => this.data && this.layout())
  }

  draw() {
    const start = performance.now()
    const { view, mode } = this.state
    this.state.near = this.raster.draw(this.data, this.cards.map((card) => card.picture), this.pixels, view, mode)
    this.times.picture = performance.now() - start
    this.tools.render({ ...this.state, data: this.data, theme: this.theme })
    this.point()
  }

  point() {
    const { hover, held, view } = this.state
    const pair = hover ?? held
    this.cards.forEach((card, number) => {
      card.read(this.data, number, pair)
      card.cross(view, pair, held && !hover, this.ratio, this.theme)
    })
    this.readout.say(this.data, pair, held && !hover)
  }

  look({ x, y, span }) {
    const { tokens } = this.data
    span = Math.min(tokens, Math.max(Math.min(8, tokens), span))
    this.state.view = {
      span,
      x: Math.min(tokens - span, Math.max(0, x)),
      y: Math.min(tokens - span, Math.max(0, y)),
    }
    cancelAnimationFrame(this.redraw)
    this.redraw = requestAnimationFrame(() => this.draw())
  }

  hold(pair) {
    this.state.held = pair
    this.state.hover = null
    this.tools.render({ ...this.state, data: this.data, theme: this.theme })
    this.point()
  }

  pairAt(card, event) {
    const box = card.over.getBoundingClientRect()
    const { view } = this.state
    const token = (place, origin, side) =>
      Math.min(this.data.tokens - 1, Math.max(0, Math.floor(origin + (place / side) * view.span)))
    return {
      query: token(event.clientY - box.top, view.y, box.height),
      key: token(event.clientX - box.left, view.x, box.width),
    }
  }

  listen(card) {
    const { over } = card
    let from = null
    over.addEventListener("pointerdown", (event) => {
      from = { x: event.clientX, y: event.clientY, view: this.state.view, moved: false }
      over.setPointerCapture(event.pointerId)
    })
    over.addEventListener("pointermove", (event) => {
      if (from && Math.hypot(event.clientX - from.x, event.clientY - from.y) > 4) from.moved = true
      if (from?.moved) {
        const scale = from.view.span / this.side
        this.look({
          ...from.view,
          x: from.view.x - (event.clientX - from.x) * scale,
          y: from.view.y - (event.clientY - from.y) * scale,
        })
        return
      }
      this.state.hover = this.pairAt(card, event)
      this.point()
    })
    over.addEventListener("pointerup", (event) => {
      if (from && !from.moved) {
        const { held } = this.state
        const pair = this.pairAt(card, event)
        this.hold(held && held.query === pair.query && held.key === pair.key ? null : pair)
      }
      from = null
    })
    over.addEventListener("pointerleave", () => {
      this.state.hover = null
      this.point()
    })
    over.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault()
        const box = over.getBoundingClientRect()
        this.zoom(Math.exp(event.deltaY * 0.0025), (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height)
      },
      { passive: false },
    )
    over.addEventListener("dblclick", () => this.look({ x: 0, y: 0, span: this.data.tokens }))
    over.addEventListener("keydown", (event) => this.key(event))
  }

  zoom(factor, acrossPart = 0.5, downPart = 0.5) {
    const { x, y, span } = this.state.view
    const wanted = Math.min(this.data.tokens, Math.max(Math.min(8, this.data.tokens), span * factor))
    this.look({ x: x + (span - wanted) * acrossPart, y: y + (span - wanted) * downPart, span: wanted })
  }

  key(event) {
    const { view, hover, held } = this.state
    const last = this.data.tokens - 1
    const middle = { query: Math.floor(view.y + view.span / 2), key: Math.floor(view.x + view.span / 2) }
    const step = Math.max(1, Math.round(view.span / this.side)) * (event.shiftKey ? 10 : 1)
    const moves = { ArrowLeft: [0, -step], ArrowRight: [0, step], ArrowUp: [-step, 0], ArrowDown: [step, 0] }
    if (moves[event.key]) {
      const pair = hover ?? held ?? middle
      const bound = (token) => Math.min(last, Math.max(0, token))
      this.state.hover = {
        query: bound(pair.query + moves[event.key][0]),
        key: bound(pair.key + moves[event.key][1]),
      }
      this.point()
    } else if (event.key === "+" || event.key === "=") this.zoom(0.7)
    else if (event.key === "-") this.zoom(1 / 0.7)
    else if (event.key === "Home") this.look({ x: 0, y: 0, span: this.data.tokens })
    else if (event.key === "Enter") this.hold(hover ?? held ?? middle)
    else if (event.key === "Escape") this.hold(null)
    else return
    event.preventDefault()
  }

  // All panels in one picture, with their names and numbers.
  save() {
    const { pixels, ratio } = this
    const style = getComputedStyle(this.root)
    const [edge, line] = [14 * ratio, 17 * ratio]
    const across = Math.min(3, this.cards.length)
    const [wide, tall] = [pixels + edge, pixels + 3 * line + edge]
    const canvas = document.createElement("canvas")
    canvas.width = Math.max(across * wide, 360 * ratio) + edge
    canvas.height = Math.ceil(this.cards.length / across) * tall + edge
    const context = canvas.getContext("2d")
    context.fillStyle = style.getPropertyValue("--st-background-color").trim() || "#ffffff"
    context.fillRect(0, 0, canvas.width, canvas.height)
    context.fillStyle = style.color
    this.cards.forEach((card, number) => {
      const panel = this.data.panels[number]
      const [left, top] = [edge + (number % across) * wide, edge + Math.floor(number / across) * tall]
      const lines = [
        panel.name,
        panel.words,
        `${panelPercent(panel.pairs / this.data.tokens ** 2)} of the pairs, keeps ${panelPercent(panel.kept)}`,
      ]
      lines.forEach((text, row) => {
        context.font = `${row ? "" : "bold "}${12 * ratio}px sans-serif`
        context.fillText(text, left, top + (row + 0.7) * line, pixels)
      })
      context.drawImage(card.picture, left, top + 3 * line)
    })
    canvas.toBlob((blob) => {
      const link = document.createElement("a")
      link.href = URL.createObjectURL(blob)
      link.download = `patterns_layer_${this.data.layer}_head_${this.data.head}.png`
      link.click()
      setTimeout(() => URL.revokeObjectURL(link.href), 10000)
    })
  }

  // Dark where the page is darker than its words.
  themeNow() {
    const found = getComputedStyle(this.root).getPropertyValue("--st-background-color").trim()
    if (/^#[0-9a-f]{6}$/i.test(found)) {
      const [red, green, blue] = mapRgb(found)
      return 0.3 * red + 0.6 * green + 0.1 * blue < 110 ? "dark" : "light"
    }
    return this.theme ?? "light"
  }

  destroy() {
    this.observer.disconnect()
    window.removeEventListener("resize", this.onResize)
    cancelAnimationFrame(this.frame)
    cancelAnimationFrame(this.redraw)
    this.root.remove()
  }
}
