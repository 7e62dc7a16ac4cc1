// The map: weights in one or two panels, what is drawn over them, the line that reads them out, and the legend.
const MAP_GAP = 14 // CSS pixels between two panels
const MAP_TURN_MS = 600

class MapView {
  constructor(root, store, actions) {
    this.root = root
    this.store = store
    this.actions = actions
    this.panels = []
    this.times = { draw: 0, picture: 0, pictures: 0, finished: 0, decode: 0 } // milliseconds, and a count
    this.build()
    this.moves = new MapMoves(this, this.over)
    this.observer = new ResizeObserver(() => this.layout())
    this.observer.observe(this.stage)
    this.render(store.get(), null)
  }

  build() {
    const add = (parent, name, className) => {
      const element = document.createElement(name)
      element.className = className
      parent.append(element)
      return element
    }
    this.root.classList.add("lv-map")
    this.stage = add(this.root, "div", "lv-stage")
    this.picture = add(this.stage, "canvas", "lv-picture")
    this.over = add(this.stage, "canvas", "lv-over")
    this.picture.setAttribute("aria-hidden", "true")
    this.over.setAttribute("role", "img")
    this.over.tabIndex = 0
    this.readout = new MapReadout(add(this.root, "div", "lv-readout"))
    this.legend = add(this.root, "canvas", "lv-legend")
    this.legend.setAttribute("role", "img")
    this.pictureContext = this.picture.getContext("2d", { willReadFrequently: true }) // only pixels are put there
    this.overContext = this.over.getContext("2d")
    this.legendContext = this.legend.getContext("2d")
    this.minimap = new MapMinimap(this)
    this.lanes = new MapLanes(this)
    this.still = window.matchMedia("(prefers-reduced-motion: reduce)")
  }

  destroy() {
    this.observer.disconnect()
    cancelAnimationFrame(this.frame)
    clearTimeout(this.asking)
    this.root.replaceChildren()
  }

  render(state, previous) {
    const changed = (...names) => !previous || names.some((name) => state[name] !== previous[name])
    if (changed("data")) this.take(state.data, previous?.data)
    if (changed("percent", "data")) for (const { source } of this.panels) source.keep(state.percent)
    if (changed("data", "scale", "theme")) this.paint(state)
    const seen = changed("data", "place", "mode", "scale", "percent", "theme")
    this.request(seen)
  }

  // New data: the old picture stays until the next one is drawn.
  take(data, before) {
    const rasters = this.panels.map((panel) => panel.raster)
    this.panels = data.views.map((view, index) => ({
      view,
      index,
      first: index === 0,
      reach: mapReach(data.views),
      source: new MapSource(view, data.tokens),
      raster: rasters[index] ?? new MapRaster(),
      box: this.panels[index]?.box ?? null,
    }))
    this.reach = mapReach(data.views)
    this.over.setAttribute("aria-label", mapDescription(data))
    this.arrange()
  }

  paint(state) {
    const style = getComputedStyle(this.root)
    const text = style.color
    this.font = style.fontFamily
    this.ink = {
      text,
      faint: style.getPropertyValue("--lv-faint").trim() || text,
      border: style.getPropertyValue("--lv-line").trim() || "#8A8A8A",
      background: style.getPropertyValue("--st-background-color").trim() || (state.theme === "dark" ? "#0E1117" : "#FFFFFF"),
    }
    this.largest = state.scale === "linear" ? Math.max(...state.data.views.map(mapLargest)) : 1
    this.unlettered = true
    for (const panel of this.panels) panel.table = mapColourTable(panel.view, state.theme, state.scale, this.largest)
  }

  // Sizes in whole device pixels: the canvas, and a box for each panel.
  layout() {
    const { clientWidth, clientHeight } = this.stage
    if (clientWidth < 60 || clientHeight < 60) return
    this.ratio = window.devicePixelRatio || 1
    const [width, height] = [clientWidth, clientHeight].map((side) => Math.round(side * this.ratio))
    if (this.box && this.times.pictures && this.picture.width === width && this.picture.height === height) return
    for (const canvas of [this.picture, this.over]) {
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
    }
    this.unlettered = true
    this.arrange()
    this.draw(true)
  }

