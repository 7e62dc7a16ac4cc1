// Numbers as a reader sees them.

/**
 * A whole number with its thousands set apart.
 *
 * `toLocaleString` is not used: its first call takes a browser long.
 *
 * @param {number} number
 */
export function countText(number) {
  const digits = String(Math.abs(number)).replace(/\B(?=(\d{3})+$)/g, ",")
  return number < 0 ? `−${digits}` : digits
}

/**
 * A share from 0 to 1 in per cent, with more digits the smaller it is; a dash for none.
 *
 * @param {number | null} share
 */
export function percentText(share) {
  if (share === null) return "–"
  const percent = 100 * share
  return `${percent.toFixed(percent >= 9.95 || percent === 0 ? 0 : percent < 0.1 ? 2 : 1)}%`
}

/**
 * A time with two digits, such as "0.8 s" or "2 min".
 *
 * @param {number} seconds
 */
export function secondsText(seconds) {
  if (seconds >= 90) return `${Math.round(seconds / 60)} min`
  return `${Number(seconds.toPrecision(2))} s`
}

/**
 * A size with a unit, such as "93 MB".
 *
 * @param {number} bytes
 */
export function bytesText(bytes) {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`
  return bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : `${Math.round(bytes / 1e3)} KB`
}

/**
 * A weight from 0 to 1 with three significant digits.
 *
 * @param {number} weight
 */
export function weightText(weight) {
  if (weight >= 0.9995) return "1"
  if (weight < 1e-4) return "below 0.0001"
  return weight.toFixed(Math.max(2, 2 - Math.floor(Math.log10(weight))))
}

/**
 * How far a key stands from its query.
 *
 * @param {number} distance Position of the key less that of the query, in tokens.
 */
export function distanceText(distance) {
  if (distance === 0) return "itself"
  const tokens = Math.abs(distance)
  return `${countText(tokens)} token${tokens === 1 ? "" : "s"} ${distance < 0 ? "back" : "ahead"}`
}

/**
 * The nearest number from low to high.
 *
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
export function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value))
}
