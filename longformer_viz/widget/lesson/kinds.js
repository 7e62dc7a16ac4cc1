// The kinds of pairs: their letters, names and second cues. Colours stand in lesson.css.
import { draw } from "./svg.js"

/** @type {Record<string, { name: string, cue: string }>} */
export const KINDS = {
  l: { name: "window", cue: "" },
  d: { name: "dilated window", cue: "slash" },
  g: { name: "global", cue: "bar" },
  r: { name: "random", cue: "dot" },
  h: { name: "same hash bucket", cue: "cross" },
  c: { name: "same chunk", cue: "frame" },
  f: { name: "full attention", cue: "" },
}

/**
 * Draw one cell with the cue of its kind.
 *
 * @param {Element} parent
 * @param {string} letter
 * @param {{ x: number, y: number, width: number, height: number }} box
 */
export function drawCell(parent, letter, { x, y, width, height }) {
  draw(parent, "rect", { x, y, width, height, class: `le-cell le-${letter === "." ? "none" : letter}` })
  const cue = KINDS[letter]?.cue
  const [mx, my, r] = [x + width / 2, y + height / 2, Math.min(width, height) * 0.22]
  const line = (/** @type {number[]} */ [x1, y1, x2, y2]) => draw(parent, "line", { x1, y1, x2, y2, class: "le-cue" })
  if (cue === "slash") line([mx - r, my + r, mx + r, my - r])
  else if (cue === "bar") line([mx - r, my, mx + r, my])
  else if (cue === "dot") draw(parent, "circle", { cx: mx, cy: my, r: r / 2, class: "le-cue" })
  else if (cue === "cross") {
    line([mx - r, my - r, mx + r, my + r])
    line([mx - r, my + r, mx + r, my - r])
  } else if (cue === "frame") {
    draw(parent, "rect", { x: mx - r, y: my - r, width: 2 * r, height: 2 * r, class: "le-cue le-cue-frame" })
  }
}

/**
 * The letters that occur in rows of cells, in the order of `KINDS`.
 *
 * @param {string[]} rows
 */
export function lettersIn(rows) {
  const all = rows.join("")
  return Object.keys(KINDS).filter((letter) => all.includes(letter))
}
