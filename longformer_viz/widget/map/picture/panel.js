// One panel's weights on a canvas, at any resolution.
/** @import { Eye } from "../../shared/types.js" */
/** @import { Panel } from "../types.js" */
/** @import { Raster } from "./raster.js" */

/**
 * Draw the weights of one panel.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Panel} panel
 * @param {Raster} raster
 * @param {Eye} eye
 * @param {number} ratio Pixels of a unit.
 */
export function drawPanel(context, { box, source, table }, raster, eye, ratio) {
  raster.resize(Math.round(box.width * ratio), Math.round(box.height * ratio))
  const device = { ...eye, scaleX: eye.scaleX * ratio, scaleY: eye.scaleY * ratio }
  const image = raster.draw(source, device, table, Math.max(1, Math.round(ratio)))
  context.putImageData(image, Math.round(box.x * ratio), Math.round(box.y * ratio))
}
