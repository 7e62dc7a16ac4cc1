// Pointer, wheel, pinch and keys: every move ends in a place, a pair pointed at, or a selected token.
/** @import { Two } from "../shared/types.js" */
/** @import { MapView } from "./view.js" */
import { clamp } from "../shared/numbers.js"
import { toggled } from "../shared/selection.js"

/** CSS pixels that the pointer may wander during a click. */
const CLICK_REACH = 4
const KEY_ZOOM = 1.6

/** @typedef {{ start: Two, last: Two, moved: boolean, mini: boolean }} Drag */

export class Moves {
  /**
   * @param {MapView} map
   * @param {HTMLCanvasElement} canvas
   */
  constructor(map, canvas) {
    this.map = map
    this.canvas = canvas
    /** @type {Map<number, Two>} */
    this.pointers = new Map()
    /** @type {Drag | null} */
    this.drag = null
    canvas.addEventListener("pointerdown", (event) => this.down(event))
    canvas.addEventListener("pointermove", (event) => this.move(event))
    canvas.addEventListener("pointerup", (event) => this.up(event))
    canvas.addEventListener("pointercancel", (event) => this.up(event, true))
    canvas.addEventListener("pointerleave", (event) => this.leave(event))
    canvas.addEventListener("dblclick", (event) => this.twice(event))
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false })
    canvas.addEventListener("keydown", (event) => this.key(event))
  }

  /**
   * @param {MouseEvent} event
   * @returns {Two}
   */
  at(event) {
    const box = this.canvas.getBoundingClientRect()
    const { unit } = this.map
    return [(event.clientX - box.left) / unit, (event.clientY - box.top) / unit]
  }

  /** @param {PointerEvent} event */
  down(event) {
    if (event.button > 0) return
    const [x, y] = this.at(event)
    this.pointers.set(event.pointerId, [x, y])
    try {
      this.canvas.setPointerCapture(event.pointerId)
    } catch {
      // The pointer is gone already.
    }
    const mini = this.map.minimap.at(x, y, false)
    this.drag = { start: [x, y], last: [x, y], moved: this.pointers.size > 1, mini: Boolean(mini) }
    if (mini) this.map.camera.centre(...mini)
  }

  /** @param {PointerEvent} event */
  move(event) {
    const [x, y] = this.at(event)
    const { drag } = this
    const before = this.pointers.get(event.pointerId)
    if (!before || !drag) return this.hover(x, y)
    if (this.pointers.size === 2) this.pinch(event.pointerId, before, [x, y])
    this.pointers.set(event.pointerId, [x, y])
    if (this.pointers.size > 1) return
    if (drag.mini) {
      const mini = this.map.minimap.at(x, y, true)
      if (mini) this.map.camera.centre(...mini)
      return
    }
    const far = Math.hypot(x - drag.start[0], y - drag.start[1]) > CLICK_REACH
    if (!drag.moved && !far) return
    drag.moved = true
    this.canvas.classList.add("lv-grabbing")
    this.map.camera.pan(drag.last[0] - x, drag.last[1] - y)
    drag.last = [x, y]
    this.hover(x, y)
  }

  /**
   * @param {number} moving The pointer that moves.
   * @param {Two} from
   * @param {Two} to
   */
  pinch(moving, from, to) {
    const other = [...this.pointers].find(([id]) => id !== moving)?.[1] ?? from
    /** @param {Two} point */
    const length = (point) => Math.max(8, Math.hypot(point[0] - other[0], point[1] - other[1]))
    /** @type {(point: Two) => Two} */
    const middle = (point) => [(point[0] + other[0]) / 2, (point[1] + other[1]) / 2]
    const [before, after] = [middle(from), middle(to)]
    this.map.camera.pan(before[0] - after[0], before[1] - after[1])
    this.zoom(length(to) / length(from), ...after)
    if (this.drag) this.drag.moved = true
  }

  /**
   * @param {PointerEvent} event
   * @param {boolean} [cancelled]
   */
  up(event, cancelled = false) {
    const { drag } = this
    this.pointers.delete(event.pointerId)
    if (this.pointers.size === 1 && drag) {
      // One finger of a pinch stays: it drags from where it is.
      drag.last = [...this.pointers.values()][0]
      return
    }
    if (this.pointers.size) return
    this.drag = null
    this.canvas.classList.remove("lv-grabbing")
    if (cancelled || !drag || drag.moved || drag.mini) return
    const [x, y] = this.at(event)
    this.hover(x, y)
    const pair = this.map.crosshair.pairAt(x, y)
    if (pair) this.select(pair.query)
  }

  /**
   * Select a query, or clear the selection where it belongs to it already.
   *
   * @param {number} query
   */
  select(query) {
    this.map.actions.lock(toggled(this.map.store.get(), query))
  }

  /** @param {PointerEvent} event */
  leave(event) {
    if (this.drag || event.pointerType === "touch") return
    this.map.store.set({ hover: null })
  }

  /** @param {MouseEvent} event */
  twice(event) {
    const [x, y] = this.at(event)
    if (this.map.crosshair.panelAt(x, y)) this.zoom(event.shiftKey ? 1 / 2.5 : 2.5, x, y)
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    const [x, y] = this.at(event)
    if (!this.map.crosshair.panelAt(x, y)) return
    const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1)
    // A pinch on a trackpad arrives as small steps with Ctrl pressed.
    const factor = Math.exp(-clamp(pixels, -240, 240) * (event.ctrlKey ? 0.012 : 0.0022))
    if (this.zoom(factor, x, y) || event.ctrlKey) event.preventDefault()
    this.hover(x, y)
  }

  /**
   * Zoom about a point of the map.
   *
   * @param {number} factor
   * @param {number} x
   * @param {number} y
   */
  zoom(factor, x, y) {
    const { box } = this.map.crosshair.panelAt(x, y) ?? this.map.panels[0]
    return this.map.camera.zoom(factor, x - box.x, y - box.y)
  }

  /**
   * Zoom about the middle.
   *
   * @param {number} direction 1 for in, -1 for out.
   */
  zoomStep(direction) {
    const { camera, crosshair } = this.map
    camera.zoom(KEY_ZOOM ** direction, camera.size.width / 2, camera.size.height / 2)
    crosshair.moveToMiddle()
  }

  /**
   * Pan by eighths of the box.
   *
   * @param {number} x
   * @param {number} y
   */
  panStep(x, y) {
    const { camera, crosshair } = this.map
    const step = Math.min(camera.size.width, camera.size.height) / 8
    camera.pan(x * step, y * step)
    crosshair.moveToMiddle()
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  hover(x, y) {
    this.map.crosshair.moveTo(this.map.crosshair.pairAt(x, y))
    this.canvas.classList.toggle("lv-on-mini", Boolean(this.map.minimap.at(x, y, false)))
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const { map } = this
    /** @type {Record<string, Two>} */
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
    const { hover, locked } = map.store.get()
    if (event.key in steps) {
      if (event.shiftKey) map.crosshair.step(...steps[event.key])
      else this.panStep(...steps[event.key])
    } else if (event.key === "PageDown" || event.key === "PageUp") this.panStep(0, event.key === "PageDown" ? 6 : -6)
    else if (event.key === "+" || event.key === "=") this.zoomStep(1)
    else if (event.key === "-" || event.key === "_") this.zoomStep(-1)
    else if (event.key === "Home" || event.key === "0") map.camera.fit()
    else if (event.key === "Enter" || event.key === " ") {
      if (hover) this.select(hover.query)
    } else if (event.key === "Escape") {
      if (locked === null) return
      map.actions.lock(null)
    } else return
    event.preventDefault()
  }
}
