// The pair that is pointed at: found under a point of the map, or moved by keys.
/** @import { Pair } from "../shared/types.js" */
/** @import { MapView } from "./view.js" */
import { clamp } from "../shared/numbers.js"
import { pairAt, pointOf } from "./picture/eye.js"

export class Crosshair {
  /** @param {MapView} map */
  constructor(map) {
    this.map = map
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  panelAt(x, y) {
    if (!this.map.box) return null
    const found = this.map.panels.find(
      ({ box }) => x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height,
    )
    return found ?? null
  }

  /**
   * The pair under a point of the map.
   *
   * @param {number} x
   * @param {number} y
   */
  pairAt(x, y) {
    const { camera, lanes, store } = this.map
    const panel = this.panelAt(x, y)
    if (!panel) return this.map.box ? lanes.pairAt(x, y, camera.eye()) : null
    return pairAt(camera.eye(), x - panel.box.x, y - panel.box.y, store.get().data.tokens)
  }

  /** @param {Pair | null} pair */
  moveTo(pair) {
    const { hover } = this.map.store.get()
    if (pair?.query !== hover?.query || pair?.key !== hover?.key) this.map.store.set({ hover: pair })
  }

  moveToMiddle() {
    const { camera, store } = this.map
    this.moveTo(pairAt(camera.eye(), camera.size.width / 2, camera.size.height / 2, store.get().data.tokens))
  }

  /**
   * Move by a token, or by a pixel where tokens are finer; the view follows.
   *
   * @param {number} x
   * @param {number} y
   */
  step(x, y) {
    const { camera, store } = this.map
    const { hover, data, mode } = store.get()
    if (!hover || hover.key === null) return this.moveToMiddle()
    const eye = camera.eye()
    const { width, height } = camera.size
    /** @param {number} scale */
    const step = (scale) => Math.max(1, Math.round(1 / scale))
    const query = clamp(hover.query + y * step(eye.scaleY), 0, data.tokens - 1)
    const lean = mode === "straight" ? query - hover.query : 0
    const key = clamp(hover.key + x * step(eye.scaleX) + lean, 0, data.tokens - 1)
    this.moveTo({ query, key })
    const [px, py] = pointOf(eye, query, key)
    if (px >= 0 && py >= 0 && px <= width - eye.scaleX && py <= height - eye.scaleY) return
    const [column, row, zoom] = camera.place()
    camera.goTo([column + (x * width) / 4 / eye.scaleX, row + (y * height) / 4 / eye.scaleY, zoom])
  }
}
