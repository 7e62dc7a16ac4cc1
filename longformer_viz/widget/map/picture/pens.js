// Two ways to draw a list of marks: on a canvas, and as SVG. Words are drawn or escaped, never read as markup.
/** @import { ChipMark, Mark, PathMark, RectMark, TextMark } from "../../shared/types.js" */

/**
 * Draw marks on a canvas.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Mark[]} marks
 * @param {string} font
 */
export function drawMarks(context, marks, font) {
  for (const mark of marks) {
    context.save()
    if (mark.clip) {
      context.beginPath()
      context.rect(mark.clip.x, mark.clip.y, mark.clip.width, mark.clip.height)
      context.clip()
    }
    context.globalAlpha = mark.alpha ?? 1
    context.lineWidth = mark.line ?? 1
    context.setLineDash(mark.dash ?? [])
    if (mark.kind === "path") drawPath(context, mark)
    else if (mark.kind === "rect") drawRect(context, mark)
    else drawWords(context, mark, font)
    context.restore()
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {PathMark} mark
 */
function drawPath(context, { points, stroke = "" }) {
  context.beginPath()
  for (const [x, y] of points) context.lineTo(x, y)
  context.strokeStyle = stroke
  context.stroke()
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {RectMark} mark
 */
function drawRect(context, { x, y, width, height, stroke, fill }) {
  if (fill) {
    context.fillStyle = fill
    context.fillRect(x, y, width, height)
  }
  if (stroke) {
    context.strokeStyle = stroke
    context.strokeRect(x, y, width, height)
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {TextMark | ChipMark} mark
 * @param {string} font
 */
function drawWords(context, mark, font) {
  context.font = `${mark.bold ? "600 " : ""}${mark.size}px ${font}`
  context.textBaseline = "middle"
  context.textAlign = mark.kind === "chip" ? (mark.centred ? "center" : "left") : mark.align
  context.translate(mark.x, mark.y)
  if (mark.turned) context.rotate(-Math.PI / 2)
  if (mark.kind === "chip") {
    const wide = context.measureText(mark.text).width + 6
    context.fillStyle = mark.ground
    context.globalAlpha = 0.85
    if (mark.centred) context.fillRect(-wide / 2, -6, wide, 12)
    else context.fillRect(0, -16, wide + 4, 16)
    context.globalAlpha = 1
    if (!mark.centred) context.translate(5, -8)
  }
  context.fillStyle = mark.fill
  context.fillText(mark.text, 0, 0)
}

/**
 * Marks as the inside of an SVG element.
 *
 * @param {Mark[]} marks
 * @param {string} font
 */
export function svgOf(marks, font) {
  const clips = new Map()
  const body = marks.map((mark) => {
    let clip = ""
    if (mark.clip) {
      const { x, y, width, height } = mark.clip
      const shape = `<rect x="${x}" y="${y}" width="${width}" height="${height}"/>`
      if (!clips.has(shape)) clips.set(shape, `clip${clips.size}`)
      clip = ` clip-path="url(#${clips.get(shape)})"`
    }
    return svgMark(mark, clip, font)
  })
  const defined = [...clips].map(([shape, name]) => `<clipPath id="${name}">${shape}</clipPath>`)
  return `<defs>${defined.join("")}</defs>${body.join("")}`
}

/**
 * @param {Mark} mark
 * @param {string} clip
 * @param {string} font
 */
function svgMark(mark, clip, font) {
  const stroke = mark.stroke ? `stroke="${escapeXml(mark.stroke)}" stroke-width="${mark.line ?? 1}"` : ""
  const dash = mark.dash ? ` stroke-dasharray="${mark.dash.join(" ")}"` : ""
  const fade = mark.alpha ? ` opacity="${mark.alpha}"` : ""
  if (mark.kind === "path") {
    const points = mark.points.map(([x, y]) => `${hundredths(x)},${hundredths(y)}`).join(" ")
    return `<polyline points="${points}" fill="none" ${stroke}${dash}${fade}${clip}/>`
  }
  if (mark.kind === "rect") {
    const [x, y, width, height] = [mark.x, mark.y, mark.width, mark.height].map(hundredths)
    const box = `x="${x}" y="${y}" width="${width}" height="${height}"`
    return `<rect ${box} fill="${mark.fill ? escapeXml(mark.fill) : "none"}" ${stroke}${clip}/>`
  }
  return svgWords(mark, font)
}

/**
 * @param {TextMark | ChipMark} mark
 * @param {string} font
 */
function svgWords(mark, font) {
  const isChip = mark.kind === "chip"
  const align = isChip ? (mark.centred ? "center" : "left") : mark.align
  const anchor = align === "center" ? "middle" : align === "right" ? "end" : "start"
  const [x, y] = (isChip && !mark.centred ? [mark.x + 5, mark.y - 8] : [mark.x, mark.y]).map(hundredths)
  const turned = mark.turned ? ` transform="rotate(-90 ${x} ${y})"` : ""
  const face = `font-family="${escapeXml(font)}" font-size="${mark.size}"${mark.bold ? ' font-weight="600"' : ""}`
  return (
    `<text x="${x}" y="${y}" dy="0.35em" text-anchor="${anchor}" ${face} ` +
    `fill="${escapeXml(mark.fill)}"${turned}>${escapeXml(mark.text)}</text>`
  )
}

/** @param {number} value */
function hundredths(value) {
  return Math.round(value * 100) / 100
}

/** @type {Record<string, string>} */
const NAMES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" }
// eslint-disable-next-line no-control-regex
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])/g

/**
 * Words as text of an XML document; what XML cannot hold at all is replaced.
 *
 * @param {string} text
 */
export function escapeXml(text) {
  return text.replace(NOT_XML, "\ufffd").replace(/[&<>"']/g, (character) => NAMES[character])
}
