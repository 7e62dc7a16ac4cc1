// Makes elements. Text is always set as text, never as markup.

/**
 * Make an element.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} [className]
 * @param {string} [text]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, className = "", text = "") {
  const made = document.createElement(tag)
  if (className) made.className = className
  if (text) made.textContent = text
  return made
}

/**
 * Make an element at the end of another one.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Node & ParentNode} parent
 * @param {Tag} tag
 * @param {string} [className]
 * @param {string} [text]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function append(parent, tag, className = "", text = "") {
  const made = element(tag, className, text)
  parent.append(made)
  return made
}

/**
 * Make a button at the end of another element.
 *
 * @param {Node & ParentNode} parent
 * @param {string} className
 * @param {string} text
 * @param {() => void} act
 * @param {string} [title] Shown while the pointer rests on it; names the button where its text is a sign.
 */
export function appendButton(parent, className, text, act, title = "") {
  const made = append(parent, "button", className, text)
  made.type = "button"
  made.onclick = act
  if (title) made.title = title
  if (title && text.length === 1) made.setAttribute("aria-label", title)
  return made
}

/**
 * Replace the options of a select box.
 *
 * @param {HTMLSelectElement} select
 * @param {[string | number, string | number][]} options Value and text of each.
 */
export function fillOptions(select, options) {
  select.replaceChildren()
  for (const [value, text] of options) append(select, "option", "", String(text)).value = String(value)
}

/**
 * The drawing context of a canvas.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 * @returns {CanvasRenderingContext2D}
 */
export function contextOf(canvas, settings) {
  const context = canvas.getContext("2d", settings)
  if (!context) throw new Error("This browser cannot draw on a canvas.")
  return context
}
