// Numbers, tokens and colours as a reader sees them.
import assert from "node:assert/strict"
import { test } from "node:test"
import { escapeXml, svgOf } from "../../longformer_viz/widget/map/picture/pens.js"
import { legendTicks } from "../../longformer_viz/widget/map/picture/legend.js"
import { DIFFERENCES, FAULT, WEIGHTS } from "../../longformer_viz/widget/shared/codes.js"
import { colourTable, largestWeight, scaleEnd, scalePosition } from "../../longformer_viz/widget/shared/colours.js"
import { countText, distanceText, percentText, weightText } from "../../longformer_viz/widget/shared/numbers.js"
import { plainPiece } from "../../longformer_viz/widget/shared/pieces.js"
import { panelLines } from "../../longformer_viz/widget/panels/export.js"
import { headFigure, headText } from "../../longformer_viz/widget/grid/figures.js"
import { inkOn } from "../../longformer_viz/widget/text/row_codes.js"

test("counts have their thousands set apart", () => {
  const told = [0, 999, 1000, 16384, 1234567, -2500].map(countText)
  assert.deepEqual(told, ["0", "999", "1,000", "16,384", "1,234,567", "−2,500"])
})

test("per cent have more digits the smaller they are", () => {
  const told = [0, 0.0004, 0.001, 0.0123, 0.0994, 0.0996, 0.4949, 1, null].map(percentText)
  assert.deepEqual(told, ["0%", "0.04%", "0.1%", "1.2%", "9.9%", "10%", "49%", "100%", "–"])
})

test("a saved picture of panels counts pairs against full attention, which in a causal model has half of the square", () => {
  const panel = { name: "Sliding", words: "window 2, no global token", pairs: 7, full_pairs: 10, kept: 0.9 }
  assert.deepEqual(panelLines(panel), [panel.name, panel.words, "70% of the pairs, 90% captured mass"])
})

test("weights have three significant digits", () => {
  const told = [1, 0.9999, 0.5, 0.1234, 0.01234, 0.000123, 0.00001].map(weightText)
  assert.deepEqual(told, ["1", "1", "0.500", "0.123", "0.0123", "0.000123", "below 0.0001"])
})

test("distances say how many tokens and which way", () => {
  assert.deepEqual([0, 1, -1, 1200].map(distanceText), ["itself", "1 token ahead", "1 token back", "1,200 tokens ahead"])
})

test("invisible characters are written out, and long tokens are cut", () => {
  assert.equal(plainPiece("a\u0000\u202eb"), "a\\u0000\\u202eb")
  assert.equal([...plainPiece("x".repeat(10_000), 22)].length, 22)
  assert.equal([...plainPiece("🚢".repeat(40), 5)].join(""), "🚢🚢🚢🚢…")
})

test("codes rise with the weight, and with the size of a difference", () => {
  assert.equal(WEIGHTS[0], 0)
  assert.ok(Math.abs(WEIGHTS[254] - 1) < 1e-12 && Math.abs(WEIGHTS[1] - 1e-4) < 1e-16)
  assert.ok(Number.isNaN(WEIGHTS[FAULT]) && Number.isNaN(DIFFERENCES[FAULT]))
  for (let code = 2; code < FAULT; code++) {
    assert.ok(WEIGHTS[code] > WEIGHTS[code - 1])
    assert.ok(Math.abs(DIFFERENCES[code]) >= Math.abs(DIFFERENCES[code - 1]))
    assert.equal(Math.sign(DIFFERENCES[code]), code % 2 ? -1 : 1)
  }
})

test("the colour table begins outside the pattern and ends with the fault", () => {
  const table = colourTable({ difference: false }, "light", "log", 1)
  const bytes = new Uint8Array(table.buffer)
  assert.deepEqual([...bytes.subarray(0, 4)], [0xec, 0xec, 0xec, 255])
  assert.deepEqual([...bytes.subarray(4 * 256, 4 * 257)], [0xd5, 0x5e, 0x00, 255])
  assert.notEqual(table[2], table[255])
  assert.equal(scalePosition(254, false, "log", 1), 1)
  assert.equal(scalePosition(254, false, "linear", 0.5), 2)
})

test("a linear scale ends at the largest weight, rounded up to one digit", () => {
  const none = new Uint8Array(0)
  const code = WEIGHTS.findIndex((weight) => weight > 0.23)
  const view = { difference: false, band: Uint8Array.of(3, code, FAULT), columns: none, rows: none, overview: none }
  assert.ok(Math.abs(largestWeight(view) - 0.3) < 1e-12)
})

test("a linear scale ends at the largest weight of all views, which is looked for once", () => {
  const none = new Uint8Array(0)
  let reads = 0
  const views = [0.08, 0.23].map((weight) => ({
    difference: false, columns: none, rows: none, overview: none,
    get band() {
      reads += 1
      return Uint8Array.of(WEIGHTS.findIndex((known) => known > weight))
    },
  }))
  assert.equal(scaleEnd(views, "log"), 1)
  assert.equal(reads, 0)
  assert.ok(Math.abs(scaleEnd(views, "linear") - 0.3) < 1e-12)
  assert.ok(Math.abs(scaleEnd(views.slice(0, 1), "linear") - 0.09) < 1e-12)
  assert.equal(reads, 2)
})

test("the legend names the ends of its scale", () => {
  assert.deepEqual(legendTicks(false, "log", 1)[0], [0, "≤ 0.0001"])
  assert.deepEqual(legendTicks(false, "linear", 0.3).map(([, words]) => words), ["0", "0.075", "0.15", "0.22", "0.3"])
  assert.deepEqual(legendTicks(true, "linear", 0.5).map(([, words]) => words), ["−0.5", "−0.25", "0", "0.25", "0.5"])
})

test("ink is readable on every colour of the scale", () => {
  assert.equal(inkOn([255, 255, 255]), "#000000")
  assert.equal(inkOn([11, 7, 36]), "#ffffff")
})

test("words in a drawing are text, whatever they hold", () => {
  assert.equal(escapeXml(`<b a="1">&'\u0000\ud800`), "&lt;b a=&quot;1&quot;&gt;&amp;&#39;\ufffd\ufffd")
  const box = { x: 0, y: 0, width: 9, height: 9 }
  const text = { kind: "text", text: "</svg><script>", x: 1, y: 2, size: 10, fill: "#000", align: "right" }
  const drawing = svgOf([text, { kind: "rect", ...box, clip: box, stroke: "#111" }], "sans")
  assert.ok(!drawing.includes("<script>"))
  assert.ok(drawing.includes('text-anchor="end"'))
  assert.equal(drawing.match(/<clipPath/g)?.length, 1)
})

test("a head's figures say their unit, and none where there is none", () => {
  const grid = {
    rows: 1, columns: 1, half: [1, 1], dilation: [1, 1], entropy: [2.345, null], distance: [1234.5, null], share: [0.5, null],
  }
  assert.deepEqual(["entropy", "distance", "share"].map((name) => headFigure(grid, name, 0)), ["2.3 bit", "1,235 tok", "50%"])
  assert.equal(headFigure(grid, "share", 1), "–")
  assert.equal(
    headText(grid, 0, 3, 5),
    "Layer 3, head 5: entropy 2.35 bits, mean distance 1234.5 tokens, weight on global tokens 50%",
  )
  assert.match(headText(grid, 1, 0, 1), /entropy none/)
})
