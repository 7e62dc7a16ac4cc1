// The whole map in small in a corner of the last panel while a part is in sight, framed; the frame can be dragged.
/** @import { Box, Eye, MapState, Mark, Two } from "../../shared/types.js" */
/** @import { MapView } from "../view.js" */
import { contextOf } from "../../shared/element.js"
import { clamp } from "../../shared/numbers.js"
import { extentOf } from "./eye.js"
import { drawMarks } from "./pens.js"
import { Raster } from "./raster.js"

const SIDE = 84
/** CSS pixels between it and the edges of the panel. */
const INSET = 10
/** The straightened view's is a strip as tall as the map. */
const STRIP = 30
const LEAST_PANEL = 250

export class Minimap {
  /** @param {MapView} map */
  constructor(map) {
    this.map = map
    this.raster = new Raster()
    this.canvas = document.createElement("canvas")
    /** @type {unknown[]} What the small picture was made of. */
    this.made = []
  }

  /** Whether it is there: only while a part is in sight, and not where the map itself is small. */
  get shown() {
    const { box } = this.map.panels[this.map.panels.length - 1]
    return this.map.store.get().place !== null && this.map.camera.place()[2] > 1.05 && box.width >= LEAST_PANEL
  }

  /**
   * Its box in the upper right corner of the last panel.
   *
   * @returns {Box}
   */
  box() {
    const last = this.map.panels[this.map.panels.length - 1].box
    const { mode } = this.map.store.get()
    const [width, height] = mode === "square" ? [SIDE, SIDE] : [STRIP, last.height - 2 * INSET]
    return { x: last.x + last.width - INSET - width, y: last.y + INSET, width, height }
  }

  /** @returns {Eye} */
  eye() {
    const { data, mode } = this.map.store.get()
    const box = this.box()
    const [left, right] = extentOf(mode, data.tokens, this.map.camera.reach)
    return {
      turn: mode === "square" ? 0 : 1,
      originX: left,
      originY: 0,
      scaleX: box.width / (right - left),
      scaleY: box.height / data.tokens,
    }
  }

  /**
   * The column and row under a point, or null; a drag that left the box goes on.
   *
   * @param {number} x
   * @param {number} y
   * @param {boolean} dragged
   * @returns {Two | null}
   */
  at(x, y, dragged) {
    if (!this.shown) return null
    const box = this.box()
    const inside = x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height
    if (!inside && !dragged) return null
    const eye = this.eye()
    return [eye.originX + (x - box.x) / eye.scaleX, eye.originY + (y - box.y) / eye.scaleY]
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Eye} seen
   * @param {MapState} state
   */
  draw(context, seen, state) {
    if (!this.shown || this.map.camera.turning) return
    const box = this.box()
    this.drawPicture(box, state)
    drawMarks(context, [{ kind: "rect", ...grown(box, 4), fill: this.map.ink.background, alpha: 0.9 }], "")
    context.drawImage(this.canvas, box.x, box.y, box.width, box.height)
    drawMarks(context, this.frame(box, seen), this.map.font)
  }

  /**
   * The small picture, drawn anew only where something in it changed.
   *
   * @param {Box} box
   * @param {MapState} state
   */
  drawPicture(box, state) {
    const panel = this.map.panels[this.map.panels.length - 1]
    const { ratio } = this.map
    const parts = [panel.table, panel.source.band, state.mode, box.width, box.height, ratio]
    if (parts.every((part, index) => part === this.made[index])) return
    this.made = parts
    const eye = this.eye()
    this.raster.resize(Math.round(box.width * ratio), Math.round(box.height * ratio))
    const device = { ...eye, scaleX: eye.scaleX * ratio, scaleY: eye.scaleY * ratio }
    const image = this.raster.draw(panel.source, device, panel.table, 1)
    Object.assign(this.canvas, { width: image.width, height: image.height })
    contextOf(this.canvas).putImageData(image, 0, 0)
  }

  /**
   * @param {Box} box
   * @param {Eye} seen
   * @returns {Mark[]}
   */
  frame(box, seen) {
    const panel = this.map.panels[this.map.panels.length - 1].box
    const { ink } = this.map
    const eye = this.eye()
    const left = clamp((seen.originX - eye.originX) * eye.scaleX, 0, box.width - 3)
    const top = clamp((seen.originY - eye.originY) * eye.scaleY, 0, box.height - 3)
    const right = clamp((seen.originX + panel.width / seen.scaleX - eye.originX) * eye.scaleX, left + 3, box.width)
    const bottom = clamp((seen.originY + panel.height / seen.scaleY - eye.originY) * eye.scaleY, top + 3, box.height)
    const rect = /** @type {const} */ ({ kind: "rect" })
    const frame = { ...rect, x: box.x + left, y: box.y + top, width: right - left, height: bottom - top }
    return [
      { ...rect, x: box.x - 0.5, y: box.y - 0.5, width: box.width + 1, height: box.height + 1, stroke: ink.border },
      { ...frame, stroke: ink.background, line: 4 },
      { ...frame, stroke: ink.text, line: 1.75 },
    ]
  }
}

/**
 * A box with room around it.
 *
 * @param {Box} box
 * @param {number} by
 * @returns {Box}
 */
function grown({ x, y, width, height }, by) {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by }
}
