// The receptive field of one token after each layer: as a strip for each pattern, and as shading in the text.
/** @import { App, Payload, Tell } from "../shared/types.js" */
import { append, appendButton, contextOf } from "../shared/element.js"
import { saveCanvas } from "../shared/download.js"
import { FullScreen } from "../shared/full_screen.js"
import { clamp, countText } from "../shared/numbers.js"
import { PayloadFault, decodePayload } from "../shared/payload.js"
import { themeOf } from "../shared/theme.js"
import { KNOWN_COLOUR, NEVER, drawStrip } from "./strip.js"
import { ReachText } from "./text.js"

/** CSS pixels of a strip, and the most that a layer of it is tall. */
const STRIP = { height: 64, tallest: 8 }
/** In full screen: around the strips, of the words above one, and the most that a layer is tall. */
const FULL = { around: 80, words: 48, tallest: 36 }
/** Milliseconds from one layer to the next while playing. */
const STEP_MS = 900

/** looking: the query token; wanted: the key token; names: of the patterns. */
/** @typedef {{ looking: number, wanted: number, names: string[] }} ReachHeader */
/** @typedef {Payload<ReachHeader> & { grid: ReachHeader }} ReachData */
/** @typedef {{ row: HTMLButtonElement, words: HTMLElement, when: HTMLElement, canvas: HTMLCanvasElement }} Strip */
/** @typedef {"looking" | "wanted"} Role */

/** @type {[Role, string][]} */
const ROLES = [["looking", "query token"], ["wanted", "key token"]]

