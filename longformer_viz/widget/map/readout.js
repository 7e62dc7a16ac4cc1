// The line under the map: the pair under the crosshair in words, for eyes and for screen readers.
/** @import { MapState, PairKind, Payload, Preview, Selection, Span, View } from "../shared/types.js" */
import { FAULT, FLOOR, codeWeights } from "../shared/codes.js"
import { append } from "../shared/element.js"
import { meanKind, meanWeights } from "../shared/mean_row.js"
import { bytesText, countText, distanceText, percentText, secondsText, weightText } from "../shared/numbers.js"
import { ELSEWHERE, OUTSIDE, pairCode, pairKind } from "../shared/pairs.js"
import { plainPiece } from "../shared/pieces.js"
import { isIn, selectionOf, selectionText } from "../shared/selection.js"

const HINT =
  "Point at a pair to read its weight. Click a row, or a word in the text, to see what it attends to. Scroll to zoom, " +
  "drag to move."
const KIND_TEXT = {
  local: "window",
  dilated: "dilated",
  global: "global",
  outside: "forbidden by the pattern",
}

/**
 * What the map shows, and the keys that move it, for screen readers.
 *
 * @param {Payload} data
 */
export function mapDescription(data) {
  const [view] = data.views
  const count = view.globals.length
  const globals = `${countText(count)} global token${count === 1 ? "" : "s"}`
  const dilation = view.dilation > 1 ? `, dilation ${view.dilation}` : ""
  const others = data.views.slice(1).map(({ label }) => label)
  const other = others.length ? ` Beside it: ${others.join(", ")}.` : ""
  return (
    `Attention map of ${inSentence(view.label)}: ${countText(data.tokens)} by ${countText(data.tokens)} pairs, window ` +
    `${countText(view.window)}${dilation}, ${globals}.${other} Arrow keys move the view, plus and minus zoom, Home shows ` +
    "the whole document. Shift with an arrow key moves the crosshair, Enter selects its query token, Escape clears the " +
    "selection."
  )
}

/** A name such as "Layer 2, head 0" within a sentence. @param {string} label */
function inSentence(label) {
  return label.charAt(0).toLowerCase() + label.slice(1)
}

/**
 * A code in words.
 *
 * @param {View} view
 * @param {number} code
 */
export function codeText(view, code) {
  if (code === ELSEWHERE) return "zoom in to read the weight"
  if (code === FAULT) return "not a number: the run has a fault"
  const value = codeWeights(view)[code]
  if (view.difference) {
    if (code === 0) return "no difference"
    return `${weightText(Math.abs(value))} ${value < 0 ? "lower" : "higher"}`
  }
  return code === 0 ? "weight below 0.0001" : `weight ${weightText(value)}`
}

/**
 * The first words of a part of the text.
 *
 * @param {Payload} data
 * @param {Span} span
 */
function firstWords({ text, offsets }, { from, to }) {
  const words = text.slice(offsets[2 * from], offsets[2 * to - 1]).slice(0, 200)
  return plainPiece(words.replace(/\s+/g, " "), 22)
}

/**
 * A mean weight in words.
 *
 * @param {View} view
 * @param {number} mean
 */
function meanText(view, mean) {
  if (Number.isNaN(mean)) return "not a number: the run has a fault"
  if (!view.difference) return `mean weight ${weightText(mean)}`
  return `mean difference: ${Math.abs(mean) < FLOOR ? "none" : `${weightText(Math.abs(mean))} ${mean < 0 ? "lower" : "higher"}`}`
}

/**
 * The share of a query's weight that goes to the head's sink, in words; empty without a sink.
 *
 * @param {View} view
 * @param {number} query
 */
export function sinkText(view, query) {
  return view.sink.length ? `, sink ${percentText(codeWeights(view)[view.sink[query]])}` : ""
}