  arrange() {
    if (!this.ratio) return
    const whole = (value) => Math.round(value * this.ratio) / this.ratio
    const count = this.panels.length
    const left = MAP_GUTTER.left
    const right = MAP_GUTTER.right + this.minimap.room(this.stage.clientWidth)
    const width = (this.stage.clientWidth - left - right - MAP_GAP * (count - 1)) / count
    const height = this.stage.clientHeight - MAP_GUTTER.top - MAP_GUTTER.bottom
    this.panels.forEach((panel, index) => {
      const x = whole(left + index * (width + MAP_GAP))
      const box = { x, y: whole(MAP_GUTTER.top), width: whole(Math.max(20, width)), height: whole(Math.max(20, height)) }
      panel.box = box
    })
    this.box = this.panels[0]?.box
  }

  // ---- where one looks ----

  place(state = this.store.get()) {
    const { data, mode, place } = state
    return mapHeld(place ?? [NaN, NaN, 1], mode, data.tokens, this.reach, this.box)
  }

  eye() {
    const { data, mode } = this.store.get()
    const to = mapEye(this.place(), mode, data.tokens, this.reach, this.box)
    return this.turning ? mapBetween(this.turning.from, to, this.turning.part, this.box) : to
  }

  setPlace(place) {
    const { data, mode } = this.store.get()
    const held = mapHeld(place, mode, data.tokens, this.reach, this.box)
    const same = held.every((value, index) => Math.abs(value - this.place()[index]) < 1e-6)
    this.turning = null
    if (same) return false
    this.actions.setPlace(held)
    return true
  }

  pan(x, y) {
    const { scaleX, scaleY } = this.eye()
    const [column, row, zoom] = this.place()
    return this.setPlace([column + x / scaleX, row + y / scaleY, zoom])
  }

  zoom(factor, x, y) {
    const panel = this.panelAt(x, y) ?? this.panels[0]
    const { data, mode } = this.store.get()
    const before = this.place()
    const eye = mapEye(before, mode, data.tokens, this.reach, this.box)
    const [px, py] = [x - panel.box.x, y - panel.box.y]
    const column = eye.originX + px / eye.scaleX
    const row = eye.originY + py / eye.scaleY
    const fit = mapFit(mode, data.tokens, this.reach, this.box)
    const zoom = Math.min(mapZoomLimit(fit), Math.max(1, before[2] * factor))
    const [scaleX, scaleY] = mapScales(fit, zoom)
    return this.setPlace([column + (this.box.width / 2 - px) / scaleX, row + (this.box.height / 2 - py) / scaleY, zoom])
  }

  zoomKeys(factor) {
    this.zoom(factor, this.box.x + this.box.width / 2, this.box.y + this.box.height / 2)
    this.hoverMiddle()
  }

  panKeys(x, y) {
    const step = Math.min(this.box.width, this.box.height) / 8
    this.pan(x * step, y * step)
    this.hoverMiddle()
  }

  fit() {
    this.turning = null
    this.actions.setPlace(null)
  }

  lookAt(column, row) {
    this.setPlace([column, row, this.place()[2]])
  }

  turnTo(mode) {
    const state = this.store.get()
    if (mode === state.mode) return
    const from = this.box ? this.eye() : null
    const place = this.box ? mapTurned(this.place(), state.mode, mode, state.data.tokens, this.reach, this.box) : null
    this.turning = from && !this.still.matches ? { from, part: 0, start: null } : null
    this.store.set({ mode, place: state.place === null ? null : place })
    this.actions.modeChanged?.(mode)
  }

  // ---- hovering ----

  panelAt(x, y) {
    const inside = ({ box }) => x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height
    return this.box ? this.panels.find(inside) ?? null : null
  }

  pairAt(x, y) {
    const panel = this.panelAt(x, y)
    if (!panel) return this.box ? this.lanes.pairAt(x, y, this.eye()) : null
    return mapPairAt(this.eye(), x - panel.box.x, y - panel.box.y, this.store.get().data.tokens)
  }

  setHover(pair) {
    const { hover } = this.store.get()
    if (pair?.query !== hover?.query || pair?.key !== hover?.key) this.store.set({ hover: pair })
  }

  hoverMiddle() {
    const { data } = this.store.get()
    this.setHover(mapPairAt(this.eye(), this.box.width / 2, this.box.height / 2, data.tokens))
  }

