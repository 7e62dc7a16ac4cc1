// The kinds of pairs: a name, a colour and a hatch for each, so that they are told by more than colour.
/** @import { Theme } from "../shared/types.js" */
import { KIND_COLOURS, OUTSIDE_COLOUR } from "../shared/colours.js"
import { contextOf } from "../shared/element.js"
import { rgbOf } from "../shared/theme.js"

/**
 * isLighter: which pixels of the kind are left lighter.
 *
 * @typedef {{ text: string, colour: string, isLighter: (x: number, y: number) => boolean }} Kind
 */
/** For each kind the pixels of 32 strengths, plain and hatched; and the pixel of what is never computed. */
/** @typedef {{ tables: Record<string, Uint32Array[]>, outside: number }} KindTables */

/** @type {Record<string, Kind>} */
export const KINDS = {
  local: { text: "local", colour: KIND_COLOURS.local, isLighter: () => false },
  dilated: { text: "dilated", colour: KIND_COLOURS.dilated, isLighter: (x) => x % 4 === 0 },
  global: { text: "global", colour: KIND_COLOURS.global, isLighter: (x, y) => y % 4 === 0 },
  random: { text: "random", colour: KIND_COLOURS.random, isLighter: (x, y) => x % 3 === 0 && y % 3 === 0 },
  hashed: { text: "hashed", colour: KIND_COLOURS.hashed, isLighter: (x, y) => (x + y) % 5 === 0 },
  chunk: { text: "same chunk", colour: KIND_COLOURS.local, isLighter: (x, y) => (x + 4096 - y) % 5 === 0 },
  full: { text: "full", colour: KIND_COLOURS.outside, isLighter: (x, y) => x % 6 === 0 || y % 6 === 0 },
}
const SWATCH_SIDE = 14

/** @param {number[]} colour */
function pixelOf(colour) {
  return new Uint32Array(new Uint8Array([...colour, 255]).buffer)[0]
}

/**
 * The pixels of all kinds.
 *
 * @param {Theme} theme
 * @returns {KindTables}
 */
export function kindTables(theme) {
  const outside = rgbOf(OUTSIDE_COLOUR[theme])
  /** @type {Record<string, Uint32Array[]>} */
  const tables = {}
  for (const [kind, { colour }] of Object.entries(KINDS)) {
    const own = rgbOf(colour)
    /** @param {number} part */
    const blend = (part) => outside.map((from, channel) => Math.round(from + (own[channel] - from) * part))
    tables[kind] = [1, 0.45].map((light) =>
      Uint32Array.from({ length: 32 }, (_, step) => pixelOf(blend(light * (0.45 + (0.55 * step) / 31)))),
    )
  }
  return { tables, outside: pixelOf(outside) }
}

/**
 * Draw a kind as a small square.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {string} kind
 * @param {Theme} theme
 */
export function drawSwatch(canvas, kind, theme) {
  canvas.width = canvas.height = SWATCH_SIDE
  const { tables } = kindTables(theme)
  const image = contextOf(canvas).createImageData(SWATCH_SIDE, SWATCH_SIDE)
  const pixels = new Uint32Array(image.data.buffer)
  for (let index = 0; index < pixels.length; index++) {
    const isLighter = KINDS[kind].isLighter(index % SWATCH_SIDE, Math.floor(index / SWATCH_SIDE))
    pixels[index] = tables[kind][isLighter ? 1 : 0][31]
  }
  contextOf(canvas).putImageData(image, 0, 0)
}
