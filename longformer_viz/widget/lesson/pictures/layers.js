// The receptive field of one token, layer by layer: the top line is the last layer, the bottom line the input.
/** @import { Layers } from "../types.js" */
import { draw, drawing } from "../svg.js"

const WIDTH = 680
const LEFT = 78

/**
 * @param {HTMLElement} parent
 * @param {Layers} picture
 */
export function drawLayers(parent, { alt, tokens, reached, edges, target }) {
  const depth = reached.length - 1
  const gap = Math.min(110, 330 / depth)
  const height = 40 + gap * depth + 46
  const box = drawing(parent, WIDTH, height, alt)
  const wide = (WIDTH - LEFT) / tokens.length
  const x = (/** @type {number} */ token) => LEFT + wide * (token + 0.5)
  const y = (/** @type {number} */ layer) => 24 + gap * (depth - layer)
  for (const [layer, query, key] of edges) {
    draw(box, "line", { x1: x(query), y1: y(layer), x2: x(key), y2: y(layer - 1), class: "le-edge" })
  }
  reached.forEach((positions, layer) => {
    const name = layer ? `layer ${layer}` : "input"
    draw(box, "text", { x: 0, y: y(layer) + 5, class: "le-axis" }, name)
    const known = new Set(positions)
    for (let token = 0; token < tokens.length; token++) {
      const r = known.has(token) ? 10 : 6
      draw(box, "circle", { cx: x(token), cy: y(layer), r, class: known.has(token) ? "le-node le-known" : "le-node" })
    }
  })
  const top = reached[depth][0]
  draw(box, "circle", { cx: x(top), cy: y(depth), r: 15, class: "le-ring" })
  if (target !== null) draw(box, "circle", { cx: x(target), cy: y(0), r: 15, class: "le-ring le-ring-target" })
  tokens.forEach((token, at) => {
    const strong = at === top || at === target
    const name = strong ? "le-label le-strong" : "le-label"
    draw(box, "text", { x: x(at), y: y(0) + 36, class: name, "text-anchor": "middle" }, token)
  })
}
