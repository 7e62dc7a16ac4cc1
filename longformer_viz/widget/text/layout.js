// Where each token stands in the text, in paragraphs and in chunks short enough to be built at once.
/** @import { Block, Payload } from "../shared/types.js" */
import { plainPiece } from "../shared/pieces.js"

/** Tokens in a chunk. */
const CHUNK_TOKENS = 96
/** Characters after which a paragraph goes on in an element of its own, since a browser lays out whole elements. */
const LONG_PARAGRAPH = 3000

/**
 * Characters [start, stop) and tokens [from, to) of a chunk, and in a table's row its cell; its element, and an element
 * for each token while the chunk is near the visible part.
 *
 * @typedef {{
 *   start: number, stop: number, from: number, to: number, cell: number,
 *   element: HTMLElement | null, spans: (HTMLElement | undefined)[] | null,
 * }} Chunk
 */
/**
 * A block, or a part of a long one that goes on. isApart: whether a blank line stands before it; isWrapped: whether its
 * line ends are those of a page that was wider or narrower; cells: where the cells of a table's row begin.
 *
 * @typedef {{
 *   start: number, stop: number, chunks: Chunk[], goesOn: boolean, block: Block, isApart: boolean, isWrapped: boolean,
 *   cells: number[],
 * }} Paragraph
 */
/**
 * A token without characters of its own (a special one, a line break) has start = stop and is shown as a chip. One
 * that shares another's characters (bytes of one letter) belongs to that one, its owner. cut: whether the document
 * goes on after the last token.
 *
 * @typedef {{
 *   paragraphs: Paragraph[], chunks: Chunk[], chunkOf: Int32Array, start: Int32Array, stop: Int32Array,
 *   owner: Int32Array, cut: boolean,
 * }} Layout
 */

/**
 * Lay out a document.
 *
 * @param {Pick<Payload, "text" | "offsets" | "tokens" | "blocks">} data
 * @returns {Layout}
 */
export function layoutOf({ text, offsets, tokens, blocks }) {
  let last = 0
  for (let token = 0; token < tokens; token += 1) last = Math.max(last, offsets[2 * token + 1])
  const builder = new Builder(text, tokens, blocks)
  for (let token = 0; token < tokens; token += 1) builder.add(token, offsets[2 * token], offsets[2 * token + 1])
  return builder.finish(/\S/.test(text.slice(last, last + 10_000)))
}

const LINE_ENDS = /^\s*[\r\n]\s*/
/** @type {Block} */
const NO_BLOCK = { start: 0, stop: 0, from: 0, to: 0, kind: "paragraph", level: 0, number: 0 }

/**
 * @param {string} text
 * @param {Block} block
 * @param {number} before Where the block before it ends.
 * @returns {Paragraph}
 */
function paragraphOf(text, block, before) {
  const { start, stop, kind } = block
  const words = text.slice(start, stop)
  return {
    start,
    stop,
    chunks: [],
    goesOn: false,
    block,
    isApart: /(\r\n?|\n)\s*[\r\n]/.test(text.slice(before, start)),
    isWrapped: (kind === "paragraph" || kind === "item") && /[\r\n]/.test(words),
    cells: kind === "row" ? cellsOf(words).map((cell) => start + cell) : [],
  }
}

/**
 * Where the cells of a table's row begin: after tabs, or after upright bars.
 *
 * @param {string} row
 */
export function cellsOf(row) {
  const cells = [0]
  const separator = row.trim().includes("\t") ? /\t/g : /\S\s*\|(?=\s*\S)/g
  for (const match of row.matchAll(separator)) cells.push(match.index + match[0].length)
  return cells
}

class Builder {
  /**
   * @param {string} text
   * @param {number} tokens
   * @param {Block[]} blocks
   */
  constructor(text, tokens, blocks) {
    this.text = text
    /** @type {Paragraph[]} */
    this.paragraphs = blocks.map((block, index) => paragraphOf(text, block, index ? blocks[index - 1].stop : 0))
    if (!this.paragraphs.length) this.paragraphs.push(paragraphOf(text, NO_BLOCK, 0))
    /** @type {Chunk[]} */
    this.chunks = []
    this.chunkOf = new Int32Array(tokens)
    this.start = new Int32Array(tokens)
    this.stop = new Int32Array(tokens)
    this.owner = Int32Array.from({ length: tokens }, (_, token) => token)
    this.number = 0 // of the paragraph
    this.cursor = 0 // characters that have a token
    this.worded = -1 // the last token with characters
  }

