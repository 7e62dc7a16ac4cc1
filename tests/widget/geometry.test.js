// Where tokens stand on the map, what is in sight, and the labels of the axes.
import assert from "node:assert/strict"
import { test } from "node:test"
import {
  boundedPlace, extentOf, eyeAt, eyeBetween, fitScales, pairAt, pointOf, turnedPlace, zoomLimit,
} from "../../longformer_viz/widget/map/picture/eye.js"
import { GUTTER, panelBoxes } from "../../longformer_viz/widget/map/picture/boxes.js"
import { paneWidth } from "../../longformer_viz/widget/shared/room.js"
import { ticksIn } from "../../longformer_viz/widget/map/picture/marks.js"
import { servesWish, wishFor } from "../../longformer_viz/widget/map/picture/tiles.js"
import { panelSizes } from "../../longformer_viz/widget/panels/sizes.js"
import { cellsOf, entryOf } from "../../longformer_viz/widget/panels/raster.js"
import { columnsFor, insideOf } from "../../longformer_viz/widget/grid/figures.js"

const BOX = { width: 600, height: 400 }
const WHOLE = /** @type {const} */ ([NaN, NaN, 1])

test("zoom 1 shows the whole document and fills the box, in the square view up to a shape close to a square", () => {
  assert.deepEqual(fitScales("square", 1000, 64, { width: 500, height: 400 }), [0.5, 0.4])
  assert.deepEqual(fitScales("square", 1000, 64, { width: 900, height: 400 }), [0.6, 0.4])
  assert.deepEqual(fitScales("square", 1000, 64, { width: 300, height: 900 }), [0.3, 0.45])
  const [across, down] = fitScales("straight", 1000, 64, BOX)
  assert.equal(down, 0.4)
  assert.ok(across * (2 * 64 + 1) <= BOX.width)
  assert.deepEqual(extentOf("square", 1000, 64), [0, 1000, 0, 1000])
})

test("a place stays inside the document and inside the zoom's limits", () => {
  const fit = fitScales("square", 1000, 64, BOX)
  const [x, y, zoom] = boundedPlace([-50, 2000, 1e9], "square", 1000, 64, BOX)
  assert.equal(zoom, zoomLimit(fit))
  const eye = eyeAt([x, y, zoom], "square", 1000, 64, BOX)
  assert.ok(Math.abs(eye.originX) < 1e-9)
  assert.ok(Math.abs(eye.originY + BOX.height / eye.scaleY - 1000) < 1e-9)
  assert.deepEqual(boundedPlace(WHOLE, "square", 1000, 64, BOX), [500, 500, 1])
})

test("the middle of a pair's cell is that pair, in both modes and while turning", () => {
  for (const zoom of [1, 3, 40]) {
    const square = eyeAt(boundedPlace([300, 305, zoom], "square", 1000, 64, BOX), "square", 1000, 64, BOX)
    const straight = eyeAt(boundedPlace([5, 305, zoom], "straight", 1000, 64, BOX), "straight", 1000, 64, BOX)
    for (const eye of [square, straight]) {
      const [x, y] = pointOf(eye, 305, 310)
      assert.deepEqual(pairAt(eye, x + eye.scaleX / 2, y + eye.scaleY / 2, 1000), { query: 305, key: 310 })
    }
    assert.deepEqual(eyeBetween(square, straight, 1, BOX).turn, 1)
  }
  const eye = eyeAt([500, 500, 1], "square", 1000, 64, BOX)
  assert.equal(pairAt(eye, BOX.width, BOX.height / 2, 1000), null)
})

test("turning to the other mode and back keeps the tokens in sight", () => {
  const place = boundedPlace([310, 305, 20], "square", 1000, 64, BOX)
  const turned = turnedPlace(place, "square", "straight", 1000, 64, BOX)
  const back = turnedPlace(turned, "straight", "square", 1000, 64, BOX)
  assert.ok(Math.abs(back[1] - place[1]) < 1e-6)
  assert.equal(turnedPlace([500, 500, 1], "square", "straight", 1000, 64, BOX)[2], 1)
})

test("ticks are round, in sight and far enough apart", () => {
  assert.deepEqual(ticksIn(0, 400, 0.4, 44, 0, 999), [0, 200, 400, 600, 800])
  const close = ticksIn(100, 400, 20, 44, 0, 999)
  assert.deepEqual(close.slice(0, 3), [100, 105, 110])
  assert.ok(ticksIn(-64, 600, 4, 56, -64, 64).every((tick) => Math.abs(tick) <= 64 && tick % 20 === 0))
})

