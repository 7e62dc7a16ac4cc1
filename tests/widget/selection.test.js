// Sentences and paragraphs: which one a token belongs to, their mean attention, and how their form is laid out.
import assert from "node:assert/strict"
import { test } from "node:test"
import { WEIGHTS, codeOf, codeWeights } from "../../longformer_viz/widget/shared/codes.js"
import { compareBids } from "../../longformer_viz/widget/shared/full_screen.js"
import { meanKind, meanWeights } from "../../longformer_viz/widget/shared/mean_row.js"
import { pairCode } from "../../longformer_viz/widget/shared/pairs.js"
import { decodePayload } from "../../longformer_viz/widget/shared/payload.js"
import { selectionOf, selectionText, toggled, unitAt } from "../../longformer_viz/widget/shared/selection.js"
import { cellsOf, layoutOf } from "../../longformer_viz/widget/text/layout.js"
import { shadeCodes } from "../../longformer_viz/widget/text/row_codes.js"
import { smallHead } from "./payload_bytes.js"

// Token 0 is a special one; word1 to word3 are a heading and a sentence, word4 to word6 an empty block and a paragraph.
const PARTS = {
  sentences: [[1, 2], [2, 4], [4, 7]],
  blocks: [[6, 11, 1, 2, 1, 2], [12, 23, 2, 4, 0, 0], [23, 24, 0, 0, 0, 0], [24, 41, 4, 7, 2, 1]],
}

const data = () => decodePayload(smallHead(8, PARTS).bytes)

test("a token belongs to one sentence and one block, a special token to itself", () => {
  const found = (token, unit) => {
    const { from, to, name, number } = unitAt(data(), token, unit)
    return [from, to, name, number]
  }
  assert.deepEqual(found(3, "token"), [3, 4, "token", 0])
  assert.deepEqual(found(3, "sentence"), [2, 4, "sentence", 2])
  assert.deepEqual(found(1, "paragraph"), [1, 2, "heading", 0])
  assert.deepEqual(found(2, "paragraph"), [2, 4, "paragraph", 1])
  assert.deepEqual(found(6, "paragraph"), [4, 7, "paragraph", 2])
  for (const token of [0, 7]) {
    assert.deepEqual(found(token, "sentence"), [token, token + 1, "token", 0])
    assert.deepEqual(found(token, "paragraph"), [token, token + 1, "token", 0])
  }
  assert.equal(selectionText(unitAt(data(), 5, "sentence")), "sentence 3 (3 tokens)")
  assert.equal(selectionText(unitAt(data(), 1, "paragraph")), "heading (1 token)")
})

test("a click inside the selection clears it, one outside selects anew", () => {
  const state = { data: data(), locked: 5, unit: "sentence" }
  assert.equal(toggled(state, 6), null)
  assert.equal(toggled(state, 3), 3)
  assert.equal(toggled({ ...state, locked: null }, 6), 6)
  assert.equal(selectionOf({ ...state, locked: 8 }), null)
})

test("mean attention is the mean of the rows, and a pair outside the pattern counts as 0", () => {
  const payload = data()
  const [view] = payload.views
  const table = codeWeights(view)
  for (const [from, to] of [[4, 7], [0, 3], [2, 3], [0, 8]]) {
    const mean = meanWeights(view, payload.tokens, { from, to })
    for (let key = 0; key < payload.tokens; key += 1) {
      let sum = 0
      for (let query = from; query < to; query += 1) sum += table[Math.max(0, pairCode(view, payload.tokens, query, key))]
      assert.ok(Math.abs(mean[key] - sum / (to - from)) < 1e-12, `${from} to ${to}, key ${key}`)
    }
  }
  const state = { data: payload, view: 0, percent: 100 }
  const shades = shadeCodes(state, { from: 4, to: 7 })
  const mean = meanWeights(view, payload.tokens, { from: 4, to: 7 })
  assert.deepEqual([...shades], [...mean].map((weight) => codeOf(weight, false)))
  assert.equal(shades[1], 0, "no query of the sentence attends to token 1")
  assert.equal(meanKind(view, { from: 4, to: 7 }, 1), "outside")
  assert.equal(meanKind(view, { from: 4, to: 7 }, 3), "local")
  assert.equal(meanKind(view, { from: 4, to: 7 }, 0), "global")
})

test("a head beyond the budget is shaded by the mean that arrived, and by no other", () => {
  const [view] = data().views
  const meanCodes = Uint8Array.of(0, 1, 120, 254, 0, 0, 0, 0)
  const far = { ...view, overBudget: true, mean: [2, 4], meanCodes }
  assert.deepEqual([...meanWeights(far, 8, { from: 2, to: 4 })], [...meanCodes].map((code) => (code === 1 ? 0 : WEIGHTS[code])))
  assert.equal(meanWeights(far, 8, { from: 4, to: 7 }), null)
})

test("every code stands for the weight that it is made from", () => {
  for (const difference of [false, true]) {
    const table = codeWeights({ difference })
    table.forEach((weight, code) => assert.equal(codeOf(weight, difference), code))
  }
  assert.equal(codeOf(9e-5, false), 0)
  assert.equal(codeOf(1.0000001, false), 254)
})

test("a row of a table is split into its cells, at tabs or at bars", () => {
  const cells = (row) => cellsOf(row).map((start, index, all) => row.slice(start, all[index + 1]))
  assert.deepEqual(cells("Name\tPrice\tDay"), ["Name\t", "Price\t", "Day"])
  assert.deepEqual(cells("| Name | Price |"), ["| Name |", " Price |"])
  assert.deepEqual(cells("| --- | :-: |"), ["| --- |", " :-: |"])
  assert.deepEqual(cells("Name | Price"), ["Name |", " Price"])
})

test("cells have chunks of their own, and no character is lost or doubled", () => {
  const text = "Fee\t\t12 pounds\nDue\tMay\t3"
  const words = [...text.matchAll(/[^\s]+/g)]
  const offsets = Int32Array.from(words.flatMap((word) => [word.index, word.index + word[0].length]))
  const row = { from: 0, to: 0, kind: "row", level: 0, number: 0 }
  const blocks = [{ ...row, start: 0, stop: 14 }, { ...row, start: 15, stop: text.length }]
  const layout = layoutOf({ text, offsets, tokens: words.length, blocks })
  const told = layout.paragraphs.map(({ chunks }) => chunks.map(({ start, stop, cell }) => [cell, text.slice(start, stop)]))
  assert.deepEqual(told, [[[0, "Fee\t\t"], [2, "12 pounds"]], [[0, "Due\t"], [1, "May\t"], [2, "3"]]])
  assert.deepEqual(layout.paragraphs.map(({ isApart }) => isApart), [false, false])
})

test("the key F goes to what is large already, then to the inner part with the keyboard, then to the largest in sight", () => {
  const bids = [
    { claim: 1, area: 10 }, { claim: 1, area: 90 }, { claim: 2, area: 50 }, { claim: 2, area: 20 }, { claim: 3, area: 1 },
  ]
  assert.deepEqual(bids.sort(compareBids).map(({ area }) => area), [1, 20, 50, 90, 10])
})
