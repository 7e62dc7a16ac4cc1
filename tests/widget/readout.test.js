// What is said of a pair, the rules of the patterns, the store, and the layout of the text.
import assert from "node:assert/strict"
import { test } from "node:test"
import { codeText, mapDescription, sinkText } from "../../longformer_viz/widget/map/readout.js"
import { kindOfRule } from "../../longformer_viz/widget/panels/rules.js"
import { firstKnown } from "../../longformer_viz/widget/reach/strip.js"
import { WEIGHTS } from "../../longformer_viz/widget/shared/codes.js"
import { mountOnce } from "../../longformer_viz/widget/shared/mount.js"
import { ELSEWHERE } from "../../longformer_viz/widget/shared/pairs.js"
import { decodePayload } from "../../longformer_viz/widget/shared/payload.js"
import { createStore } from "../../longformer_viz/widget/shared/store.js"
import { chipText, layoutOf } from "../../longformer_viz/widget/text/layout.js"
import { shadeCodes } from "../../longformer_viz/widget/text/row_codes.js"
import { smallHead, tokenArrays } from "./payload_bytes.js"

test("a code is said as a weight, a difference, or what is missing", () => {
  const code = WEIGHTS.findIndex((weight) => weight > 0.05)
  assert.match(codeText({ difference: false }, code), /^weight 0\.05\d\d$/)
  assert.equal(codeText({ difference: false }, 0), "weight below 0.0001")
  assert.equal(codeText({ difference: true }, 0), "no difference")
  assert.match(codeText({ difference: true }, 201), / lower$/)
  assert.match(codeText({ difference: true }, 202), / higher$/)
  assert.match(codeText({ difference: false }, 255), /^not a number/)
  assert.match(codeText({ difference: false }, ELSEWHERE), /^zoom in/)
})

test("a sink is said as a share of the query's weight, and only where there is one", () => {
  const code = WEIGHTS.findIndex((weight) => weight > 0.335)
  assert.equal(sinkText({ difference: false, sink: Uint8Array.of(0, code) }, 1), ", sink 34%")
  assert.equal(sinkText({ difference: false, sink: new Uint8Array() }, 1), "")
})

test("a screen reader hears the size, the window and the global tokens", () => {
  const told = mapDescription(decodePayload(smallHead().bytes))
  assert.match(told, /^Attention map of layer 0, head 1: 6 by 6 pairs, window 2, 1 global token\./)
})

test("a row shades every key with its own code", () => {
  const { bytes, code } = smallHead()
  const data = decodePayload(bytes)
  const state = { data, view: 0, percent: 100 }
  const row = (query) => [...shadeCodes(state, { from: query, to: query + 1 })]
  assert.deepEqual(row(3), [code(3, 0), 0, code(3, 2), code(3, 3), code(3, 4), 0])
  assert.deepEqual(row(0), [0, 1, 2, 3, 4, 5].map((key) => code(0, key)))
})

const FORBIDDEN = "outside"
const RULES = {
  band: [
    { kind: "band", half: 2, dilation: 2, globals: [7] },
    {},
    (query, key) => {
      if (query === 7 || key === 7) return "global"
      return [0, 2, 4].includes(Math.abs(query - key)) ? "dilated" : FORBIDDEN
    },
  ],
  chunks: [
    { kind: "chunks", size: 4, stride: 3 },
    {},
    (query, key) => {
      const starts = [0, 3, 6, 9]
      const shared = starts.some((start) => [query, key].every((token) => token >= start && token < start + 4))
      return shared ? "chunk" : FORBIDDEN
    },
  ],
  blocks: [
    { kind: "blocks", size: 2, half: 1, first: 1, last: 6, random: 1 },
    { drawn: Int32Array.of(0, 4, 5, 1, 1, 2) },
    (query, key) => {
      const [row, column] = [query >> 1, key >> 1]
      if (row === 0 || column === 0) return "global"
      if (Math.abs(row - column) <= 1) return "local"
      return [0, 4, 5, 1, 1, 2][row] === column ? "random" : FORBIDDEN
    },
  ],
  full: [{ kind: "full" }, {}, () => "full"],
}

