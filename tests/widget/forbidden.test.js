// Pairs that a pattern forbids inside its band: later keys of a causal layer, and pairs between BigBird's blocks.
import assert from "node:assert/strict"
import { test } from "node:test"
import { markForbidden } from "../../longformer_viz/widget/map/picture/forbidden.js"
import { pairKind } from "../../longformer_viz/widget/shared/pairs.js"

const TOKENS = 10
const EYE = /** @type {any} */ ({ originX: 0, originY: 0, scaleX: 1, scaleY: 1, turn: 0 })

/** @param {object} rule */
function viewOf(rule) {
  return /** @type {any} */ ({ globalIndex: new Map(), reach: 9, dilation: 1, causal: false, blocks: null, ...rule })
}

/** @param {any} view @param {any} eye @param {number} width */
function marked(view, eye, width) {
  const entries = new Uint16Array(width * TOKENS).fill(1)
  entries[width - 1] = 200 // A weight, which is never taken away.
  markForbidden(entries, width, view, TOKENS, eye)
  return entries
}

test("a causal layer forbids later keys", () => {
  const view = viewOf({ causal: true })
  const entries = marked(view, EYE, TOKENS)
  for (let query = 0; query < TOKENS; query++) {
    for (let key = 0; key < TOKENS; key++) {
      const expected = query === 0 && key === 9 ? 200 : Number(key <= query)
      assert.equal(entries[query * TOKENS + key], expected)
      assert.equal(pairKind(view, query, key), key <= query ? "local" : "outside")
    }
  }
})

test("BigBird's blocks: the first and last are global, and a window has three", () => {
  const view = viewOf({ blocks: [2, 8] })
  const kinds = [[0, 9], [5, 1], [5, 8], [4, 3], [4, 7], [3, 2], [4, 4], [2, 6], [7, 3]].map(([query, key]) =>
    pairKind(view, query, key),
  )
  assert.deepEqual(kinds, ["global", "global", "global", "local", "local", "local", "local", "outside", "outside"])
  const entries = marked(view, EYE, TOKENS)
  assert.deepEqual([...entries.subarray(20, 30)], [1, 1, 1, 1, 1, 1, 0, 0, 1, 1])
  assert.deepEqual([...entries.subarray(60, 70)], [1, 1, 0, 0, 1, 1, 1, 1, 1, 1])
})

test("in the straightened view a pixel is an offset, and other bands are left as they are", () => {
  const straight = { ...EYE, originX: -9, turn: 1 }
  const entries = marked(viewOf({ causal: true }), straight, 19)
  assert.deepEqual([...entries.subarray(19, 38)], [...Array(10).fill(1), ...Array(9).fill(0)])
  assert.ok(marked(viewOf({}), straight, 19).every((entry) => entry !== 0))
})
