// Makes SVG elements. Text is always set as text.

const SPACE = "http://www.w3.org/2000/svg"

/**
 * Make an SVG element at the end of another one.
 *
 * @param {Element} parent
 * @param {string} tag
 * @param {Record<string, string | number | undefined>} [attributes] Undefined ones are left out.
 * @param {string} [text]
 */
export function draw(parent, tag, attributes = {}, text = "") {
  const made = document.createElementNS(SPACE, tag)
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(name, String(value))
  if (text) made.textContent = text
  parent.append(made)
  return made
}

/** CSS pixels below which a drawing is laid out for a narrow screen, so that its words stay large enough to read. */
const NARROW = 520

/** @param {Element} parent */
export function isNarrow(parent) {
  return parent.clientWidth > 0 && parent.clientWidth < NARROW
}

/**
 * Start a drawing that says its point to a screen reader.
 *
 * @param {Element} parent
 * @param {number} width
 * @param {number} height
 * @param {string} alt
 */
export function drawing(parent, width, height, alt) {
  const name = isNarrow(parent) ? "le-drawing le-narrow" : "le-drawing"
  return draw(parent, "svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": alt, class: name })
}
