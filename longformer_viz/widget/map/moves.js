// Moving about: pointer, wheel, pinch and keys; every move ends in a place, a hover or a lock in the store.
const MAP_CLICK_REACH = 4 // CSS pixels a click may wander

class MapMoves {
  constructor(map, canvas) {
    this.map = map
    this.canvas = canvas
    this.pointers = new Map()
    this.drag = null
    const on = (type, act, options) => canvas.addEventListener(type, act, options)
    on("pointerdown", (event) => this.down(event))
    on("pointermove", (event) => this.move(event))
    on("pointerup", (event) => this.up(event))
    on("pointercancel", (event) => this.up(event, true))
    on("pointerleave", (event) => this.leave(event))
    on("dblclick", (event) => this.twice(event))
    on("wheel", (event) => this.wheel(event), { passive: false })
    on("keydown", (event) => this.key(event))
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect()
    return [event.clientX - box.left, event.clientY - box.top]
  }

  down(event) {
    if (event.button > 0) return
    const [x, y] = this.at(event)
    this.pointers.set(event.pointerId, [x, y])
    try {
      this.canvas.setPointerCapture(event.pointerId)
    } catch {
      // a pointer that is gone already
    }
    const mini = this.map.minimapAt(x, y)
    this.drag = { start: [x, y], last: [x, y], moved: this.pointers.size > 1, mini: Boolean(mini) }
    if (mini) this.map.lookAt(...mini)
  }

  move(event) {
    const [x, y] = this.at(event)
    const before = this.pointers.get(event.pointerId)
    if (!before || !this.drag) return this.hover(x, y)
    if (this.pointers.size === 2) this.pinch(event.pointerId, [x, y])
    this.pointers.set(event.pointerId, [x, y])
    if (this.pointers.size > 1) return
    const { drag } = this
    if (drag.mini) return this.map.lookAt(...this.map.minimapAt(x, y, true))
    const far = Math.hypot(x - drag.start[0], y - drag.start[1]) > MAP_CLICK_REACH
    if (!drag.moved && !far) return
    drag.moved = true
    this.canvas.classList.add("lv-grabbing")
    this.map.pan(drag.last[0] - x, drag.last[1] - y)
    drag.last = [x, y]
    this.hover(x, y)
  }

  pinch(moving, to) {
    const other = [...this.pointers].find(([id]) => id !== moving)[1]
    const from = this.pointers.get(moving)
    const length = (point) => Math.max(8, Math.hypot(point[0] - other[0], point[1] - other[1]))
    const middle = (point) => [(point[0] + other[0]) / 2, (point[1] + other[1]) / 2]
    const [before, after] = [middle(from), middle(to)]
    this.map.pan(before[0] - after[0], before[1] - after[1])
    this.map.zoom(length(to) / length(from), ...after)
    this.drag.moved = true
  }

  up(event, cancelled = false) {
    const { drag } = this
    this.pointers.delete(event.pointerId)
    if (this.pointers.size === 1 && drag) {
      // one finger of a pinch stays: it drags from where it is
      drag.last = [...this.pointers.values()][0]
      return
    }
    if (this.pointers.size) return
    this.drag = null
    this.canvas.classList.remove("lv-grabbing")
    if (cancelled || !drag || drag.moved || drag.mini) return
    const [x, y] = this.at(event)
    this.hover(x, y)
    const pair = this.map.pairAt(x, y)
    if (pair) this.map.actions.lock(this.map.store.get().locked === pair.query ? null : pair.query)
  }

  leave(event) {
    if (this.drag || event.pointerType === "touch") return
    this.map.store.set({ hover: null })
  }

  twice(event) {
    const [x, y] = this.at(event)
    if (this.map.panelAt(x, y)) this.map.zoom(event.shiftKey ? 1 / 2.5 : 2.5, x, y)
  }

  wheel(event) {
    const [x, y] = this.at(event)
    if (!this.map.panelAt(x, y)) return
    const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1)
    // A trackpad's pinch arrives as small steps with Ctrl held.
    const factor = Math.exp(-Math.max(-240, Math.min(240, pixels)) * (event.ctrlKey ? 0.012 : 0.0022))
    if (this.map.zoom(factor, x, y) || event.ctrlKey) event.preventDefault()
    this.hover(x, y)
  }

  hover(x, y) {
    this.map.setHover(this.map.pairAt(x, y))
    this.canvas.classList.toggle("lv-on-mini", Boolean(this.map.minimapAt(x, y)))
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const { map } = this
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
    const { hover, locked } = map.store.get()
    if (event.key in steps) {
      if (event.shiftKey) map.stepHover(...steps[event.key])
      else map.panKeys(...steps[event.key])
    } else if (event.key === "PageDown" || event.key === "PageUp") map.panKeys(0, event.key === "PageDown" ? 6 : -6)
    else if (event.key === "+" || event.key === "=") map.zoomKeys(1.6)
    else if (event.key === "-" || event.key === "_") map.zoomKeys(1 / 1.6)
    else if (event.key === "Home" || event.key === "0") map.fit()
    else if (event.key === "Enter" || event.key === " ") {
      if (hover) map.actions.lock(locked === hover.query ? null : hover.query)
    } else if (event.key === "Escape") {
      if (locked === null) return
      map.actions.lock(null)
    } else return
    event.preventDefault()
  }
}
