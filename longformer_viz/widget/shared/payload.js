// Reads the bytes a map travels in, and what they say of any pair of tokens.
const FLOOR = 1e-4
const FAULT = 255 // the code of a weight that is not a number
const OUTSIDE = -1 // what `pairCode` says of a pair outside the pattern
const ELSEWHERE = -2 // and of one that did not travel: the head is beyond the budget
const ARRAY_TYPES = { u1: Uint8Array, i4: Int32Array, f4: Float32Array }

// A fault of the payload; its message is a sentence for the reader.
class PayloadFault extends Error {}

const WEIGHTS = Float64Array.from({ length: 256 }, (_, code) => {
  if (code === FAULT) return NaN
  return code === 0 ? 0 : FLOOR * Math.pow(1 / FLOOR, (code - 1) / 253)
})

// 2m is more, 2m - 1 less: of two codes the larger stands for the larger difference.
const DIFFERENCES = Float64Array.from({ length: 256 }, (_, code) => {
  if (code === FAULT) return NaN
  if (code === 0) return 0
  const size = FLOOR * Math.pow(1 / FLOOR, (Math.ceil(code / 2) - 1) / 126)
  return code % 2 ? -size : size
})

function codeWeights(view) {
  return view.difference ? DIFFERENCES : WEIGHTS
}

function decodePayload(given) {
  let bytes = given instanceof Uint8Array ? given : new Uint8Array(given ?? 0)
  if (bytes.byteOffset % 4) bytes = bytes.slice() // a window on a message, out of step with words of four bytes
  const cut = "This map arrived incomplete, so nothing is drawn. Reload the page to fetch it again."
  if (bytes.length < 12) throw new PayloadFault(cut)
  if (String.fromCharCode(...bytes.subarray(0, 4)) !== "LVM1") {
    throw new PayloadFault("These bytes are of another version than this map reads. Reload the page.")
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true)
  const start = 8 + length
  if (start > bytes.length) throw new PayloadFault(cut)
  let header
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start)))
  } catch {
    throw new PayloadFault("This map was damaged on its way, so nothing is drawn. Reload the page.")
  }
  if (header.version !== 1) {
    throw new PayloadFault("These bytes are of another version than this map reads. Reload the page.")
  }
  if (header.bytes !== bytes.length) throw new PayloadFault(cut)
  if (crc32(bytes, start) !== header.crc32) {
    throw new PayloadFault("This map was damaged on its way, so nothing is drawn. Reload the page.")
  }
  if (!header.tokens) throw new PayloadFault("This document has no tokens, so there is no map.")
  const arrays = {}
  for (const [name, array] of Object.entries(header.arrays)) arrays[name] = readArray(bytes, start, array)
  const text = new TextDecoder("utf-8", { ignoreBOM: true }) // a mark at the start counts in the offsets
  return {
    crc: header.crc32,
    tokens: header.tokens,
    layers: header.layers,
    heads: header.heads,
    trainedTokens: header.trained_tokens,
    controls: header.controls ?? {},
    grid: header.grid ?? null,
    arrays,
    text: text.decode(arrays.text),
    offsets: arrays.offsets,
    pieces: JSON.parse(text.decode(arrays.pieces)),
    views: header.views.map((view) => readView(view, arrays, header.tokens)),
  }
}

function readArray(bytes, start, { dtype, shape, start: place }) {
  const Type = ARRAY_TYPES[dtype]
  const count = shape.reduce((product, side) => product * side, 1)
  const from = start + place
  if (!Type || from + count * Type.BYTES_PER_ELEMENT > bytes.length) {
    throw new PayloadFault("This map was damaged on its way, so nothing is drawn. Reload the page.")
  }
  // One byte wide, the array is a window on what arrived; wider ones must start where their size divides.
  if (dtype === "u1") return bytes.subarray(from, from + count)
  return new Type(bytes.slice(from, from + count * Type.BYTES_PER_ELEMENT).buffer)
}

function readView(header, arrays, tokens) {
  const view = {
    label: header.label,
    layer: header.layer,
    head: header.head,
    window: header.window,
    dilation: header.dilation,
    half: header.half,
    reach: header.half * header.dilation,
    globals: Int32Array.from(header.globals),
    globalIndex: new Map(header.globals.map((position, index) => [position, index])),
    ownPattern: header.own_pattern,
    difference: header.difference,
    overBudget: header.over_budget === true,
    tile: header.tile ?? null,
    row: header.row ?? null,
  }
  for (const [name, full] of Object.entries(header.arrays)) {
    view[name.replace(/_(.)/g, (_, letter) => letter.toUpperCase())] = arrays[full]
  }
  const width = 2 * view.half + 1
  if (!view.overBudget && (view.band.length !== tokens * width || view.rows.length !== tokens * view.globals.length)) {
    throw new PayloadFault("This map was damaged on its way, so nothing is drawn. Reload the page.")
  }
  return view
}

