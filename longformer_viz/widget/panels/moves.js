// Pointer, wheel and keys over one panel; whatever they do happens in all.
/** @import { Pair, Two } from "../shared/types.js" */
/** @import { PanelsApp } from "./app.js" */
/** @import { Sight } from "./raster.js" */
import { clamp } from "../shared/numbers.js"

/** CSS pixels that the pointer may wander during a click. */
const CLICK_REACH = 4

export class PanelMoves {
  /**
   * @param {PanelsApp} app
   * @param {HTMLCanvasElement} over
   */
  constructor(app, over) {
    this.app = app
    this.over = over
    /** @type {{ x: number, y: number, sight: Sight, moved: boolean } | null} */
    this.drag = null
    over.addEventListener("pointerdown", (event) => this.down(event))
    over.addEventListener("pointermove", (event) => this.move(event))
    over.addEventListener("pointerup", (event) => this.up(event))
    over.addEventListener("pointerleave", () => app.hover(null))
    over.addEventListener("wheel", (event) => this.wheel(event), { passive: false })
    over.addEventListener("dblclick", () => app.lookAtAll())
    over.addEventListener("keydown", (event) => this.key(event))
  }

  get tokens() {
    return this.app.shown?.data.tokens ?? 1
  }

  /**
   * @param {MouseEvent} event
   * @returns {Pair}
   */
  pairAt(event) {
    const box = this.over.getBoundingClientRect()
    const { sight } = this.app.state
    /** @type {(part: number, origin: number) => number} */
    const token = (part, origin) => clamp(Math.floor(origin + part * sight.span), 0, this.tokens - 1)
    return {
      query: token((event.clientY - box.top) / box.height, sight.y),
      key: token((event.clientX - box.left) / box.width, sight.x),
    }
  }

  /** @param {PointerEvent} event */
  down(event) {
    this.drag = { x: event.clientX, y: event.clientY, sight: this.app.state.sight, moved: false }
    this.over.setPointerCapture(event.pointerId)
  }

  /** @param {PointerEvent} event */
  move(event) {
    const { drag } = this
    if (drag && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > CLICK_REACH) drag.moved = true
    if (!drag?.moved) return this.app.hover(this.pairAt(event))
    const { span } = drag.sight
    const box = this.over.getBoundingClientRect()
    this.app.look({
      ...drag.sight,
      x: drag.sight.x - ((event.clientX - drag.x) * span) / box.width,
      y: drag.sight.y - ((event.clientY - drag.y) * span) / box.height,
    })
  }

  /** @param {PointerEvent} event */
  up(event) {
    if (this.drag && !this.drag.moved) {
      const { selected } = this.app.state
      const pair = this.pairAt(event)
      const isSame = selected?.query === pair.query && selected.key === pair.key
      this.app.select(isSame ? null : pair)
    }
    this.drag = null
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    event.preventDefault()
    const box = this.over.getBoundingClientRect()
    const [across, down] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]
    this.app.zoom(Math.exp(event.deltaY * 0.0025), across, down)
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { app, tokens } = this
    const { sight, hover, selected } = app.state
    const middle = { query: Math.floor(sight.y + sight.span / 2), key: Math.floor(sight.x + sight.span / 2) }
    const step = Math.max(1, Math.round(sight.span / app.size.width)) * (event.shiftKey ? 10 : 1)
    /** @type {Record<string, Two>} */
    const moves = { ArrowLeft: [0, -step], ArrowRight: [0, step], ArrowUp: [-step, 0], ArrowDown: [step, 0] }
    if (event.key in moves) {
      const pair = hover ?? selected ?? middle
      const [down, across] = moves[event.key]
      app.hover({ query: clamp(pair.query + down, 0, tokens - 1), key: clamp(pair.key + across, 0, tokens - 1) })
    } else if (event.key === "+" || event.key === "=") app.zoom(0.7)
    else if (event.key === "-") app.zoom(1 / 0.7)
    else if (event.key === "Home") app.lookAtAll()
    else if (event.key === "Enter") app.select(hover ?? selected ?? middle)
    else if (event.key === "Escape" && selected) app.select(null)
    else return
    event.preventDefault()
  }
}