/** @implements {App<Uint8Array>} */
export class ReachApp {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    /** @type {Tell} */
    this.tell = { setStateValue() {}, setTriggerValue() {} }
    /** @type {Uint8Array | null} */
    this.bytes = null
    /** @type {ReachData | null} */
    this.data = null
    /** @type {Role} What a click in the text sets. */
    this.role = "looking"
    this.pattern = 0
    /** Layers shown; more than any document has until the first one arrives. */
    this.at = Infinity
    /** @type {number | null} */
    this.timer = null
    this.frame = 0
    /** @type {Strip[]} */
    this.strips = []
    this.root = append(parent, "div", "rv-root")
    const bar = append(this.root, "div", "rv-bar")
    this.play = appendButton(bar, "rv-button", "Play", () => (this.timer ? this.pause() : this.start()))
    this.back = appendButton(bar, "rv-button", "Step back", () => this.step(-1))
    this.forward = appendButton(bar, "rv-button", "Step forward", () => this.step(1))
    this.told = append(bar, "b", "rv-told")
    this.told.setAttribute("aria-live", "polite")
    const roles = append(bar, "span", "rv-roles", "Click in the text to set the ")
    this.roles = ROLES.map(([role, text]) => ({
      role,
      button: appendButton(roles, `rv-button rv-${role}`, text, () => {
        this.role = role
        this.render()
      }),
    }))
    appendButton(bar, "rv-button", "Full screen", () => void this.full.toggle(), "Full screen (F)")
    appendButton(bar, "rv-button", "PNG", () => this.save(), "Download the strips as a PNG image")
    const body = append(this.root, "div", "rv-body")
    this.list = append(body, "div", "rv-strips")
    this.text = new ReachText(
      append(body, "div", "rv-text"),
      (position) => this.tell.setTriggerValue("picked", { role: this.role, position }),
      (token) => this.titleOf(token),
    )
    this.full = new FullScreen(this.root, () => this.renderLater())
    this.sheet = append(this.root, "style")
    this.observer = new ResizeObserver(() => this.renderLater())
    this.observer.observe(this.list)
    Object.defineProperty(this.root, "lvReach", { configurable: true, value: this.hook() })
  }

  /** What a test reads. */
  hook() {
    return {
      state: () => ({ at: this.at, playing: Boolean(this.timer), pattern: this.pattern, ...this.data?.grid }),
      /** @param {number} number */
      layers: (number) => [...this.layersOf(number)],
    }
  }

  /**
   * After how many layers each token reaches the query token under a pattern.
   *
   * @param {number} number
   * @returns {Uint8Array}
   */
  layersOf(number) {
    return this.data?.arrays[`layers${number}`] ?? new Uint8Array(0)
  }

  /** @param {Uint8Array} bytes */
  show(bytes) {
    if (bytes === this.bytes) return this.render()
    this.bytes = bytes
    let data
    try {
      data = /** @type {ReachData} */ (decodePayload(bytes))
    } catch (fault) {
      if (!(fault instanceof PayloadFault)) throw fault
      this.told.textContent = fault.message
      return
    }
    const before = this.data
    this.data = data
    if (before?.layers !== data.layers) this.at = data.layers
    this.pattern = Math.min(this.pattern, data.grid.names.length - 1)
    this.build(data)
    if (before?.text !== data.text) this.text.write(data)
    this.colour()
    this.render()
    if (before?.grid.looking !== data.grid.looking) this.text.scrollTo(data.grid.looking)
  }

  start() {
    const depth = this.data?.layers ?? 0
    if (this.at >= depth) this.at = 0
    this.timer = setInterval(() => {
      this.at += 1
      if (this.at >= depth) this.pause()
      this.render()
    }, STEP_MS)
    this.render()
  }

  stop() {
    clearInterval(this.timer ?? undefined)
    this.timer = null
  }

  pause() {
    this.stop()
    this.render()
  }

  /** @param {number} by */
  step(by) {
    this.stop()
    this.at = clamp(this.at + by, 0, this.data?.layers ?? 0)
    this.render()
  }

  /** @param {ReachData} data */
  build(data) {
    this.list.replaceChildren()
    this.strips = data.grid.names.map((name, number) => {
      const choose = () => {
        this.pattern = number
        this.colour()
        this.render()
      }
      const row = appendButton(this.list, "rv-strip", "", choose, `Show the receptive field of ${name} in the text`)
      const words = append(row, "span", "rv-words")
      append(words, "b", "", name)
      const when = append(words, "span", "rv-when")
      const canvas = append(row, "canvas", "rv-canvas")
      canvas.setAttribute("role", "img")
      return { row, words, when, canvas }
    })
  }

  /** @param {number} token */
  titleOf(token) {
    const names = this.data?.grid.names ?? []
    const told = names.map((name, number) => {
      const layers = this.layersOf(number)[token]
      return `${name}: ${layers === NEVER ? "never reaches the query token" : `reaches the query token after ${layersText(layers)}`}`
    })
    return `token ${token}\n${told.join("\n")}`
  }

  colour() {
    if (this.data) this.text.colour(this.layersOf(this.pattern), this.data.grid.looking, this.data.grid.wanted)
  }

  render() {
    const { data } = this
    if (!data) return
    const { layers: depth, grid } = data
    const theme = themeOf(this.root, "light")
    this.play.textContent = this.timer ? "Pause" : "Play"
    this.back.disabled = this.at <= 0
    this.forward.disabled = this.at >= depth
    const when = this.at ? `after ${this.at} of ${depth} layers` : "before the first layer"
    this.told.textContent = when
    for (const { role, button } of this.roles) button.setAttribute("aria-pressed", String(role === this.role))
    const known = Array.from({ length: this.at + 1 }, (_, layer) => `.rv-text .rv-l${layer}`).join(", ")
    const shade = `color-mix(in srgb, ${KNOWN_COLOUR} ${theme === "dark" ? 55 : 26}%, transparent)`
    this.sheet.textContent = `${known} { background: ${shade} }`
    this.text.box.setAttribute(
      "aria-label",
      `The document. Shaded: the receptive field of token ${grid.looking} ${when}, ${grid.names[this.pattern]}.`,
    )
    this.strips.forEach(({ row, when: status, canvas }, number) => {
      row.setAttribute("aria-pressed", String(number === this.pattern))
      const layers = this.layersOf(number)
      status.textContent = ` ${this.statusOf(layers, grid.wanted)}`
      canvas.setAttribute("aria-label", `${grid.names[number]}, ${when}: ${status.textContent.trim()}.`)
      drawStrip(canvas, data, layers, this.at, theme, this.stripRoom())
    })
  }

  /** How tall a strip may be: in full screen the strips share the height of the screen. */
  stripRoom() {
    if (!this.full.on) return STRIP
    const height = (window.innerHeight - FULL.around) / this.strips.length - FULL.words
    return { height: Math.max(STRIP.height, height), tallest: FULL.tallest }
  }

  /**
   * The size of the receptive field so far, and whether the key token is in it.
   *
   * @param {Uint8Array} layers
   * @param {number} key
   */
  statusOf(layers, key) {
    let count = 0
    for (const layer of layers) if (layer <= this.at) count += 1
    const when = layers[key]
    const reached =
      when === NEVER
        ? "the key token is never reached"
        : when <= this.at
          ? `the key token is reached after ${layersText(when)}`
          : "the key token is not reached yet"
    return `${countText(count)} token${count === 1 ? "" : "s"}, ${reached}`
  }

  save() {
    const ratio = Math.min(2, window.devicePixelRatio || 1)
    const line = 18 * ratio
    const tall = this.strips[0].canvas.height + line + 8 * ratio
    const canvas = document.createElement("canvas")
    canvas.width = this.strips[0].canvas.width + 16 * ratio
    canvas.height = tall * this.strips.length + 16 * ratio
    const context = contextOf(canvas)
    const style = getComputedStyle(this.root)
    context.fillStyle = style.getPropertyValue("--st-background-color").trim() || "#ffffff"
    context.fillRect(0, 0, canvas.width, canvas.height)
    context.fillStyle = style.color
    context.font = `${12 * ratio}px sans-serif`
    this.strips.forEach(({ words, canvas: strip }, number) => {
      const y = 8 * ratio + number * tall
      context.fillText(words.textContent ?? "", 8 * ratio, y + 0.75 * line)
      context.drawImage(strip, 8 * ratio, y + line)
    })
    saveCanvas(canvas, `reach_after_${this.at}_layers.png`)
  }

  renderLater() {
    cancelAnimationFrame(this.frame)
    this.frame = requestAnimationFrame(() => this.render())
  }

  destroy() {
    this.stop()
    cancelAnimationFrame(this.frame)
    this.observer.disconnect()
    this.full.destroy()
    this.root.remove()
  }
}

/** @param {number} count */
function layersText(count) {
  return `${count} layer${count === 1 ? "" : "s"}`
}
