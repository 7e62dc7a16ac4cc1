// What a change of the pattern loses and gains, and its estimate, against every pair counted one by one.
import assert from "node:assert/strict"
import { test } from "node:test"
import { problemOf } from "../../longformer_viz/widget/map/pattern/controls.js"
import { previewOf, positionsOf, toggledPreview, typedPositions } from "../../longformer_viz/widget/map/pattern/preview.js"
import {
  countPairs, hasOffset, seenStrips, steppedOutline, stripOutline, stripsOnlyIn,
} from "../../longformer_viz/widget/map/pattern/strips.js"

const BANDS = [[4, 1], [8, 2], [9, 3], [0, 1], [40, 1], [24, 8]].map(([reach, dilation]) => ({ reach, dilation }))

test("pairs of a pattern are counted as one by one", () => {
  for (const band of BANDS) {
    for (const globals of [[], [0], [0, 3, 4, 17], [...Array(30).keys()]]) {
      for (const tokens of [1, 5, 30]) {
        const chosen = globals.filter((position) => position < tokens)
        let pairs = 0
        for (let query = 0; query < tokens; query++) {
          for (let key = 0; key < tokens; key++) {
            if (chosen.includes(query) || chosen.includes(key) || hasOffset(band, key - query)) pairs += 1
          }
        }
        assert.equal(countPairs(tokens, band, chosen), pairs, JSON.stringify([band, chosen, tokens]))
      }
    }
  }
})

test("strips hold exactly the offsets that one band has and the other has not", () => {
  for (const band of BANDS) {
    for (const other of BANDS) {
      const strips = stripsOnlyIn(band, other, 30)
      for (let offset = -29; offset < 30; offset++) {
        const found = strips.some(([from, to]) => offset >= from && offset < to)
        assert.equal(found, hasOffset(band, offset) && !hasOffset(other, offset), `${offset}`)
      }
    }
  }
})

test("strips that the screen cannot tell apart are joined, with their share", () => {
  assert.deepEqual(seenStrips([[0, 1], [2, 3], [4, 5]], 0.5).length, 3)
  assert.deepEqual(seenStrips([[0, 1], [2, 3], [4, 5]], 3), [{ from: 0, to: 5, counted: 3 }])
})

test("outlines stay in the document and cover a strip's pairs", () => {
  for (const [from, to] of [[-9, -3], [-2, 5], [4, 40]]) {
    for (const outline of [stripOutline(from, to, 20), steppedOutline(from, to, 20, [0, 20])]) {
      assert.ok(outline.length > 3)
      for (const [key, row] of outline) assert.ok(key >= 0 && key <= 20 && row >= 0 && row <= 20)
    }
    const area = Math.abs(shoelace(steppedOutline(from, to, 20, [0, 20])))
    let pairs = 0
    for (let query = 0; query < 20; query++) {
      for (let key = 0; key < 20; key++) if (key - query >= from && key - query < to) pairs += 1
    }
    assert.equal(area, pairs)
  }
})

function shoelace(points) {
  return points.reduce((sum, [x, y], index) => {
    const [nextX, nextY] = points[(index + 1) % points.length]
    return sum + (x * nextY - nextX * y) / 2
  }, 0)
}

const PATTERN = {
  window: 8, dilation: 1, preset: "First token", step: 4, positions: "0",
  tokens: 100, windows: [2, 8, 16], dilations: [1, 2], names: [],
  presets: { "First token": [0], None: [] },
  fixed: { window: false, dilation: false },
  groups: [[8, 1, 4]],
  run: { seconds: 2, bytes: 1000, share: 0.1 },
  cost: { seconds: 1, secondsAKey: 0.125, secondsAGlobal: 0, bytesAGlobal: 10, mostGlobals: 3 },
}
const DATA = {
  tokens: 100,
  controls: { pattern: PATTERN },
  views: [{ window: 8, dilation: 1, reach: 4, globals: Int32Array.of(0), globalIndex: new Map([[0, 0]]), difference: false }],
}

test("a preview tells what is chosen besides the run, and what it costs", () => {
  assert.equal(previewOf(PATTERN, DATA), null, "the run itself")
  const preview = previewOf({ ...PATTERN, window: 16 }, DATA)
  assert.equal(preview.reach, 8)
  assert.equal(preview.seconds, 3, "twice the keys, which are half of the cost")
  assert.equal(preview.share, countPairs(100, { reach: 8, dilation: 1 }, [0]) / 100 ** 2)
  assert.equal(previewOf({ ...PATTERN, preset: "None" }, DATA).bytes, 990)
  const fixed = { ...DATA, controls: { pattern: { ...PATTERN, fixed: { window: true, dilation: false } } } }
  assert.equal(previewOf({ ...PATTERN, window: 16 }, fixed), null, "windows layer by layer leave the slider out")
  assert.deepEqual(toggledPreview(DATA, 7).globals, [0, 7])
  assert.deepEqual(toggledPreview(DATA, 0).globals, [])
})

test("global tokens follow the choice, and bad positions are none", () => {
  assert.deepEqual(typedPositions("5, 0 17-20;5", 100), [0, 5, 17, 18, 19, 20])
  for (const text of ["x", "-4", "100", "9-3", "1e3"]) assert.equal(typedPositions(text, 100), null)
  assert.deepEqual(positionsOf({ ...PATTERN, preset: "Every k-th token", step: 40 }, PATTERN, 100), [0, 40, 80])
})

test("a refused number is named with its rule and a number that would do", () => {
  const rule = "Window must be an even number from 2 to 131,072."
  assert.equal(problemOf("window", "7"), `${rule} You entered 7. Try 8.`)
  assert.equal(problemOf("window", "-3"), `${rule} You entered -3. Try 2.`)
  assert.equal(problemOf("window", "1e9"), `${rule} You entered 1e9. Try 131,072.`)
  assert.equal(problemOf("window", ""), rule)
  assert.equal(
    problemOf("step", "1.5"),
    "Step between global tokens must be a whole number from 1 to 16,384. You entered 1.5. Try 2.",
  )
})
