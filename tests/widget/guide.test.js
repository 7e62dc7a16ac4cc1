// The welcome and the tour: where a card stands, what a key does, and a browser that stores nothing.
import assert from "node:assert/strict"
import { test } from "node:test"
import { around, placeCard, ringOf } from "../../longformer_viz/widget/guide/placing.js"
import { askForTour, isWelcomed, noteWelcomed, takeTourAsked } from "../../longformer_viz/widget/guide/seen.js"
import { STOPS, stopAfter } from "../../longformer_viz/widget/guide/stops.js"

const VIEW = { width: 1280, height: 720 }
const CARD = { width: 300, height: 200 }

for (const [where, box] of /** @type {[string, import("../../longformer_viz/widget/shared/types.js").Box | null][]} */ ([
  ["at the left edge", { x: 0, y: 100, width: 500, height: 500 }],
  ["at the right edge", { x: 800, y: 100, width: 480, height: 500 }],
  ["over the whole width", { x: 0, y: 0, width: 1280, height: 300 }],
  ["at the foot, over the whole width", { x: 0, y: 420, width: 1280, height: 300 }],
])) {
  test(`a card stands beside what is ${where}, inside the screen`, () => {
    assert.ok(box)
    const { x, y } = placeCard(box, CARD, VIEW)
    assert.ok(x >= 0 && y >= 0 && x + CARD.width <= VIEW.width && y + CARD.height <= VIEW.height)
    const apart =
      x >= box.x + box.width || x + CARD.width <= box.x || y >= box.y + box.height || y + CARD.height <= box.y
    assert.ok(apart)
  })
}

test("a card stays on the screen where there is no room, and in the middle where there is nothing to explain", () => {
  const whole = { x: 0, y: 0, ...VIEW }
  assert.deepEqual(placeCard(whole, CARD, VIEW), { x: 490, y: 510 })
  assert.deepEqual(placeCard(null, CARD, VIEW), { x: 490, y: 260 })
  assert.deepEqual(placeCard(whole, CARD, { width: 200, height: 100 }), { x: 10, y: 10 })
})

test("a ring is around all parts, and on the screen", () => {
  const box = around([
    { x: 10, y: 20, width: 30, height: 10 },
    { x: 100, y: 10, width: 20, height: 40 },
  ])
  assert.deepEqual(box, { x: 10, y: 10, width: 110, height: 40 })
  assert.equal(around([]), null)
  assert.deepEqual(ringOf({ x: 0, y: 0, width: 2000, height: 50 }, VIEW), { x: 2, y: 2, width: 1276, height: 54 })
})

test("arrows go on and back between five stops, and Escape ends the tour", () => {
  assert.equal(STOPS.length, 5)
  assert.deepEqual([0, 1, 4].map((stop) => stopAfter("ArrowRight", stop, 5)), [1, 2, 4])
  assert.deepEqual([0, 1, 4].map((stop) => stopAfter("ArrowLeft", stop, 5)), [0, 0, 3])
  assert.equal(stopAfter("Escape", 2, 5), null)
  assert.equal(stopAfter("a", 2, 5), undefined)
})

test("every stop is told in at most two sentences", () => {
  for (const { text } of STOPS) assert.ok(text.split(/[.!?](?:\s|$)/).filter(Boolean).length <= 2, text)
})

test("a browser remembers its welcome, and grants the wish for a tour once", () => {
  const kept = new Map()
  const storage = /** @type {Storage} */ (/** @type {unknown} */ ({
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => kept.set(key, value),
    removeItem: (/** @type {string} */ key) => kept.delete(key),
  }))
  assert.equal(isWelcomed(() => storage), false)
  noteWelcomed(() => storage)
  assert.equal(isWelcomed(() => storage), true)
  assert.equal(takeTourAsked(() => storage), false)
  askForTour(() => storage)
  assert.deepEqual([takeTourAsked(() => storage), takeTourAsked(() => storage)], [true, false])
})

test("a browser that stores nothing is welcomed each time, without an error", () => {
  const refuse = () => {
    throw new DOMException("denied", "SecurityError")
  }
  noteWelcomed(refuse)
  askForTour(refuse)
  assert.equal(isWelcomed(refuse), false)
  assert.equal(takeTourAsked(refuse), false)
})
