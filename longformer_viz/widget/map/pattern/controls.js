// Window, dilation and global tokens: while one is dragged the map shows the new pattern, on release it is run.
/** @import { Actions, MapPart, MapState, PatternControls, PatternValues, Store } from "../../shared/types.js" */
import { append, fillOptions } from "../../shared/element.js"
import { countText } from "../../shared/numbers.js"
import { previewOf } from "./preview.js"

const LIMITS = { window: [2, 131_072, 2], dilation: [1, 16_384, 1], step: [1, 16_384, 1] }
const NAMES = { window: "Window", dilation: "Dilation", step: "Step between global tokens" }
const HELP = {
  window: "Each token attends to the tokens around it, half of the window on each side.",
  dilation: "The step between the keys of a window. Without gaps it is 1.",
  preset: "A token that attends to every token and that every token attends to.",
}

/** @typedef {"window" | "dilation"} Slid */

/** @implements {MapPart} */
export class PatternBar {
  /**
   * @param {HTMLElement} root
   * @param {Store<MapState>} store
   * @param {Actions} actions
   */
  constructor(root, store, actions) {
    this.root = root
    this.store = store
    this.actions = actions
    /** @type {PatternValues | null} What the reader has set and the host has not answered. */
    this.own = null
    /** @type {Record<Slid, number[]>} */
    this.steps = { window: [], dilation: [] }
    root.setAttribute("role", "group")
    root.setAttribute("aria-label", "Attention pattern")
    this.sliders = { window: this.slider("Window", "window"), dilation: this.slider("Dilation", "dilation") }
    const label = append(root, "label", "lv-pattern-name", "Global tokens")
    label.title = HELP.preset
    const choice = append(root, "div", "lv-pattern-choice")
    this.preset = append(choice, "select", "lv-select")
    this.preset.setAttribute("aria-label", "Global tokens")
    this.preset.title = HELP.preset
    this.preset.onchange = () => this.choose({ preset: this.preset.value }, true)
    this.step = this.box(choice, "Step between global tokens", "step")
    this.positions = append(choice, "input", "lv-number lv-positions")
    this.positions.setAttribute("aria-label", "Positions of global tokens")
    this.positions.placeholder = "0, 5, 17-20"
    this.positions.oninput = () => this.choose({ positions: this.positions.value }, false)
    this.positions.onchange = () => this.choose({ positions: this.positions.value }, true)
    this.problem = append(root, "div", "lv-pattern-problem")
    this.problem.setAttribute("role", "alert")
    this.render(store.get(), null)
  }

  /** The values that the controls show. */
  get values() {
    const { pattern } = this.store.get().data.controls
    return this.own ?? (pattern ? valuesOf(pattern) : null)
  }

  /**
   * A slider with the same value beside it as a number.
   *
   * @param {string} name
   * @param {Slid} key
   */
  slider(name, key) {
    const label = append(this.root, "span", "lv-pattern-name", name)
    label.title = HELP[key]
    label.setAttribute("aria-hidden", "true")
    const range = append(this.root, "input", "lv-range lv-pattern-range")
    Object.assign(range, { type: "range", min: "0", step: "1", title: HELP[key] })
    range.setAttribute("aria-label", name)
    range.oninput = () => this.choose({ [key]: this.steps[key][Number(range.value)] }, false)
    range.onchange = () => this.choose({ [key]: this.steps[key][Number(range.value)] }, true)
    return { range, number: this.box(this.root, `${name}, exact value`, key) }
  }

  /**
   * A box for a number; a number that is none is said, and neither shown nor run.
   *
   * @param {HTMLElement} parent
   * @param {string} name
   * @param {keyof typeof LIMITS} key
   */
  box(parent, name, key) {
    const number = append(parent, "input", "lv-number")
    const [min, max, step] = LIMITS[key]
    Object.assign(number, { type: "number", min, max, step, inputMode: "numeric" })
    number.setAttribute("aria-label", name)
    number.oninput = () => {
      if (number.value && number.validity.valid) this.choose({ [key]: Number(number.value) }, false, number)
    }
    number.onchange = () => {
      if (number.value && number.validity.valid) this.choose({ [key]: Number(number.value) }, true)
      else this.refuse(number, key)
    }
    return number
  }

