// Whether a pattern allows a pair, and of which kind it is, by the few numbers of its rule.

/** The kind of a pair that is never computed. */
export const NONE = "outside"

/** @typedef {(query: number, key: number) => string} KindOf */
/**
 * A rule as the payload states it; which numbers it has depends on its kind. causal: whether no key is later than its
 * query.
 *
 * @typedef {{
 *   kind: "full" | "band" | "chunks" | "blocks" | "hashed" | "reach", causal?: boolean,
 *   half: number, dilation: number, globals: number[], size: number, stride: number, first: number, last: number,
 *   random: number, rounds: number, chunks: number, left: number, right: number,
 * }} Rule
 */
/**
 * Arrays of a rule: drawn, the random blocks of each block of queries; chunk, the chunk of each token in each round.
 *
 * @typedef {{ drawn: Int32Array, chunk: Int32Array }} RuleArrays
 */

/** @type {Record<Rule["kind"], (rule: Rule, arrays: RuleArrays, tokens: number) => KindOf>} */
const RULES = {
  full: () => () => "full",

  band({ half, dilation, globals }, arrays, tokens) {
    const isGlobal = new Uint8Array(tokens)
    for (const position of globals) isGlobal[position] = 1
    const reach = half * dilation
    const near = dilation > 1 ? "dilated" : "local"
    return (query, key) => {
      if (isGlobal[query] || isGlobal[key]) return "global"
      const distance = query < key ? key - query : query - key
      return distance <= reach && distance % dilation === 0 ? near : NONE
    }
  },

  chunks: ({ size, stride }) => (query, key) => {
    const [early, late] = query < key ? [query, key] : [key, query]
    return late < Math.floor(early / stride) * stride + size ? "chunk" : NONE
  },

  blocks({ size, half, first, last, random }, { drawn }) {
    /** @param {number} block */
    const isGlobal = (block) => block < first || block >= last
    return (query, key) => {
      const [row, column] = [Math.floor(query / size), Math.floor(key / size)]
      if (isGlobal(row) || isGlobal(column)) return "global"
      if (Math.abs(row - column) <= half) return "local"
      for (let index = row * random; index < (row + 1) * random; index++) {
        if (drawn[index] === column) return "random"
      }
      return NONE
    }
  },

  reach({ left, right }, arrays, tokens) {
    const isFull = left === tokens - 1 && (right === 0 || right === tokens - 1)
    const kind = isFull ? "full" : "local"
    return (query, key) => (query - key <= left && key - query <= right ? kind : NONE)
  },

  hashed({ rounds, chunks }, { chunk }, tokens) {
    return (query, key) => {
      for (let round = 0; round < rounds; round++) {
        const queryChunk = chunk[round * tokens + query]
        const keyChunk = chunk[round * tokens + key]
        if (keyChunk === queryChunk || keyChunk === queryChunk - 1) return "hashed"
        // Before the first chunk of a round lies the last one of the round before.
        const before = (round + rounds - 1) % rounds
        if (queryChunk === 0 && chunk[before * tokens + key] === chunks - 1) return "hashed"
      }
      return NONE
    }
  },
}

/**
 * What tells the kind of any pair under a rule.
 *
 * @param {Rule} rule
 * @param {RuleArrays} arrays
 * @param {number} tokens
 * @returns {KindOf}
 */
export function kindOfRule(rule, arrays, tokens) {
  const kindOf = RULES[rule.kind](rule, arrays, tokens)
  return rule.causal ? (query, key) => (key > query ? NONE : kindOf(query, key)) : kindOf
}
