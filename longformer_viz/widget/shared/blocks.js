// The blocks of a document: headings, list items, table rows, code and paragraphs.
/** @import { Block } from "./types.js" */

/** What a block is, by the number that stands for it. */
export const KINDS = /** @type {const} */ (["paragraph", "heading", "item", "row", "lines", "code"])
const FIELDS = 6

/**
 * Read the table of blocks. Headings and rows of tables have no number.
 *
 * @param {Int32Array} table int32 [blocks, 6]
 * @returns {Block[]}
 */
export function blocksOf(table) {
  let count = 0
  let last = 0
  return Array.from({ length: table.length / FIELDS }, (_, index) => {
    const [start, stop, first, end, code, level] = table.subarray(FIELDS * index, FIELDS * (index + 1))
    const kind = KINDS[code] ?? KINDS[0]
    // A block without tokens stands where the one before it ends, so that the tokens rise from block to block.
    const [from, to] = end > first ? [first, end] : [last, last]
    last = to
    const isNumbered = to > from && kind !== "heading" && kind !== "row"
    return { start, stop, from, to, kind, level, number: isNumbered ? (count += 1) : 0 }
  })
}