test("a region is asked for where the screen needs it, and serves until one looks elsewhere", () => {
  const eye = eyeAt([8000, 8000, 100], "square", 16384, 256, BOX)
  const wish = wishFor(eye, "square", BOX, 2, 16384, 256)
  assert.ok(wish.rows[0] <= wish.seen[0] && wish.rows[1] >= wish.seen[1])
  assert.ok(wish.steps.every((step) => Number.isInteger(Math.log2(step))))
  assert.ok(servesWish(wish, wish))
  assert.ok(!servesWish(null, wish))
  assert.ok(!servesWish({ ...wish, straight: true }, wish))
  const far = wishFor(eyeAt([2000, 2000, 100], "square", 16384, 256, BOX), "square", BOX, 2, 16384, 256)
  assert.ok(!servesWish(wish, far))
})

test("every pixel of a panel has a cell, and every cell in sight a pixel", () => {
  const cells = cellsOf(100, 40, 300, (token) => token, 500)
  const rows = Array.from({ length: 100 }, (_, pixel) => [cells[2 * pixel], cells[2 * pixel + 1]])
  assert.deepEqual(rows[0], [40, 43])
  assert.equal(rows[99][1], 340)
  assert.ok(rows.every(([from, to]) => to > from))
  const near = cellsOf(100, 0, 8, (token) => token, 8)
  assert.deepEqual([near[0], near[1], near[198], near[199]], [0, 1, 7, 8])
})

test("panels fill their columns and are seen at once, or are squares where they would be too small", () => {
  assert.deepEqual(panelSizes({ width: 832, height: 440 }, 6), { columns: 3, width: 257, height: 156 })
  assert.deepEqual(panelSizes({ width: 1472, height: 800 }, 6), { columns: 3, width: 480, height: 336 })
  assert.deepEqual(panelSizes({ width: 832, height: 440 }, 2), { columns: 2, width: 408, height: 376 })
  assert.deepEqual(panelSizes({ width: 400, height: 364 }, 6), { columns: 2, width: 192, height: 192 })
  assert.deepEqual(panelSizes({ width: 1000, height: 900 }, 1), { columns: 1, width: 1000, height: 836 })
})

test("a log weight has the colour entry of its code", () => {
  assert.equal(entryOf(-Infinity), 0)
  assert.equal(entryOf(Math.log(1e-5)), 1)
  assert.equal(entryOf(Math.log(1e-4)), 2)
  assert.equal(entryOf(0), 255)
  assert.equal(entryOf(1e-9), 255)
})

test("a thumbnail knows which of its cells lie in the document", () => {
  const inside = insideOf(100, 10, 9, 4, 1)
  assert.ok(inside(5, 0) && inside(5, 8))
  assert.ok(inside(0, 4))
  const wide = insideOf(10, 10, 9, 20, 1)
  assert.ok(!wide(0, 0), "keys before the first token")
  assert.ok(!wide(9, 8), "keys after the last token")
})

test("the head grid has as many columns as divide a layer", () => {
  assert.equal(columnsFor(12, 20), 12)
  assert.equal(columnsFor(12, 8), 6)
  assert.equal(columnsFor(7, 5), 5)
  assert.equal(columnsFor(12, 1), 1)
})

test("the map takes the room beside its text, and stands above it on a narrow screen", () => {
  const around = GUTTER.left + GUTTER.right
  const above = GUTTER.top + GUTTER.bottom
  assert.ok(paneWidth({ width: 942, height: 495 }, around, above, 1) >= 560 + around)
  assert.ok(paneWidth({ width: 1580, height: 880 }, around, above, 1) >= 900 + around)
  assert.ok(942 - paneWidth({ width: 942, height: 495 }, around, above, 1) > 280, "the text keeps a column")
  assert.equal(paneWidth({ width: 600, height: 800 }, around, above, 1), null)
  assert.equal(paneWidth({ width: 942, height: 495 }, around, above, 2), null, "two maps share the whole width")
})

test("panels share the stage in whole device pixels", () => {
  const boxes = panelBoxes({ width: 901, height: 500 }, 2, 1.5, 0)
  assert.equal(boxes.length, 2)
  for (const box of boxes) for (const side of Object.values(box)) assert.ok(Math.abs(1.5 * side - Math.round(1.5 * side)) < 1e-9)
  assert.ok(boxes[1].x >= boxes[0].x + boxes[0].width)
  assert.ok(boxes[1].x + boxes[1].width <= 901)
  const [beside] = panelBoxes({ width: 600, height: 500 }, 1, 1, 34)
  assert.equal(beside.width, 600 - GUTTER.left - GUTTER.right - 34)
})
