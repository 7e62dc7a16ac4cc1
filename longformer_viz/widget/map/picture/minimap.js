// The whole map in small beside the panels, with a frame around what is in sight; the frame can be dragged.
/** @import { Box, Eye, MapState, Mark, Two } from "../../shared/types.js" */
/** @import { MapView } from "../view.js" */
import { contextOf } from "../../shared/element.js"
import { clamp } from "../../shared/numbers.js"
import { extentOf } from "./eye.js"
import { drawMarks } from "./pens.js"
import { Raster } from "./raster.js"

const SIDE = 64
/** The straightened view's is a strip as tall as the map. */
const STRIP = 30

export class Minimap {
  /** @param {MapView} map */
  constructor(map) {
    this.map = map
    this.shown = false
    this.raster = new Raster()
    this.canvas = document.createElement("canvas")
    /** @type {unknown[]} What the small picture was made of. */
    this.made = []
  }

  /**
   * CSS pixels that it takes to the right of the panels: none where the map itself is small.
   *
   * @param {number} width
   */
  room(width) {
    this.shown = width >= 330
    return this.shown ? SIDE + 12 : 0
  }

  /**
   * Its box beside the last panel.
   *
   * @returns {Box}
   */
  box() {
    const last = this.map.panels[this.map.panels.length - 1].box
    const { mode } = this.map.store.get()
    const right = last.x + last.width + 12 + SIDE
    const [width, height] = mode === "square" ? [SIDE, SIDE] : [STRIP, last.height]
    return { x: right - width, y: last.y, width, height }
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
