// A pattern's strip: a row for each layer, the first on top, and marks where the two tokens stand.
/** @import { Payload, Theme } from "../shared/types.js" */
import { OUTSIDE_COLOUR, TEXT_COLOUR } from "../shared/colours.js"
import { contextOf } from "../shared/element.js"
import { clamp } from "../shared/numbers.js"

/** The number of layers that stands for never. */
export const NEVER = 255
export const KNOWN_COLOUR = "#0072B2"
const TARGET_COLOUR = "#F0E442"

/**
 * The number of layers after which any token of a pixel is known, uint8 [width].
 *
 * @param {Uint8Array} layers Of each token.
 * @param {number} width
 */
export function firstKnown(layers, width) {
  const tokens = layers.length
  const first = new Uint8Array(width).fill(NEVER)
  for (let token = 0; token < tokens; token++) {
    const from = Math.min(width - 1, Math.floor((token * width) / tokens))
    const to = Math.max(from + 1, Math.floor(((token + 1) * width) / tokens))
    for (let x = from; x < to && x < width; x++) if (layers[token] < first[x]) first[x] = layers[token]
  }
  return first
}

/**
 * Draw a strip up to a layer.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Payload<{ looking: number, wanted: number }>} data
 * @param {Uint8Array} layers Of each token.
 * @param {number} at
 * @param {Theme} theme
 * @param {{ height: number, tallest: number }} room CSS pixels of the strip, and the most of a layer.
 */
export function drawStrip(canvas, { layers: depth, tokens, grid }, layers, at, theme, room) {
  const ratio = Math.min(2, window.devicePixelRatio || 1)
  const width = Math.round(Math.max(120, canvas.clientWidth) * ratio)
  const [tall, top] = [clamp(Math.floor(room.height / (depth + 1)), 3, room.tallest) * ratio, 9 * ratio]
  const height = top + (depth + 1) * tall
  if (canvas.width !== width) canvas.width = width
  if (canvas.height !== height) canvas.height = height
  canvas.style.height = `${height / ratio}px`
  const context = contextOf(canvas)
  context.clearRect(0, 0, width, height)
  const first = firstKnown(layers, width)
  for (let layer = 0; layer <= depth; layer++) {
    const y = top + layer * tall
    context.fillStyle = OUTSIDE_COLOUR[theme]
    context.fillRect(0, y, width, tall - ratio)
    if (layer > at) continue
    context.fillStyle = KNOWN_COLOUR
    for (let x = 0; x < width; ) {
      if (first[x] > layer) {
        x += 1
        continue
      }
      let end = x
      while (end < width && first[end] <= layer) end += 1
      context.fillRect(x, y, Math.max(end - x, 2 * ratio), tall - ratio)
      x = end
    }
  }
  if (!grid) return
  const ink = TEXT_COLOUR[theme]
  /** @param {number} token */
  const xOf = (token) => clamp(((token + 0.5) * width) / tokens, 4.5 * ratio, width - 4.5 * ratio)
  drawMark(context, xOf(grid.looking), top, height, { fill: ink, edge: ink, line: ink, dash: [] }, ratio)
  const target = { fill: TARGET_COLOUR, edge: ink, line: TARGET_COLOUR, dash: [3 * ratio, 2 * ratio] }
  drawMark(context, xOf(grid.wanted), top, height, target, ratio)
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} top
 * @param {number} height
 * @param {{ fill: string, edge: string, line: string, dash: number[] }} style
 * @param {number} ratio
 */
function drawMark(context, x, top, height, { fill, edge, line, dash }, ratio) {
  const half = 4.5 * ratio
  context.fillStyle = fill
  context.strokeStyle = edge
  context.lineWidth = ratio
  context.beginPath()
  context.moveTo(x - half, 0.5)
  context.lineTo(x + half, 0.5)
  context.lineTo(x, top - ratio)
  context.closePath()
  context.fill()
  context.stroke()
  context.setLineDash(dash)
  context.beginPath()
  context.moveTo(x, top)
  context.lineTo(x, height)
  context.strokeStyle = line
  context.stroke()
  context.setLineDash([])
}
