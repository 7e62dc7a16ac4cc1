// A session file: what is saved opens again, and every other file is refused in a sentence.
import assert from "node:assert/strict"
import { test } from "node:test"
import { keepText, readSession, sessionFile, withMap } from "../../longformer_viz/widget/session/file.js"

const SESSION = { path: "compare", search: "?document=Your+text&window=64", text: "Ünïcode \u2028 <b>text</b>" }

test("a saved session opens as it was", () => {
  const { name, content } = sessionFile(SESSION, new Date("2026-01-02T03:04:05Z"))
  assert.equal(name, "longformer_viz_compare_2026-01-02.json")
  assert.deepEqual(readSession(content), SESSION)
  const first = { path: "", search: "", text: null }
  const file = sessionFile(first, new Date("2026-01-02"))
  assert.equal(file.name, "longformer_viz_attention_2026-01-02.json")
  assert.deepEqual(readSession(file.content), first)
})

test("the file of another page has the pinned runs, that of the Attention page has its own address", () => {
  const map = { pins: "512.1.0~128.2.0.nmine%2E", layer: "3" }
  assert.equal(withMap("?layer=1&pins=64.1.0", "", map), "?layer=1&pins=64.1.0")
  const all = new URLSearchParams(withMap("?window=64&layer=1", "answers", map))
  assert.deepEqual(Object.fromEntries(all), { window: "64", layer: "1", pins: map.pins })
  assert.equal(withMap("", "answers", {}), "")
})

for (const [what, content, said] of [
  ["a cut file", sessionFile(SESSION, new Date()).content.slice(0, 40), /damaged/],
  ["a picture", "\x89PNG", /damaged or has another format/],
  ["another JSON file", '{"a": 1}', /not a session/],
  ["a list", "[1]", /not a session/],
  ["nothing", "null", /not a session/],
  ["another version", '{"longformer_viz_session": 2}', /format 1.*format 2/s],
  ["missing settings", '{"longformer_viz_session": 1, "path": "compare", "text": null}', /must name a page/],
  ["another site", '{"longformer_viz_session":1,"path":"//evil.example","search":"","text":null}', /must name a page/],
  ["a script", '{"longformer_viz_session":1,"path":"","search":"javascript:1","text":null}', /must name a page/],
  ["a text that is none", '{"longformer_viz_session":1,"path":"","search":"","text":5}', /must name a page/],
]) {
  test(`${what} is refused in a sentence`, () => {
    assert.throws(() => readSession(String(content)), said)
  })
}

test("a text that the browser has no room for is refused with its length", () => {
  const full = /** @type {Storage} */ (/** @type {unknown} */ ({
    setItem() {
      throw new Error("quota")
    },
  }))
  assert.throws(() => keepText({ ...SESSION, text: "x".repeat(5000) }, full), /5,000 characters/)
  keepText({ ...SESSION, text: null }, full)
})
