// Reads the bytes that a component is given: a header in JSON, and arrays behind it.
/** @import { Payload, View } from "./types.js" */
import { blocksOf } from "./blocks.js"
import { crc32 } from "./crc32.js"

/** @typedef {{ dtype: string, shape: number[], start: number }} ArrayHeader */

const ARRAY_TYPES = /** @type {Record<string, typeof Uint8Array | typeof Int32Array | typeof Float32Array>} */ ({
  u1: Uint8Array,
  i4: Int32Array,
  f4: Float32Array,
})
const NONE = new Uint8Array(0)
const CUT = "The data arrived incomplete, so nothing is drawn. Reload the page."
const DAMAGED = "The data was damaged during transfer, so nothing is drawn. Reload the page."
const OTHER_VERSION = "This page reads another version of the data. Reload the page."

/** A payload that cannot be shown; its message is a sentence for the reader. */
export class PayloadFault extends Error {}

/**
 * Read a payload; throws a PayloadFault where it is cut short, damaged, of another version or without tokens.
 *
 * @param {Uint8Array | ArrayBuffer | null} given
 * @returns {Payload<any>}
 */
export function decodePayload(given) {
  let bytes = given instanceof Uint8Array ? given : given ? new Uint8Array(given) : NONE
  // A window on a larger message may start between words of four bytes, where they cannot be read.
  if (bytes.byteOffset % 4) bytes = bytes.slice()
  const { header, start } = readHeader(bytes)
  if (!header.tokens) throw new PayloadFault("This document has no tokens, so there is nothing to draw.")
  /** @type {Record<string, any>} */
  const arrays = {}
  for (const [name, array] of Object.entries(header.arrays)) {
    arrays[name] = readArray(bytes, start, /** @type {ArrayHeader} */ (array))
  }
  // A byte order mark at the beginning counts in the offsets, so it must stay.
  const utf8 = new TextDecoder("utf-8", { ignoreBOM: true })
  return {
    crc: header.crc32,
    tokens: header.tokens,
    layers: header.layers,
    heads: header.heads,
    trainedTokens: header.trained_tokens,
    controls: header.controls ?? {},
    grid: header.grid ?? null,
    arrays,
    text: utf8.decode(arrays.text),
    offsets: arrays.offsets,
    pieces: JSON.parse(utf8.decode(arrays.pieces)),
    blocks: blocksOf(arrays.blocks),
    sentences: arrays.sentences,
    views: header.views.map((/** @type {any} */ view) => readView(view, arrays, header.tokens)),
  }
}

/** @param {Uint8Array} bytes */
function readHeader(bytes) {
  if (bytes.length < 12) throw new PayloadFault(CUT)
  if (String.fromCharCode(...bytes.subarray(0, 4)) !== "LVM1") throw new PayloadFault(OTHER_VERSION)
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true)
  const start = 8 + length
  if (start > bytes.length) throw new PayloadFault(CUT)
  let header
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start)))
  } catch {
    throw new PayloadFault(DAMAGED)
  }
  if (header.version !== 1) throw new PayloadFault(OTHER_VERSION)
  if (header.bytes !== bytes.length) throw new PayloadFault(CUT)
  if (crc32(bytes, start) !== header.crc32) throw new PayloadFault(DAMAGED)
  return { header, start }
}

/**
 * @param {Uint8Array} bytes
 * @param {number} start
 * @param {ArrayHeader} header
 */
function readArray(bytes, start, { dtype, shape, start: offset }) {
  const Type = ARRAY_TYPES[dtype]
  const count = shape.reduce((product, side) => product * side, 1)
  const from = start + offset
  if (!Type || from + count * Type.BYTES_PER_ELEMENT > bytes.length) throw new PayloadFault(DAMAGED)
  // Bytes are a window on what arrived; wider numbers must start at a multiple of their size, so they are copied.
  if (dtype === "u1") return bytes.subarray(from, from + count)
  return new Type(bytes.slice(from, from + count * Type.BYTES_PER_ELEMENT).buffer)
}

/**
 * @param {Record<string, any>} header
 * @param {Record<string, any>} arrays
 * @param {number} tokens
 * @returns {View}
 */
function readView(header, arrays, tokens) {
  /** @param {string} name */
  const array = (name) => arrays[header.arrays[name]] ?? NONE
  const view = {
    label: header.label,
    layer: header.layer,
    head: header.head,
    window: header.window,
    dilation: header.dilation,
    half: header.half,
    reach: header.half * header.dilation,
    globals: Int32Array.from(header.globals),
    globalIndex: new Map(header.globals.map((/** @type {number} */ position, /** @type {number} */ index) => [position, index])),
    ownPattern: header.own_pattern,
    difference: header.difference,
    causal: header.causal === true,
    blocks: header.blocks ?? null,
    overBudget: header.over_budget === true,
    tile: header.tile ?? null,
    row: header.row ?? null,
    mean: header.mean ?? null,
    band: array("band"),
    columns: array("columns"),
    rows: array("rows"),
    overview: array("overview"),
    straight: array("straight"),
    tileCodes: array("tile_codes"),
    rowCodes: array("row_codes"),
    meanCodes: array("mean_codes"),
    sink: array("sink"),
  }
  const width = 2 * view.half + 1
  if (!view.overBudget && (view.band.length !== tokens * width || view.rows.length !== tokens * view.globals.length)) {
    throw new PayloadFault(DAMAGED)
  }
  return view
}
