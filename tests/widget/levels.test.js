// Reduction by maximum, and the strongest pairs that carry a share.
import assert from "node:assert/strict"
import { test } from "node:test"
import { Levels, coarseness } from "../../longformer_viz/widget/map/picture/levels.js"
import { Source, strongestThreshold } from "../../longformer_viz/widget/map/picture/source.js"
import { WEIGHTS } from "../../longformer_viz/widget/shared/codes.js"
import { decodePayload } from "../../longformer_viz/widget/shared/payload.js"
import { smallHead } from "./payload_bytes.js"

function blockMaximum(codes, rows, columns, down, across) {
  const [height, width] = [2 ** down, 2 ** across]
  const found = []
  for (let row = 0; row < rows; row += height) {
    for (let column = 0; column < columns; column += width) {
      let largest = 0
      for (let y = row; y < Math.min(rows, row + height); y++) {
        for (let x = column; x < Math.min(columns, column + width); x++) largest = Math.max(largest, codes[y * columns + x])
      }
      found.push(largest)
    }
  }
  return found
}

test("every level is the maximum over its blocks, at odd sizes too", () => {
  for (const [rows, columns] of [[8, 8], [7, 13], [1, 5], [9, 1]]) {
    const codes = Uint8Array.from({ length: rows * columns }, (_, index) => (index * 73 + 11) % 251)
    const levels = new Levels(codes, rows, columns)
    for (const [down, across] of [[0, 0], [1, 0], [0, 1], [2, 1], [1, 3], [3, 3]]) {
      const level = levels.at(down, across)
      assert.deepEqual([...level.codes], blockMaximum(codes, rows, columns, down, across))
      assert.deepEqual([level.rows, level.columns], [Math.ceil(rows / 2 ** down), Math.ceil(columns / 2 ** across)])
    }
    assert.equal(levels.at(2, 1), levels.at(2, 1), "a level is made once")
  }
})

test("a block is at most half a pixel", () => {
  assert.equal(coarseness(3), 0)
  assert.equal(coarseness(0.5), 0)
  for (const scale of [0.4, 0.26, 0.1, 0.01]) {
    const block = 2 ** coarseness(scale) * scale
    assert.ok(block <= 0.5 && block > 0.25, `${scale}`)
  }
})

test("the strongest codes carry the share, and none less is needed", () => {
  const codes = [Uint8Array.of(254, 200, 200, 100, 1, 0)]
  const total = codes[0].reduce((sum, code) => sum + WEIGHTS[code], 0)
  const tally = new Uint32Array(256)
  for (const share of [0.5, 0.9, 0.99, 0.9999]) {
    const least = strongestThreshold(codes, WEIGHTS, tally, share)
    const carried = (from) => codes[0].reduce((sum, code) => sum + (code >= from ? WEIGHTS[code] : 0), 0)
    assert.ok(carried(least) >= share * total)
    assert.ok(carried(least + 1) < share * total)
  }
})

test("a source keeps the strongest pairs of each row and gives the others back", () => {
  const { bytes } = smallHead()
  const { views, tokens } = decodePayload(bytes)
  const source = new Source(views[0], tokens)
  const whole = [...source.band.at(0, 0).codes]
  source.keep(50)
  const kept = source.band.at(0, 0).codes
  assert.ok(kept.some((code) => code > 0))
  assert.ok([...kept].every((code, index) => code === 0 || code === whole[index]))
  assert.ok([...kept].filter(Boolean).length < whole.filter(Boolean).length)
  source.keep(100)
  assert.deepEqual([...source.band.at(0, 0).codes], whole)
})
