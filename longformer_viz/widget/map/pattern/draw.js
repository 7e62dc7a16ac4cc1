// Draws a preview over the weights: pairs that would be lost are hatched, pairs that would be gained are outlined.
/** @import { Box, Eye, Ink, Preview, Strip, Two, View } from "../../shared/types.js" */
import { KIND_COLOURS } from "../../shared/colours.js"
import { contextOf } from "../../shared/element.js"
import { seenStrips, steppedOutline, stripOutline, stripsOnlyIn } from "./strips.js"

/** Units that a strip must have to be drawn apart from its neighbours. */
const LEAST_SEEN = 3
/** Units of the hatching, and of a global token's line at the least. */
const HATCH = 7
const LEAST_LINE = 3
/** Units of a row from which edges are drawn as the staircases they are. */
const STEPPED = 5

export class PreviewPen {
  constructor() {
    /** @type {{ ink: string, ground: string, ratio: number, pattern: CanvasPattern } | null} */
    this.hatch = null
  }

  /**
   * @param {CanvasRenderingContext2D} context Scaled to units.
   * @param {View} view The run.
   * @param {Preview} preview
   * @param {{ box: Box, eye: Eye, tokens: number, ink: Ink, ratio: number }} at
   */
  draw(context, view, preview, at) {
    const { box, eye, tokens, ink } = at
    const least = LEAST_SEEN / eye.scaleX
    const hatch = this.hatching(context, ink, at.ratio)
    const outline = preview.dilation > 1 ? KIND_COLOURS.dilated : KIND_COLOURS.local
    context.save()
    context.beginPath()
    context.rect(box.x, box.y, box.width, box.height)
    context.clip()
    for (const strip of seenStrips(stripsOnlyIn(view, preview, tokens), least)) {
      context.globalAlpha = 0.35 + 0.65 * (strip.counted / (strip.to - strip.from))
      fill(context, strip, at, hatch)
    }
    for (const strip of seenStrips(stripsOnlyIn(preview, view, tokens), least)) {
      context.globalAlpha = 0.1 + 0.16 * (strip.counted / (strip.to - strip.from))
      fill(context, strip, at, outline)
      context.globalAlpha = 1
      context.strokeStyle = outline
      context.lineWidth = 2
      context.setLineDash(strip.counted < strip.to - strip.from ? [6, 4] : [])
      context.stroke()
      context.setLineDash([])
    }
    context.globalAlpha = 1
    const chosen = new Set(preview.globals)
    for (const position of view.globals) {
      if (!chosen.has(position)) this.line(context, position, at, (frame) => fillFrame(context, frame, hatch))
    }
    for (const position of preview.globals) {
      if (view.globalIndex.has(position)) continue
      this.line(context, position, at, (frame) => strokeFrame(context, frame, KIND_COLOURS.global))
    }
    context.restore()
  }

  /**
   * Draw the row and, in the square view, the column of a global token.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {number} position
   * @param {{ box: Box, eye: Eye, tokens: number }} at
   * @param {(frame: Box) => void} act
   */
  line(context, position, { box, eye }, act) {
    const thick = { x: Math.max(LEAST_LINE, eye.scaleX), y: Math.max(LEAST_LINE, eye.scaleY) }
    const y = box.y + (position + 0.5 - eye.originY) * eye.scaleY - thick.y / 2
    act({ x: box.x, y, width: box.width, height: thick.y })
    if (eye.turn > 0) return
    const x = box.x + (position + 0.5 - eye.originX) * eye.scaleX - thick.x / 2
    act({ x, y: box.y, width: thick.x, height: box.height })
  }

  /**
   * Diagonal lines on a ground that lets the weights below fade.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {Ink} ink
   * @param {number} ratio
   */
  hatching(context, ink, ratio) {
    const known = this.hatch
    if (known && known.ink === ink.text && known.ground === ink.background && known.ratio === ratio) return known.pattern
    const side = Math.max(4, Math.round(HATCH * ratio))
    const tile = document.createElement("canvas")
    Object.assign(tile, { width: side, height: side })
    const pen = contextOf(tile)
    pen.globalAlpha = 0.62
    pen.fillStyle = ink.background
    pen.fillRect(0, 0, side, side)
    pen.globalAlpha = 0.9
    pen.strokeStyle = ink.text
    pen.lineWidth = Math.max(1, 1.1 * ratio)
    pen.beginPath()
    for (const shift of [-side, 0, side]) {
      pen.moveTo(shift - 1, side + 1)
      pen.lineTo(shift + side + 1, -1)
    }
    pen.stroke()
    const pattern = /** @type {CanvasPattern} */ (context.createPattern(tile, "repeat"))
    pattern.setTransform(new DOMMatrix().scale(1 / ratio))
    this.hatch = { ink: ink.text, ground: ink.background, ratio, pattern }
    return pattern
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Strip} strip
 * @param {{ box: Box, eye: Eye, tokens: number }} at
 * @param {string | CanvasPattern} style
 */
function fill(context, { from, to }, { box, eye, tokens }, style) {
  context.beginPath()
  const first = Math.max(0, Math.floor(eye.originY))
  const last = Math.min(tokens, Math.ceil(eye.originY + box.height / eye.scaleY))
  const outline =
    eye.scaleY >= STEPPED ? steppedOutline(from, to, tokens, [first, last]) : stripOutline(from, to, tokens)
  for (const [key, query] of outline) context.lineTo(...placeOf(key, query, box, eye))
  context.closePath()
  context.fillStyle = style
  context.fill()
}

/**
 * @param {number} key
 * @param {number} query
 * @param {Box} box
 * @param {Eye} eye
 * @returns {Two}
 */
function placeOf(key, query, box, eye) {
  return [
    box.x + (key - eye.turn * query - eye.originX) * eye.scaleX,
    box.y + (query - eye.originY) * eye.scaleY,
  ]
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Box} frame
 * @param {CanvasPattern} style
 */
function fillFrame(context, { x, y, width, height }, style) {
  context.fillStyle = style
  context.fillRect(x, y, width, height)
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Box} frame
 * @param {string} colour
 */
function strokeFrame(context, { x, y, width, height }, colour) {
  context.lineWidth = 1.5
  context.strokeStyle = colour
  context.strokeRect(x, y, width, height)
}
