// Writes payloads as Python does, so that tests of the reader need no Python.
import zlib from "node:zlib"

const CODES = new Map([[Uint8Array, "u1"], [Int32Array, "i4"], [Float32Array, "f4"]])

/** CRC-32 from another source than the code under test. */
export function crcOf(bytes) {
  if (zlib.crc32) return zlib.crc32(bytes)
  let crc = -1
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return ~crc >>> 0
}

/** One payload: its header's fields, and arrays by name. */
export function payloadOf(fields, arrays) {
  const described = {}
  const pieces = []
  let start = 0
  for (const [name, array] of Object.entries(arrays)) {
    described[name] = { dtype: CODES.get(array.constructor), shape: [array.length], start }
    const padded = new Uint8Array(Math.ceil(array.byteLength / 8) * 8)
    padded.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
    pieces.push(padded)
    start += padded.length
  }
  const data = Buffer.concat(pieces)
  let text = ""
  let total = 0
  for (let round = 0; round < 4; round++) {
    const header = { version: 1, bytes: total, crc32: crcOf(data), views: [], arrays: described, ...fields }
    text = JSON.stringify(header)
    text += " ".repeat((8 - ((8 + Buffer.byteLength(text)) % 8)) % 8)
    total = 8 + Buffer.byteLength(text) + data.length
  }
  const head = Buffer.alloc(8)
  head.write("LVM1")
  head.writeUInt32LE(Buffer.byteLength(text), 4)
  return new Uint8Array(Buffer.concat([head, Buffer.from(text), data]))
}

/** The arrays of a text of single-space words: one paragraph of one sentence, or the given ones. */
export function tokenArrays(words, { blocks = null, sentences = [[0, words.length]] } = {}) {
  const text = words.join(" ")
  const offsets = []
  let position = 0
  for (const word of words) {
    offsets.push(position, position + word.length)
    position += word.length + 1
  }
  const encoder = new TextEncoder()
  return {
    text: encoder.encode(text),
    offsets: Int32Array.from(offsets),
    pieces: encoder.encode(JSON.stringify(words)),
    blocks: Int32Array.from((blocks ?? [[0, text.length, 0, words.length, 0, 0]]).flat()),
    sentences: Int32Array.from(sentences.flat()),
  }
}

/** A head over `tokens` tokens with a window of two and token 0 global, whose code of (query, key) is 10 query + key. */
export function smallHead(tokens = 6, parts = {}) {
  const code = (query, key) => 10 * query + key + 1
  const band = new Uint8Array(tokens * 3)
  const columns = new Uint8Array(tokens)
  const rows = new Uint8Array(tokens)
  for (let query = 0; query < tokens; query++) {
    rows[query] = code(0, query)
    if (query === 0) continue
    columns[query] = code(query, 0)
    for (const key of [query - 1, query, query + 1]) {
      if (key > 0 && key < tokens) band[query * 3 + key - query + 1] = code(query, key)
    }
  }
  const view = {
    label: "Layer 0, head 1",
    layer: 0,
    head: 1,
    window: 2,
    dilation: 1,
    half: 1,
    globals: [0],
    own_pattern: true,
    difference: false,
    arrays: { band: "band0", columns: "columns0", rows: "rows0" },
  }
  const words = Array.from({ length: tokens }, (_, index) => `word${index}`)
  const fields = { tokens, layers: 2, heads: 3, trained_tokens: 512, views: [view] }
  const arrays = { ...tokenArrays(words, parts), band0: band, columns0: columns, rows0: rows }
  return { bytes: payloadOf(fields, arrays), fields, arrays, code, words }
}
