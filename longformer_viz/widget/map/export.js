// The view as a file: PNG from the canvases, SVG with the weights as an image and everything over them as vectors.
/** @import { Payload, TextMark } from "../shared/types.js" */
/** @import { MapView } from "./view.js" */
import { saveBlob, saveCanvas } from "../shared/download.js"
import { contextOf } from "../shared/element.js"
import { exportRatio } from "../shared/image_size.js"
import { countText } from "../shared/numbers.js"
import { legendHeight, legendMarks } from "./picture/legend.js"
import { drawPanel } from "./picture/panel.js"
import { drawMarks, escapeXml, svgOf } from "./picture/pens.js"
import { Raster } from "./picture/raster.js"

/** CSS pixels for the title. */
const TITLE_HEIGHT = 26

/**
 * @param {Payload} data
 * @param {string} ending
 */
function fileName(data, ending) {
  const [view] = data.views
  return `attention-layer-${view.layer}-head-${view.head}.${ending}`
}

/**
 * What a file shows besides the weights: a title above, marks over them, and a legend below.
 *
 * @param {MapView} map
 */
function framed(map) {
  const state = map.store.get()
  const { width, height } = map.stageSize
  const { data, scale } = state
  const { view } = map.panels[0]
  const dilation = view.dilation > 1 ? `, dilation ${view.dilation}` : ""
  const heads = data.views.map(({ label }) => label).join(" | ")
  const text = `${heads} · ${countText(data.tokens)} tokens · window ${countText(view.window)}${dilation} · ${scale} scale`
  /** @type {TextMark} */
  const title = { kind: "text", text, x: 12, y: 15, size: 12, align: "left", fill: map.ink.text }
  const legend = legendMarks(map.panels, state, map.largest, width, map.ink)
  const marks = map.marks({ ...state, hover: null }, map.camera.eye())
  return { data, width, height, title, legend, marks, total: TITLE_HEIGHT + height + legendHeight(width) }
}

/**
 * The weights alone at another resolution.
 *
 * @param {MapView} map
 * @param {number} ratio Pixels of a unit.
 */
function weightsAt(map, ratio) {
  const { width, height } = map.stageSize
  const canvas = document.createElement("canvas")
  Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) })
  const context = contextOf(canvas)
  const eye = map.camera.eye()
  for (const panel of map.panels) drawPanel(context, panel, new Raster(), eye, ratio)
  map.lanes.draw(context, eye, ratio)
  return canvas
}

/**
 * @param {MapView} map
 * @param {number} [pixels] The width of the image; 0 for twice the size on the screen.
 */
export function savePng(map, pixels = 0) {
  const { data, width, height, title, legend, marks, total } = framed(map)
  const ratio = exportRatio(width, total, pixels)
  const canvas = document.createElement("canvas")
  Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(total * ratio) })
  const context = contextOf(canvas)
  context.fillStyle = map.ink.background
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(weightsAt(map, ratio), 0, Math.round(TITLE_HEIGHT * ratio))
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  drawMarks(context, [title], map.font)
  context.translate(0, TITLE_HEIGHT)
  drawMarks(context, marks, map.font)
  context.translate(0, height)
  drawMarks(context, legend, map.font)
  saveCanvas(canvas, fileName(data, "png"))
}

/** @param {MapView} map */
export function saveSvg(map) {
  const { data, width, height, title, legend, marks, total } = framed(map)
  const image = map.picture.toDataURL("image/png")
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${total}" viewBox="0 0 ${width} ${total}" role="img">`,
    `<title>${escapeXml(title.text)}</title>`,
    `<rect width="${width}" height="${total}" fill="${escapeXml(map.ink.background)}"/>`,
    svgOf([title], map.font),
    `<g transform="translate(0 ${TITLE_HEIGHT})"><image width="${width}" height="${height}" href="${image}"/>`,
    `${svgOf(marks, map.font)}</g>`,
    `<g transform="translate(0 ${TITLE_HEIGHT + height})">${svgOf(legend, map.font)}</g></svg>`,
  ]
  saveBlob(new Blob(parts, { type: "image/svg+xml" }), fileName(data, "svg"))
}
