// The reader of payloads: what it gives back, and what it refuses.
import assert from "node:assert/strict"
import { test } from "node:test"
import { crc32 } from "../../longformer_viz/widget/shared/crc32.js"
import { OUTSIDE, bandKeys, pairCode, pairKind } from "../../longformer_viz/widget/shared/pairs.js"
import { PayloadFault, decodePayload } from "../../longformer_viz/widget/shared/payload.js"
import { crcOf, payloadOf, smallHead, tokenArrays } from "./payload_bytes.js"

test("a payload gives back its text, tokens and head", () => {
  const { bytes, words } = smallHead()
  const data = decodePayload(bytes)
  assert.equal(data.text, words.join(" "))
  assert.deepEqual(data.pieces, words)
  assert.deepEqual([...data.offsets.subarray(2, 4)], [6, 11])
  assert.deepEqual([data.tokens, data.layers, data.heads, data.trainedTokens], [6, 2, 3, 512])
  assert.equal(data.views[0].reach, 1)
  assert.equal(data.grid, null)
})

test("every pair has the code of its own array", () => {
  const { bytes, code } = smallHead()
  const data = decodePayload(bytes)
  const [view] = data.views
  for (let query = 0; query < 6; query++) {
    for (let key = 0; key < 6; key++) {
      const isGlobal = query === 0 || key === 0
      const isNear = Math.abs(query - key) <= 1
      assert.equal(pairKind(view, query, key), isGlobal ? "global" : isNear ? "local" : "outside")
      assert.equal(pairCode(view, 6, query, key), isGlobal || isNear ? code(query, key) : OUTSIDE)
    }
  }
  assert.deepEqual(bandKeys(view, 6, 5), [0, 4, 5])
})

test("a window on a larger message is read wherever it begins", () => {
  const { bytes } = smallHead()
  for (const shift of [1, 2, 3, 4]) {
    const message = new Uint8Array(bytes.length + shift)
    message.set(bytes, shift)
    assert.equal(decodePayload(message.subarray(shift)).tokens, 6)
  }
})

test("a byte order mark and characters beyond the basic plane keep their offsets", () => {
  const words = ["\ufeffa", "🚢🚢", "é"]
  const data = decodePayload(payloadOf({ tokens: 3, layers: 1, heads: 1, trained_tokens: 9 }, tokenArrays(words)))
  words.forEach((word, token) => {
    assert.equal(data.text.slice(data.offsets[2 * token], data.offsets[2 * token + 1]), word)
  })
})

const sound = smallHead().bytes
const header = Buffer.from(sound).indexOf('"version":1')
const FAULTS = {
  "nothing": [null, "incomplete"],
  "a few bytes": [sound.slice(0, 5), "incomplete"],
  "a cut end": [sound.slice(0, -16), "incomplete"],
  "another magic": [spoilt((bytes) => (bytes[3] = 50)), "another version"],
  "another version": [spoilt((bytes) => (bytes[header + 10] = 55)), "another version"],
  "a changed byte": [spoilt((bytes) => (bytes[bytes.length - 9] ^= 4)), "damaged"],
  "a header that is no JSON": [spoilt((bytes) => (bytes[8] = 33)), "damaged"],
}

function spoilt(change) {
  const bytes = sound.slice()
  change(bytes)
  return bytes
}

for (const [name, [bytes, words]] of Object.entries(FAULTS)) {
  test(`${name} is refused in a sentence`, () => {
    assert.throws(() => decodePayload(bytes), (fault) => fault instanceof PayloadFault && fault.message.includes(words))
  })
}

test("arrays that do not fit the header are refused", () => {
  const { fields, arrays } = smallHead()
  const short = payloadOf(fields, { ...arrays, band0: arrays.band0.subarray(3) })
  assert.throws(() => decodePayload(short), /damaged/)
  const outside = payloadOf(fields, arrays)
  const end = payloadOf({ ...fields, arrays: { text: { dtype: "u1", shape: [10 ** 6], start: 0 } } }, arrays)
  assert.equal(decodePayload(outside).tokens, 6)
  assert.throws(() => decodePayload(end), /damaged/)
})

test("a document without tokens is refused", () => {
  const { fields, arrays } = smallHead()
  assert.throws(() => decodePayload(payloadOf({ ...fields, tokens: 0 }, arrays)), /no tokens/)
})

test("the checksum is that of zlib at every length and alignment", () => {
  const bytes = Uint8Array.from({ length: 67 }, (_, index) => (index * 89 + 7) & 255)
  assert.equal(crc32(new TextEncoder().encode("123456789"), 0), 0xcbf43926)
  for (let start = 0; start < 9; start++) {
    for (let end = start; end < 67; end += 5) {
      assert.equal(crc32(bytes.slice(0, end), start), crcOf(bytes.slice(start, end)))
    }
  }
})