  // The crosshair by a token, or by a pixel where tokens are finer; the view follows.
  stepHover(x, y) {
    const { hover, data, mode } = this.store.get()
    if (hover?.key == null) return this.hoverMiddle()
    const eye = this.eye()
    const step = (scale) => Math.max(1, Math.round(1 / scale))
    const move = (value, by) => Math.min(data.tokens - 1, Math.max(0, value + by))
    const query = move(hover.query, y * step(eye.scaleY))
    const key = move(hover.key, x * step(eye.scaleX) + (mode === "straight" ? query - hover.query : 0))
    this.setHover({ query, key })
    const [px, py] = mapPointOf(eye, query, key)
    const [column, row, zoom] = this.place()
    const outside = px < 0 || py < 0 || px > this.box.width - eye.scaleX || py > this.box.height - eye.scaleY
    if (outside) this.setPlace([column + (x * this.box.width) / 4 / eye.scaleX, row + (y * this.box.height) / 4 / eye.scaleY, zoom])
  }

  minimapAt(x, y, dragged = false) {
    return this.box ? this.minimap.at(x, y, dragged) : null
  }

  // ---- drawing ----

  request(picture) {
    this.stale ||= picture
    if (!this.frame) this.frame = requestAnimationFrame((now) => this.tick(now))
  }

  tick(now) {
    this.frame = 0
    const { turning } = this
    if (turning) {
      turning.start ??= now
      const part = Math.min(1, (now - turning.start) / MAP_TURN_MS)
      turning.part = part < 0.5 ? 4 * part ** 3 : 1 - (2 - 2 * part) ** 3 / 2
      if (part === 1) this.turning = null
      else this.request(true)
    }
    this.draw(this.stale || Boolean(turning))
    if (this.turning) this.request(true)
  }

  draw(picture) {
    if (!this.box || !this.panels.length || !this.panels[0].table) return
    const start = performance.now()
    this.stale = false
    const state = this.store.get()
    const eye = this.eye()
    if (picture) {
      const { ratio } = this
      this.pictureContext.clearRect(0, 0, this.picture.width, this.picture.height)
      const device = { ...eye, scaleX: eye.scaleX * ratio, scaleY: eye.scaleY * ratio }
      for (const { box, raster, source, table } of this.panels) {
        raster.resize(Math.round(box.width * ratio), Math.round(box.height * ratio))
        const image = raster.draw(source, device, table, Math.max(1, Math.round(ratio)))
        this.pictureContext.putImageData(image, Math.round(box.x * ratio), Math.round(box.y * ratio))
      }
      this.lanes.draw(this.pictureContext, eye)
    }
    // The weights come first: what is drawn over and beside them waits for the next frame.
    if (this.times.pictures) this.drawOver(state, eye)
    else this.request(false)
    const finished = performance.now()
    this.times.draw = finished - start
    if (picture) Object.assign(this.times, { picture: finished - start, pictures: this.times.pictures + 1, finished })
    if (picture && !this.turning) this.askTiles(eye, state)
  }

  drawOver(state, eye) {
    this.overContext.setTransform(this.ratio, 0, 0, this.ratio, 0, 0)
    this.overContext.clearRect(0, 0, this.stage.clientWidth, this.stage.clientHeight)
    penCanvas(this.overContext, this.marks(state, eye), this.font)
    this.minimap.draw(this.overContext, eye, state)
    this.readout.say(state)
    if (this.unlettered) this.drawLegend(state)
  }

  marks(state, eye, plain = false) {
    const about = plain ? { ...state, hover: null } : state
    const titled = this.panels.length > 1 || this.panels[0].view.difference
    const marks = this.panels.flatMap((panel) => mapMarks(panel, eye, { ...about, ink: this.ink, titled }))
    marks.push(...this.lanes.marks(this.ink), ...mapCornerMarks(this.box, state.mode, this.ink))
    return marks
  }

  drawLegend(state) {
    this.unlettered = false
    const [width, height] = [this.legend.clientWidth, this.legend.clientHeight]
    Object.assign(this.legend, { width: Math.round(width * this.ratio), height: Math.round(height * this.ratio) })
    this.legendContext.setTransform(this.ratio, 0, 0, this.ratio, 0, 0)
    const marks = mapLegendMarks(this.panels, state, this.largest, width, this.ink)
    penCanvas(this.legendContext, marks, this.font)
    this.legend.setAttribute("aria-label", mapLegendWords(this.panels, state, this.largest))
  }

  // A head beyond the budget: ask for what is seen, as sharp as the screen is, once one rests.
  askTiles(eye, { mode }) {
    clearTimeout(this.asking)
    const far = this.panels.filter(({ view }) => view.overBudget)
    if (!far.length) return
    this.asking = setTimeout(() => {
      const wish = mapTileWish(eye, mode, this.box, this.ratio, this.store.get().data.tokens, this.reach)
      if (far.some(({ view }) => !mapTileServes(view.tile, wish))) this.actions.askTile(wish)
    }, 250)
  }
}