  /**
   * Show the pattern of changed values, and run it where the reader has let go.
   *
   * @param {Partial<PatternValues>} patch
   * @param {boolean} isFinal
   * @param {HTMLElement | null} [typing] The box that is being typed in: its text stays.
   */
  choose(patch, isFinal, typing = null) {
    const { values } = this
    if (!values) return
    this.own = { ...values, ...patch }
    this.store.set({ preview: previewOf(this.own, this.store.get().data) })
    this.fill(typing)
    if (isFinal) this.actions.runPattern(this.own)
  }

  /**
   * Say why a typed number is not run, and go back to the value before.
   *
   * @param {HTMLInputElement} number
   * @param {keyof typeof LIMITS} key
   */
  refuse(number, key) {
    const problem = problemOf(key, number.value)
    this.forget()
    this.problem.textContent = problem
  }

  forget() {
    this.own = null
    this.store.set({ preview: this.answered() })
    this.fill()
  }

  /** What the host's own values change of the run that it shows, such as after a run that was refused. */
  answered() {
    const { data } = this.store.get()
    const { pattern } = data.controls
    return pattern ? previewOf(valuesOf(pattern), data) : null
  }

  /**
   * @param {MapState} state
   * @param {MapState | null} previous
   */
  render(state, previous) {
    const { pattern } = state.data.controls
    this.root.hidden = !pattern
    if (!pattern || state.data === previous?.data) return
    if (this.own && isSame(this.own, valuesOf(pattern))) this.own = null
    const preview = this.own ? previewOf(this.own, state.data) : this.answered()
    this.store.set({ preview, waiting: this.own ? state.waiting : false })
    fillOptions(this.preset, pattern.names.map((name) => [name, name]))
    this.fill()
  }

  /** @param {HTMLElement | null} [typing] */
  fill(typing = null) {
    const { values } = this
    const { pattern } = this.store.get().data.controls
    if (!values || !pattern) return
    this.problem.textContent = ""
    for (const key of /** @type {Slid[]} */ (["window", "dilation"])) {
      this.fillSlider(key, values[key], pattern, typing)
    }
    this.preset.value = values.preset
    this.step.hidden = values.preset !== "Every k-th token"
    this.positions.hidden = values.preset !== "Typed positions"
    if (this.step !== typing) this.step.value = String(values.step)
    if (this.positions.value !== values.positions) this.positions.value = values.positions
  }

  /**
   * @param {Slid} key
   * @param {number} value
   * @param {PatternControls} pattern
   * @param {HTMLElement | null} typing
   */
  fillSlider(key, value, pattern, typing) {
    const { range, number } = this.sliders[key]
    const steps = [...new Set([...pattern[key === "window" ? "windows" : "dilations"], value])].sort((a, b) => a - b)
    this.steps[key] = steps
    range.max = String(steps.length - 1)
    range.value = String(steps.indexOf(value))
    range.setAttribute("aria-valuetext", countText(value))
    if (number !== typing) number.value = String(value)
    range.disabled = number.disabled = pattern.fixed[key]
    range.title = pattern.fixed[key] ? "More settings sets this value layer by layer" : HELP[key]
  }

  destroy() {
    this.root.replaceChildren()
  }
}

/**
 * The rule that a typed number breaks, the number, and one that would do.
 *
 * @param {keyof typeof LIMITS} key
 * @param {string} typed Empty where it is no number at all.
 */
export function problemOf(key, typed) {
  const [min, max, step] = LIMITS[key]
  const kind = step === 2 ? "an even number" : "a whole number"
  const rule = `${NAMES[key]} must be ${kind} from ${countText(min)} to ${countText(max)}.`
  if (!typed) return rule
  const near = Math.min(max, Math.max(min, step * Math.ceil(Number(typed) / step)))
  return `${rule} You entered ${typed}. Try ${countText(near)}.`
}

/**
 * @param {PatternControls} pattern
 * @returns {PatternValues}
 */
function valuesOf({ window, dilation, preset, step, positions }) {
  return { window, dilation, preset, step, positions }
}

/**
 * @param {PatternValues} one
 * @param {PatternValues} other
 */
function isSame(one, other) {
  const names = /** @type {(keyof PatternValues)[]} */ (["window", "dilation", "preset", "step", "positions"])
  return names.every((name) => one[name] === other[name])
}
