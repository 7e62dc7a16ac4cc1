// Words of the document as tokens: pieces of a word, special tokens, and case.
import assert from "node:assert/strict"
import { test } from "node:test"
import { firstFrom, matchesOf } from "../../longformer_viz/widget/text/matches.js"

const TEXT = "The ferry fee. No Ferry, no fee; ferrying"
const SPANS = [[0, 0], [0, 3], [4, 9], [10, 13], [13, 14], [15, 17], [18, 21], [21, 23], [23, 24], [25, 27], [28, 31]]
SPANS.push([31, 32], [33, 38], [38, 41], [41, 41])
const DATA = { text: TEXT, tokens: SPANS.length, offsets: Int32Array.from(SPANS.flat()) }

test("an occurrence is the tokens that it touches, whatever its case", () => {
  assert.deepEqual(matchesOf(DATA, "ferry"), [{ from: 2, to: 3 }, { from: 6, to: 8 }, { from: 12, to: 13 }])
  assert.deepEqual(matchesOf(DATA, " FEE "), [{ from: 3, to: 4 }, { from: 10, to: 11 }])
  assert.deepEqual(matchesOf(DATA, "no fee"), [{ from: 9, to: 11 }])
  assert.deepEqual(matchesOf(DATA, "erryin"), [{ from: 12, to: 14 }])
})

test("nothing is found for no words, other words and a document cut short", () => {
  assert.deepEqual(matchesOf(DATA, "  "), [])
  assert.deepEqual(matchesOf(DATA, "harbour"), [])
  assert.deepEqual(matchesOf({ ...DATA, tokens: 6 }, "ferrying"), [])
})

test("the search begins at the selected token and comes round", () => {
  const matches = matchesOf(DATA, "ferry")
  assert.equal(firstFrom(matches, 0), 0)
  assert.equal(firstFrom(matches, 7), 1)
  assert.equal(firstFrom(matches, 13), 0)
})