  /**
   * @param {number} token
   * @param {number} from
   * @param {number} to
   */
  add(token, from, to) {
    if (to > from && to <= this.cursor && this.worded >= 0) {
      this.owner[token] = this.worded
      this.chunkOf[token] = this.chunkOf[this.worded]
      this.chunks[this.chunkOf[token]].to = token + 1
      return
    }
    if (to > from) {
      from = Math.max(from, this.cursor)
      this.advance(from, to)
      from = Math.max(from, this.paragraphs[this.number].start)
      this.cursor = Math.max(this.cursor, to)
      to = Math.min(to, this.paragraphs[this.number].stop)
      // A token is shown without the line ends before its characters; one of line ends alone is a chip.
      if (to > from) from += LINE_ENDS.exec(this.text.slice(from, to))?.[0].length ?? 0
    }
    const isChip = to <= from
    if (!isChip) this.worded = token
    if (!isChip) this.breakLongParagraph(from)
    const chunk = this.chunkFor(token, from)
    this.start[token] = isChip ? chunk.stop : from
    this.stop[token] = isChip ? chunk.stop : to
    chunk.stop = this.stop[token]
    chunk.to = token + 1
    this.chunkOf[token] = this.chunks.length - 1
  }

  /**
   * Go to the paragraph of the characters [from, to).
   *
   * @param {number} from
   * @param {number} to
   */
  advance(from, to) {
    const { paragraphs } = this
    while (
      this.number + 1 < paragraphs.length &&
      paragraphs[this.number + 1].start < to &&
      paragraphs[this.number].stop <= from
    ) {
      this.number += 1
    }
  }

  /** @param {number} from */
  breakLongParagraph(from) {
    const paragraph = this.paragraphs[this.number]
    const chunk = paragraph.chunks[paragraph.chunks.length - 1]
    if (from - paragraph.start <= LONG_PARAGRAPH || !chunk || !/\s/.test(this.text[from - 1])) return
    chunk.stop = from
    this.number += 1
    this.paragraphs.splice(this.number, 0, { ...paragraph, start: from, chunks: [], goesOn: true })
    paragraph.stop = from
  }

  /**
   * The last chunk of the paragraph, or a new one where that is full or another cell begins.
   *
   * @param {number} token
   * @param {number} character
   * @returns {Chunk}
   */
  chunkFor(token, character) {
    const { chunks, cells, start: first } = this.paragraphs[this.number]
    const last = chunks[chunks.length - 1]
    const cell = Math.max(last?.cell ?? 0, cells.findLastIndex((start) => start <= character))
    if (last && last.cell === cell && token - last.from < CHUNK_TOKENS) return last
    if (last && last.cell < cell) last.stop = cells[cell]
    const start = last ? last.stop : first
    const made = { start, stop: start, from: token, to: token, cell, element: null, spans: null }
    chunks.push(made)
    this.chunks.push(made)
    return made
  }

  /**
   * @param {boolean} cut
   * @returns {Layout}
   */
  finish(cut) {
    const paragraphs = this.paragraphs.filter(({ chunks }) => chunks.length)
    for (const { chunks, stop } of paragraphs) chunks[chunks.length - 1].stop = stop
    const { chunks, chunkOf, start, stop, owner } = this
    return { paragraphs, chunks, chunkOf, start, stop, owner, cut }
  }
}

/**
 * Whether two payloads are of one text: then it stays where it was scrolled to.
 *
 * @param {Payload} data
 * @param {Payload} other
 */
export function isSameText(data, other) {
  if (data.tokens !== other.tokens || data.text !== other.text) return false
  return data.offsets.every((offset, index) => offset === other.offsets[index])
}

/**
 * What the chip of a token without characters says.
 *
 * @param {string} piece
 */
export function chipText(piece) {
  return /^[\sĊčĠ▁]*$/u.test(piece) ? "↵" : plainPiece(piece)
}