export class Readout {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root
    root.setAttribute("aria-live", "polite")
    root.setAttribute("aria-atomic", "true")
    this.said = ""
  }

  /** @param {MapState} state */
  say(state) {
    const { data, hover, locked, preview, waiting } = state
    if (preview && !hover) return this.change(preview, waiting)
    const selection = selectionOf(state)
    if (selection && selection.to - selection.from > 1 && (!hover || hover.mean || isIn(selection, hover.query) && hover.key === null)) {
      return this.mean(data, selection, hover?.key ?? null)
    }
    const pair = hover ?? (locked === null ? null : { query: locked, key: null })
    const said = JSON.stringify([data.crc, pair, locked])
    if (said === this.said) return
    this.said = said
    this.root.replaceChildren()
    if (!pair || pair.query >= data.tokens) {
      append(this.root, "span", "lv-hint", HINT)
      return
    }
    const pairRow = append(this.root, "span", "lv-pair")
    this.token(pairRow, "query", data, pair.query)
    if (pair.key === null) {
      append(this.root, "span", "lv-hint", pair.query === locked ? "selected" : "")
      return
    }
    append(pairRow, "span", "lv-arrow", "→")
    this.token(pairRow, "key", data, pair.key)
    const facts = append(this.root, "span", "lv-facts")
    append(facts, "span", "", distanceText(pair.key - pair.query))
    for (const view of data.views) {
      const code = pairCode(view, data.tokens, pair.query, pair.key)
      const weight = code === OUTSIDE ? "" : `, ${codeText(view, code)}`
      const words = weight + sinkText(view, pair.query)
      this.fact(this.lineOf(facts, data), data, view, pairKind(view, pair.query, pair.key), words, code === FAULT)
    }
  }

  /**
   * Where the weight of one map is read out: several maps have a line each, so that their weights stand one below the
   * other.
   *
   * @param {HTMLElement} facts The line of what all maps share.
   * @param {Payload} data
   */
  lineOf(facts, { views }) {
    return views.length > 1 ? append(this.root, "span", "lv-facts") : facts
  }

  /**
   * The mean attention of a sentence or paragraph, on a key where one is pointed at.
   *
   * @param {Payload} data
   * @param {Selection} selection
   * @param {number | null} key
   */
  mean(data, selection, key) {
    const said = JSON.stringify([data.crc, selection, key])
    if (said === this.said) return
    this.said = said
    this.root.replaceChildren()
    const line = append(this.root, "span", "lv-pair")
    append(line, "b", "lv-piece", firstWords(data, selection)).dir = "auto"
    append(line, "span", "lv-role", `${selectionText(selection)}, mean attention`)
    if (key === null) {
      append(this.root, "span", "lv-hint", "Point at a word in the text to read the mean weight on it.")
      return
    }
    const target = append(this.root, "span", "lv-pair")
    append(target, "span", "lv-arrow", "→")
    this.token(target, "key", data, key)
    const facts = append(this.root, "span", "lv-facts")
    for (const view of data.views) {
      const mean = meanWeights(view, data.tokens, selection)?.[key]
      const kind = meanKind(view, selection, key)
      const words = mean === undefined ? "the mean weight is being computed" : meanText(view, mean)
      this.fact(this.lineOf(facts, data), data, view, kind, kind === "outside" ? "" : `, ${words}`, Number.isNaN(mean))
    }
  }

  /**
   * What a pattern would change that was chosen and has not been run.
   *
   * @param {Preview} preview
   * @param {boolean} waiting
   */
  change(preview, waiting) {
    const { window, dilation, share, shareBefore, seconds, bytes } = preview
    const said = JSON.stringify([window, dilation, share, waiting])
    if (said === this.said) return
    this.said = said
    this.root.replaceChildren()
    const line = append(this.root, "span", "lv-change")
    append(line, "b", "", `${percentText(shareBefore)} → ${percentText(share)} of the pairs`)
    const cost = `${waiting ? "Running" : "Estimate"}: ${secondsText(seconds)}, ${bytesText(bytes)}`
    append(this.root, "span", "lv-change", cost)
    append(this.root, "span", "lv-hint", "Hatched: lost pairs. Outlined: gained pairs.")
  }

  /**
   * @param {HTMLElement} facts
   * @param {Payload} data
   * @param {View} view
   * @param {PairKind} kind
   * @param {string} weight In words.
   * @param {boolean} isFault
   */
  fact(facts, data, view, kind, weight, isFault) {
    const name = data.views.length > 1 ? `${view.label}: ` : ""
    const fact = append(facts, "span", facts.childElementCount ? "lv-fact" : "")
    const swatch = append(fact, "span", `lv-swatch lv-${kind}`, kind === "global" ? "G" : "")
    swatch.setAttribute("aria-hidden", "true")
    append(fact, "span", isFault ? "lv-fault" : "", `${name}${KIND_TEXT[kind]}${weight}`)
  }

  /**
   * @param {HTMLElement} parent
   * @param {"query" | "key"} role
   * @param {Payload} data
   * @param {number} position
   */
  token(parent, role, data, position) {
    append(parent, "b", "lv-piece", plainPiece(data.pieces[position], 22)).dir = "auto"
    append(parent, "span", "lv-role", `${role} ${countText(position)}`)
  }
}
