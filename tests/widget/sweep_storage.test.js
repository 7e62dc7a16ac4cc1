// A reader's sweeps in the browser's storage: kept, deleted, found by another tab, and refused where there is no room.
import assert from "node:assert/strict"
import { test } from "node:test"
import { PREFIX, applyChanges, fingerprint, keptSweeps } from "../../longformer_viz/widget/sweep_storage/storage.js"

const ONE = "0123456789abcdef"
const TWO = "fedcba9876543210"

/** A storage of at most `room` characters. */
function storageOf(room = 1000) {
  const items = new Map()
  return {
    get length() {
      return items.size
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (key) => items.get(key) ?? null,
    setItem(key, text) {
      const others = [...items].filter(([other]) => other !== key).reduce((sum, [, each]) => sum + each.length, 0)
      if (others + text.length > room) throw new Error("QuotaExceededError")
      items.set(key, text)
    },
    removeItem: (key) => items.delete(key),
  }
}

test("sweeps are kept and deleted, and other keys are left alone", () => {
  const storage = storageOf()
  storage.setItem("theme", "dark")
  assert.deepEqual(applyChanges(storage, { [ONE]: "a", [TWO]: "b" }), [])
  assert.deepEqual(keptSweeps(storage), { [ONE]: "a", [TWO]: "b" })
  applyChanges(storage, { [ONE]: null })
  assert.deepEqual(keptSweeps(storage), { [TWO]: "b" })
  assert.equal(storage.getItem("theme"), "dark")
})

test("a sweep without room is told, and a deletion makes room first", () => {
  const storage = storageOf(10)
  assert.deepEqual(applyChanges(storage, { [ONE]: "12345678", [TWO]: "12345678" }), [TWO])
  assert.deepEqual(applyChanges(storage, { [TWO]: "12345678", [ONE]: null }), [])
  assert.deepEqual(keptSweeps(storage), { [TWO]: "12345678" })
})

test("without storage nothing is kept, and that is told", () => {
  assert.deepEqual(applyChanges(null, { [ONE]: "a", [TWO]: null }), [ONE])
  assert.deepEqual(keptSweeps(null), {})
})

test("keys that are no id are neither read nor written", () => {
  const storage = storageOf()
  storage.setItem(PREFIX + "__proto__", "x")
  assert.deepEqual(applyChanges(storage, { "../theme": "x" }), [])
  assert.deepEqual(keptSweeps(storage), {})
  assert.equal(storage.length, 1)
})

test("the fingerprint differs where a sweep does, whatever the order", () => {
  assert.equal(fingerprint({ [ONE]: "a", [TWO]: "b" }), fingerprint({ [TWO]: "b", [ONE]: "a" }))
  const found = [{}, { [ONE]: "a" }, { [ONE]: "b" }, { [TWO]: "a" }].map(fingerprint)
  assert.equal(new Set(found).size, found.length)
})
