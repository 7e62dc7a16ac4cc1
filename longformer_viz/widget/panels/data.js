// What the payload of the panels says, ready to be asked for any pair.
/** @import { Payload } from "../shared/types.js" */
/** @import { KindOf, Rule } from "./rules.js" */
import { percentText } from "../shared/numbers.js"
import { decodePayload } from "../shared/payload.js"
import { NONE, kindOfRule } from "./rules.js"

/**
 * One panel in the header. own: whether the model was trained with the pattern; pairs: how many it computes;
 * full_pairs: how many full attention computes; kept: the share of full attention's weight on them; blind: rows without
 * a visible key.
 *
 * @typedef {{
 *   name: string, words: string, own: boolean, pairs: number, full_pairs: number, kept: number | null, blind: number,
 *   rule: Rule,
 * }} PanelHeader
 */
/**
 * softcap: what scores are capped at, if anything.
 *
 * @typedef {{
 *   layer: number, head: number, side: number, size: number, softcap: number | null, kinds: string[],
 *   left_out: number[], panels: PanelHeader[],
 * }} PanelsHeader
 */
/**
 * codes, kinds and shares: the picture reduced to side * side; lse: the log-sum-exp of every row.
 *
 * @typedef {PanelHeader & {
 *   codes: Uint8Array, kinds: Uint8Array, shares: Uint8Array, lse: Float32Array, kindOf: KindOf,
 * }} Panel
 */

/**
 * The pairs that a panel computes, as a share of those of full attention, such as "24%".
 *
 * @param {Pick<PanelHeader, "pairs" | "full_pairs">} panel
 */
export function pairsText({ pairs, full_pairs }) {
  return percentText(pairs / full_pairs)
}

export class PanelData {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    /** @type {Payload<PanelsHeader>} */
    const { crc, tokens, pieces, grid, arrays } = decodePayload(bytes)
    const header = /** @type {PanelsHeader} */ (grid)
    this.crc = crc
    this.tokens = tokens
    this.pieces = pieces
    this.layer = header.layer
    this.head = header.head
    /** Rows and columns of the reduced pictures. */
    this.side = header.side
    /** Numbers of a query or key vector. */
    this.size = header.size
    this.names = header.kinds
    /** @type {Float32Array} */
    this.queries = arrays.queries
    /** @type {Float32Array} */
    this.keys = arrays.keys
    /** @type {Float32Array | undefined} What is added to the scores, by the distance from key to query. */
    this.bias = arrays.bias
    this.softcap = header.softcap
    /** 1 for queries whose weights follow from other vectors, so that none can be computed here. */
    this.leftOut = new Uint8Array(tokens)
    for (const position of header.left_out) this.leftOut[position] = 1
    /** @type {Panel[]} */
    this.panels = header.panels.map((panel, number) => {
      /** @param {string} name */
      const own = (name) => arrays[name + number]
      return {
        ...panel,
        codes: own("codes"),
        kinds: own("kinds"),
        shares: own("shares"),
        lse: own("lse"),
        kindOf: kindOfRule(panel.rule, { drawn: own("drawn"), chunk: own("chunk") }, tokens),
      }
    })
  }

  /**
   * The attention score of a pair, the same in every panel.
   *
   * @param {number} query
   * @param {number} key
   */
  score(query, key) {
    const { queries, keys, size, softcap, bias, tokens } = this
    let sum = 0
    for (let index = 0; index < size; index++) sum += queries[query * size + index] * keys[key * size + index]
    if (softcap) sum = softcap * Math.tanh(sum / softcap)
    return bias ? sum + bias[key - query + tokens - 1] : sum
  }

  /**
   * Kind and weight of a pair in a panel; the weight is null outside the pattern and in rows that are left out.
   *
   * @param {number} number
   * @param {number} query
   * @param {number} key
   */
  pair(number, query, key) {
    const panel = this.panels[number]
    const kind = panel.kindOf(query, key)
    const seen = kind !== NONE && !this.leftOut[query]
    return { kind, weight: seen ? Math.exp(this.score(query, key) - panel.lse[query]) : null }
  }
}
