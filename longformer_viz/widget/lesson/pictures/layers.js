// The receptive field of one token, layer by layer: the top line is the last layer, the bottom line the input.
/** @import { Layers } from "../types.js" */
import { draw, drawing, isNarrow } from "../svg.js"

const WIDE = { width: 680, left: 78, right: 0, words: 46, known: 10, other: 6, ring: 15 }
const NARROW = { width: 400, left: 52, right: 24, words: 70, known: 8, other: 5, ring: 12 }

/**
 * @param {HTMLElement} parent
 * @param {Layers} picture
 */
export function drawLayers(parent, { alt, tokens, reached, edges, target }) {
  const narrow = isNarrow(parent)
  const { width, left, right, words, known, other, ring } = narrow ? NARROW : WIDE
  const depth = reached.length - 1
  const gap = Math.min(110, 330 / depth)
  const box = drawing(parent, width, 40 + gap * depth + words, alt)
  const wide = (width - left - right) / tokens.length
  const x = (/** @type {number} */ token) => left + wide * (token + 0.5)
  const y = (/** @type {number} */ layer) => 24 + gap * (depth - layer)
  for (const [layer, query, key] of edges) {
    draw(box, "line", { x1: x(query), y1: y(layer), x2: x(key), y2: y(layer - 1), class: "le-edge" })
  }
  reached.forEach((positions, layer) => {
    const name = layer ? `layer ${layer}` : "input"
    draw(box, "text", { x: 0, y: y(layer) + 5, class: "le-axis" }, name)
    const inside = new Set(positions)
    for (let token = 0; token < tokens.length; token++) {
      const isKnown = inside.has(token)
      draw(box, "circle", { cx: x(token), cy: y(layer), r: isKnown ? known : other, class: isKnown ? "le-node le-known" : "le-node" })
    }
  })
  const top = reached[depth][0]
  draw(box, "circle", { cx: x(top), cy: y(depth), r: ring, class: "le-ring" })
  if (target !== null) draw(box, "circle", { cx: x(target), cy: y(0), r: ring, class: "le-ring le-ring-target" })
  tokens.forEach((token, at) => {
    const name = at === top || at === target ? "le-label le-strong" : "le-label"
    // On a narrow screen the words are turned, so that they do not overlap.
    const place = narrow
      ? { x: x(at) - 4, y: y(0) + 24, transform: `rotate(55 ${x(at) - 4} ${y(0) + 24})` }
      : { x: x(at), y: y(0) + 36, "text-anchor": "middle" }
    draw(box, "text", { ...place, class: name }, token)
  })
}
