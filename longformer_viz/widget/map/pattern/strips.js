// Which pairs a change of the pattern loses and gains: strips of offsets along the band, and lines of global tokens.
/** @import { Band, Strip, Two } from "../../shared/types.js" */

/**
 * Whether a band has an offset, which is the key's position less the query's.
 *
 * @param {Band} band
 * @param {number} offset
 */
export function hasOffset({ reach, dilation }, offset) {
  return Math.abs(offset) <= reach && offset % dilation === 0
}

/**
 * The offsets [from, to) that one band has and the other has not, in order.
 *
 * @param {Band} band
 * @param {Band} other
 * @param {number} tokens
 * @returns {Two[]}
 */
export function stripsOnlyIn(band, other, tokens) {
  const far = Math.min(band.reach, tokens - 1)
  /** @type {Two[]} */
  const found = []
  for (let offset = -far; offset <= far; offset++) {
    if (!hasOffset(band, offset) || hasOffset(other, offset)) continue
    const last = found[found.length - 1]
    if (last && last[1] === offset) last[1] = offset + 1
    else found.push([offset, offset + 1])
  }
  return found
}

/**
 * Strips that are too close to be told apart on the screen, joined; each with the share of its offsets that count.
 *
 * @param {Two[]} strips In order.
 * @param {number} least Tokens that a strip and a gap must have to be seen.
 * @returns {Strip[]}
 */
export function seenStrips(strips, least) {
  /** @type {Strip[]} */
  const found = []
  for (const [from, to] of strips) {
    const last = found[found.length - 1]
    if (last && from - last.to < least) {
      last.counted += to - from
      last.to = to
    } else found.push({ from, to, counted: to - from })
  }
  return found
}

/**
 * The outline of a strip inside the document, as pairs of key and query: down its left side and up its right one.
 *
 * @param {number} from
 * @param {number} to
 * @param {number} tokens
 * @returns {Two[]}
 */
export function stripOutline(from, to, tokens) {
  const rows = [0, tokens, -from, -to, tokens - from, tokens - to]
    .filter((row) => row >= 0 && row <= tokens)
    .sort((a, b) => a - b)
  /** @param {number} key */
  const inside = (key) => Math.min(tokens, Math.max(0, key))
  /** @type {Two[]} */
  const left = rows.map((row) => [inside(row + from), row])
  /** @type {Two[]} */
  const right = rows.map((row) => [inside(row + to), row])
  return [...left, ...right.reverse()]
}

/**
 * The outline of a strip close by, where its edges are staircases, of the rows [first, last).
 *
 * @param {number} from
 * @param {number} to
 * @param {number} tokens
 * @param {Two} rows
 * @returns {Two[]}
 */
export function steppedOutline(from, to, tokens, [first, last]) {
  /** @param {number} key */
  const inside = (key) => Math.min(tokens, Math.max(0, key))
  /** @type {Two[]} */
  const left = []
  /** @type {Two[]} */
  const right = []
  for (let row = first; row < last; row++) {
    left.push([inside(row + from), row], [inside(row + from), row + 1])
    right.push([inside(row + to), row], [inside(row + to), row + 1])
  }
  return [...left, ...right.reverse()]
}

/**
 * Pairs that a pattern allows, each once.
 *
 * @param {number} tokens
 * @param {Band} band
 * @param {Iterable<number>} globals
 */
export function countPairs(tokens, { reach, dilation }, globals) {
  const half = Math.floor(reach / dilation)
  const isGlobal = new Uint8Array(tokens)
  for (const position of globals) if (position < tokens) isGlobal[position] = 1
  // Global tokens up to each position, counted along its own residue of the dilation.
  const before = new Int32Array(tokens)
  let count = 0
  for (let token = 0; token < tokens; token++) {
    count += isGlobal[token]
    before[token] = isGlobal[token] + (token >= dilation ? before[token - dilation] : 0)
  }
  let pairs = count * tokens
  for (let query = 0; query < tokens; query++) {
    if (isGlobal[query]) continue
    const back = Math.min(half, Math.floor(query / dilation))
    const ahead = Math.min(half, Math.floor((tokens - 1 - query) / dilation))
    const first = query - back * dilation
    const inBand = before[query + ahead * dilation] - (first >= dilation ? before[first - dilation] : 0)
    pairs += back + ahead + 1 + count - inBand
  }
  return pairs
}