for (const [name, [rule, arrays, expected]] of Object.entries(RULES)) {
  test(`the rule of ${name} allows the pairs of its pattern`, () => {
    const kindOf = kindOfRule(rule, arrays, 12)
    for (let query = 0; query < 12; query++) {
      for (let key = 0; key < 12; key++) assert.equal(kindOf(query, key), expected(query, key), `${query}, ${key}`)
    }
  })
}

test("hashed tokens see their own chunk and the one before, across rounds", () => {
  const chunk = Int32Array.of(0, 2, 1, 1, /* round 1 */ 0, 1, 1, 2)
  const kindOf = kindOfRule({ kind: "hashed", rounds: 2, chunks: 3 }, { chunk }, 4)
  assert.equal(kindOf(2, 1), "hashed", "the same chunk in round 1")
  assert.equal(kindOf(1, 2), "hashed", "the chunk before in round 0")
  assert.equal(kindOf(0, 1), "hashed", "the first chunk of round 1 follows the last one of round 0")
  assert.equal(kindOf(0, 3), "hashed", "the first chunk of round 0 follows the last one of round 1")
  assert.equal(kindOf(0, 2), FORBIDDEN)
})

test("a strip shows the earliest layer of the tokens that share a pixel", () => {
  assert.deepEqual([...firstKnown(Uint8Array.of(3, 255, 2, 1), 2)], [3, 1])
  assert.deepEqual([...firstKnown(Uint8Array.of(3, 255), 4)], [3, 3, 255, 255])
})

test("a store tells its listeners only what changed", () => {
  const store = createStore({ one: 1, two: 2 })
  const heard = []
  const stop = store.subscribe((state, previous) => heard.push([previous.one, state.one]))
  store.set({ one: 1 })
  store.set({ one: 5 })
  stop()
  store.set({ one: 6 })
  assert.deepEqual(heard, [[1, 5]])
  assert.deepEqual(store.get(), { one: 6, two: 2 })
})

test("a component is mounted once in an element and anew after it was taken down", () => {
  const made = []
  const mount = mountOnce(() => {
    const app = { shown: [], show: (data) => app.shown.push(data), destroy: () => (app.destroyed = true) }
    made.push(app)
    return app
  })
  const parentElement = {}
  mount({ data: 1, parentElement })
  const unmount = mount({ data: 2, parentElement, setStateValue: () => "told" })
  assert.deepEqual(made[0].shown, [1, 2])
  assert.equal(made[0].tell.setStateValue(), "told")
  unmount()
  mount({ data: 3, parentElement })
  assert.ok(made[0].destroyed)
  assert.deepEqual(made[1].shown, [3])
})

test("the layout gives every character and every token one place, in order", () => {
  const words = Array.from({ length: 1500 }, (_, index) => (index % 40 === 39 ? `end${index}` : `w${index}`))
  const { offsets } = tokenArrays(words)
  const text = words.join(" ").replace(/(end\d+) /g, "$1\n")
  let end = 0
  const blocks = text.split("\n").map((line) => {
    const start = end
    end += line.length + 1
    return { start, stop: end - 1, from: 0, to: 0, kind: "paragraph", level: 0, number: 0 }
  })
  const layout = layoutOf({ text, offsets, tokens: words.length, blocks })
  const told = layout.paragraphs.map(({ chunks }) => chunks.map(({ start, stop }) => text.slice(start, stop)).join(""))
  assert.equal(told.join("\n"), text)
  words.forEach((word, token) => {
    assert.equal(text.slice(layout.start[token], layout.stop[token]), word)
    const chunk = layout.chunks[layout.chunkOf[token]]
    assert.ok(chunk.from <= token && token < chunk.to && chunk.to - chunk.from <= 96)
  })
  assert.equal(layout.cut, false)
})

test("special tokens are chips, bytes of one letter share it, and a cut document says so", () => {
  const offsets = Int32Array.of(0, 0, 0, 1, 0, 1, 2, 4, 0, 0)
  const blocks = [{ start: 0, stop: 4, from: 1, to: 4, kind: "paragraph", level: 0, number: 1 }]
  const layout = layoutOf({ text: "é ab and more", offsets, tokens: 5, blocks })
  assert.equal(layout.start[0], layout.stop[0])
  assert.deepEqual([...layout.owner], [0, 1, 1, 3, 4])
  assert.equal(layout.cut, true)
  assert.equal(chipText("Ċ"), "↵")
  assert.equal(chipText("[CLS]"), "[CLS]")
})