// "global", "local", "dilated" or "outside".
function pairKind(view, query, key) {
  if (view.globalIndex.has(query) || view.globalIndex.has(key)) return "global"
  const distance = Math.abs(key - query)
  if (distance > view.reach || distance % view.dilation) return "outside"
  return view.dilation > 1 ? "dilated" : "local"
}

function pairCode(view, tokens, query, key) {
  const kind = pairKind(view, query, key)
  if (kind === "outside") return OUTSIDE
  if (view.overBudget) return farCode(view, query, key)
  const row = view.globalIndex.get(query)
  if (row !== undefined) return view.rows[row * tokens + key]
  const column = view.globalIndex.get(key)
  if (column !== undefined) return view.columns[query * view.globals.length + column]
  return view.band[query * (2 * view.half + 1) + view.half + (key - query) / view.dilation]
}

function farCode(view, query, key) {
  // Regions mark what is inside the pattern with at least 1.
  if (view.row === query) return view.rowCodes[key] === 1 ? 0 : view.rowCodes[key]
  const { tile } = view
  if (!tile || tile.steps[0] > 1 || tile.steps[1] > 1) return ELSEWHERE
  const row = query - tile.rows[0]
  const column = (tile.straight ? key - query : key) - tile.columns[0]
  const width = tile.columns[1] - tile.columns[0]
  if (query < tile.rows[0] || query >= tile.rows[1] || column < 0 || column >= width) return ELSEWHERE
  const code = view.tileCodes[row * width + column]
  return code === 1 ? 0 : code
}

// What query gives to every key: Float32Array of weights, 0 outside the pattern, NaN for a fault; null if it did not
// travel.
function rowWeights(data, viewIndex, query) {
  const view = data.views[viewIndex]
  const table = codeWeights(view)
  if (view.overBudget && view.row !== query) return null
  const found = new Float32Array(data.tokens)
  const all = view.overBudget || view.globalIndex.has(query)
  const keys = all ? found.keys() : bandKeys(view, data.tokens, query)
  for (const key of keys) {
    const code = pairCode(view, data.tokens, query, key)
    if (code > 0) found[key] = table[code]
  }
  return found
}

function bandKeys(view, tokens, query) {
  const keys = [...view.globals]
  for (let key = query - view.reach; key <= query + view.reach; key += view.dilation) {
    if (key >= 0 && key < tokens) keys.push(key)
  }
  return keys
}

// A piece as it can be shown: unseen characters made visible, and short.
function plainPiece(piece, limit = 24) {
  const start = piece.length > 4 * limit ? piece.slice(0, 4 * limit) : piece
  const seen = start.replace(
    /[\u0000-\u001f\u007f-\u00a0\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (unseen) => "\\u" + unseen.charCodeAt(0).toString(16).padStart(4, "0"),
  )
  const characters = [...seen]
  return characters.length > limit ? characters.slice(0, limit - 1).join("") + "…" : seen
}

// Eight bytes at a time: 8 MB are checked in a few milliseconds.
const CRC_TABLES = (() => {
  const tables = [new Int32Array(256)]
  for (let byte = 0; byte < 256; byte++) {
    let value = byte
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
    tables[0][byte] = value
  }
  for (let table = 1; table < 8; table++) {
    tables.push(tables[table - 1].map((value) => (value >>> 8) ^ tables[0][value & 255]))
  }
  return tables
})()

function crc32(bytes, start) {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = CRC_TABLES
  let crc = -1
  let place = start
  const aligned = (bytes.byteOffset + start) % 4 === 0 // a header of another length is not of this version
  const words = aligned ? new Int32Array(bytes.buffer, bytes.byteOffset + start, (bytes.length - start) >> 2) : []
  for (let word = 0; word + 1 < words.length; word += 2) {
    const low = crc ^ words[word]
    const high = words[word + 1]
    crc =
      t7[low & 255] ^
      t6[(low >>> 8) & 255] ^
      t5[(low >>> 16) & 255] ^
      t4[low >>> 24] ^
      t3[high & 255] ^
      t2[(high >>> 8) & 255] ^
      t1[(high >>> 16) & 255] ^
      t0[high >>> 24]
    place += 8
  }
  for (; place < bytes.length; place++) crc = (crc >>> 8) ^ t0[(crc ^ bytes[place]) & 255]
  return (crc ^ -1) >>> 0
}
