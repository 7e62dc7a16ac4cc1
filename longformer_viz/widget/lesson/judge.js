// Marks predictions. The truth was computed by the library and came with the chapter.
/** @import { Choice, DrawBand, Estimate, Outcome, Prediction } from "./types.js" */
import { countText } from "../shared/numbers.js"

/**
 * Whether the pattern of a row to paint allows a key.
 *
 * @param {string} codes A letter for each key; a dot for a forbidden one.
 * @param {number} key
 */
export function isAllowed(codes, key) {
  return codes[key] !== "."
}

/**
 * Mark a painted row: each reason for wrong cells is said once, with the tokens that it is about.
 *
 * @param {DrawBand} prediction
 * @param {Set<number>} painted
 * @returns {Outcome}
 */
export function judgeBand({ tokens, codes, why, reasons }, painted) {
  const wrong = tokens.map((_, key) => key).filter((key) => painted.has(key) !== isAllowed(codes, key))
  const agreement = (tokens.length - wrong.length) / tokens.length
  /** @type {Map<string, number[]>} */
  const byReason = new Map()
  for (const key of wrong) byReason.set(why[key], [...(byReason.get(why[key]) ?? []), key])
  const said = [...byReason].map(([name, keys]) => {
    const missed = isAllowed(codes, keys[0]) ? "Missed" : "Too many"
    return `${missed}: ${quoted(keys.map((key) => tokens[key]))}. ${reasons[name]}`
  })
  return {
    verdict: wrong.length ? "wrong" : "right",
    headline: wrong.length ? `${Math.round(100 * agreement)}% of the cells agree` : "All cells agree",
    reasons: said,
  }
}

/**
 * Mark an estimate: a known mistake has its own reason.
 *
 * @param {Estimate} prediction
 * @param {number} value
 * @returns {Outcome}
 */
export function judgeEstimate({ truth, said, factor, too_low, too_high, traps }, value) {
  const off = value / truth
  if (off <= factor * (1 + 1e-9) && off >= 1 / factor / (1 + 1e-9)) return { verdict: "right", headline: `Right: ${said}`, reasons: [] }
  const nearest = traps.map((trap) => ({ ...trap, away: Math.abs(Math.log(value / trap.value)) }))
  nearest.sort((one, other) => one.away - other.away)
  const reason = nearest.length && nearest[0].away < Math.log(1.2) ? nearest[0].reason : value < truth ? too_low : too_high
  return { verdict: "wrong", headline: `The answer is ${said}`, reasons: [reason] }
}

/**
 * Mark a choice.
 *
 * @param {Choice} prediction
 * @param {Set<number>} chosen
 * @returns {Outcome}
 */
export function judgeChoice({ options, several }, chosen) {
  const wrong = options.filter(({ right }, index) => right !== chosen.has(index))
  if (!wrong.length) {
    const reasons = options.filter(({ right }) => right && !several).map(({ reason }) => reason)
    return { verdict: "right", headline: "Right", reasons: reasons.map((reason) => reason.replace(/^Right: /, "")).map(capital) }
  }
  // Of a single choice the chosen option's reason is said, of several every wrong one's.
  const about = several ? wrong : options.filter((_, index) => chosen.has(index))
  const right = options.filter((option) => option.right).map(({ text }) => text)
  return {
    verdict: "wrong",
    headline: several ? `${options.length - wrong.length} of ${options.length} are right` : `The answer is ${quoted(right)}`,
    reasons: about.map(({ text, reason }) => (several ? `${text}: ${reason}` : reason)),
  }
}

/** @param {string[]} texts */
function quoted(texts) {
  return texts.map((text) => `“${text}”`).join(", ")
}

/** @param {string} text */
function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** @type {Map<string, number>} */
const SCALES = new Map([["k", 1e3], ["m", 1e6], ["g", 1e9], ["t", 1e12]])

/**
 * Read a typed estimate; throws an Error whose message is for the reader.
 *
 * @param {string} text
 * @param {Estimate} prediction
 */
export function readEstimate(text, { low, high, unit }) {
  const plain = text.trim().replace(/[,\s_]/g, "")
  const match = /^([0-9]*\.?[0-9]+(?:e[0-9]{1,2})?)(k|m|g|t)?b?$/i.exec(plain)
  const value = match ? Number(match[1]) * (SCALES.get((match[2] ?? "").toLowerCase()) ?? 1) : NaN
  if (!(value >= low && value <= high)) {
    const range = `from ${numberText(low, unit)} to ${numberText(high, unit)}`
    throw new Error(`The estimate must be a number ${range}. You entered “${text.trim().slice(0, 30)}”. Move the slider instead.`)
  }
  return value
}

/**
 * A number with its unit, three digits at most.
 *
 * @param {number} value
 * @param {string} unit
 */
export function numberText(value, unit) {
  if (unit === "bytes") {
    for (const [scale, name] of /** @type {[number, string][]} */ ([[1e12, "TB"], [1e9, "GB"], [1e6, "MB"], [1e3, "kB"]])) {
      if (value >= scale) return `${digits(value / scale)} ${name}`
    }
  }
  for (const [scale, name] of /** @type {[number, string][]} */ ([[1e9, "billion "], [1e6, "million "]])) {
    if (value >= scale) return `${digits(value / scale)} ${name}${unit}`
  }
  if (unit === "%") return `${digits(value)}%`
  if (value === 1) return `1 ${unit.replace(/s$/, "")}`
  return `${value >= 100 ? countText(Math.round(value)) : digits(value)} ${unit}`
}

/** @param {number} value */
function digits(value) {
  return value >= 100 ? countText(Math.round(value)) : String(Number(value.toPrecision(2)))
}

/**
 * The answer to a prediction, for a learner who skips it or comes back to it.
 *
 * @param {Prediction} prediction
 */
export function answerText(prediction) {
  if (prediction.kind === "estimate") return `The answer is ${prediction.said}`
  if (prediction.kind === "choice") {
    const right = prediction.options.filter((option) => option.right)
    return `The answer is ${quoted(right.map(({ text }) => text))}`
  }
  if (prediction.kind === "globals") return "The usual choice: all tokens of the question"
  const keys = prediction.tokens.filter((_, key) => isAllowed(prediction.codes, key))
  return `The keys are ${quoted(keys)}`
}
