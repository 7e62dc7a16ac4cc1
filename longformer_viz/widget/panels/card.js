// One panel: its name, its settings, its numbers, and its picture with the cursor over it.
/** @import { Pair, Size, Theme } from "../shared/types.js" */
/** @import { PanelData } from "./data.js" */
/** @import { Sight } from "./raster.js" */
import { append, contextOf } from "../shared/element.js"
import { countText, percentText, weightText } from "../shared/numbers.js"
import { pairsText } from "./data.js"
import { KINDS } from "./kinds.js"
import { NONE } from "./rules.js"

export class PanelCard {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.root = append(parent, "div", "lp-card")
    this.title = append(this.root, "div", "lp-title")
    this.words = append(this.root, "div", "lp-words")
    this.value = append(this.root, "div", "lp-value")
    this.value.hidden = true
    this.numbers = append(this.root, "div", "lp-numbers")
    this.stage = append(this.root, "div", "lp-stage")
    this.picture = append(this.stage, "canvas", "lp-picture")
    this.over = append(this.stage, "canvas", "lp-over")
    this.over.tabIndex = 0
    this.over.setAttribute("role", "img")
  }

  /**
   * @param {PanelData} data
   * @param {number} number
   */
  say(data, number) {
    const panel = data.panels[number]
    const pairs = pairsText(panel)
    const kept = percentText(panel.kept)
    this.title.replaceChildren()
    append(this.title, "b", "", panel.name)
    const badge = append(this.title, "span", panel.own ? "lp-badge lp-own" : "lp-badge lp-other")
    badge.textContent = panel.own ? "pattern of the run" : "same weights, other pattern"
    this.words.textContent = this.words.title = panel.words
    this.numbers.replaceChildren()
    append(this.numbers, "b", "", pairs)
    this.numbers.append(" of the pairs, ")
    append(this.numbers, "b", "", kept)
    this.numbers.append(" captured mass")
    this.numbers.title = `${pairs} of the pairs carry ${kept} of full attention's weight: the captured mass`
    if (panel.blind) this.numbers.append(`, ${countText(panel.blind)} rows without a key`)
    this.over.setAttribute(
      "aria-label",
      `${panel.name}, ${panel.words}: layer ${data.layer}, head ${data.head} over ${countText(data.tokens)} tokens. Its ` +
        `${pairs} of the pairs carry ${kept} of full attention. Arrow keys move the cursor, plus and minus ` +
        "zoom, Home shows the whole document, Enter selects a pair, Escape clears the selection.",
    )
  }

  /**
   * @param {Size} size CSS pixels.
   * @param {number} ratio Device pixels of a CSS pixel.
   */
  size({ width, height }, ratio) {
    Object.assign(this.stage.style, { width: `${width}px`, height: `${height}px` })
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)]
    for (const canvas of [this.picture, this.over]) {
      if (canvas.width !== across || canvas.height !== down) Object.assign(canvas, { width: across, height: down })
    }
  }

  /**
   * Read out the weight at the cursor; it takes the place of the settings.
   *
   * @param {PanelData} data
   * @param {number} number
   * @param {Pair | null} pair
   */
  read(data, number, pair) {
    this.value.hidden = !pair
    this.words.hidden = Boolean(pair)
    this.value.replaceChildren()
    if (!pair) return
    const { kind, weight } = data.pair(number, pair.query, pair.key)
    append(this.value, "i", "lp-dot").style.background = KINDS[kind]?.colour ?? "transparent"
    const told = kind === NONE ? "" : weight === null ? ": row of a global token, not computed" : `: ${weightText(weight)}`
    this.value.append(`${KINDS[kind]?.text ?? "forbidden"}${told}`)
    this.value.dataset.kind = kind
    this.value.dataset.weight = weight === null ? "" : String(weight)
  }

  /**
   * Draw the cursor's cross.
   *
   * @param {Sight} sight
   * @param {Pair | null} pair
   * @param {boolean} isSelected
   * @param {number} ratio
   * @param {Theme} theme
   */
  cross(sight, pair, isSelected, ratio, theme) {
    const context = contextOf(this.over)
    const { width: across, height: down } = this.over
    context.clearRect(0, 0, across, down)
    if (!pair) return
    /** @type {(token: number, origin: number, pixels: number) => number} */
    const at = (token, origin, pixels) => Math.round(((token + 0.5 - origin) / sight.span) * pixels) + 0.5
    const [x, y] = [at(pair.key, sight.x, across), at(pair.query, sight.y, down)]
    const [halo, ink] = theme === "dark" ? ["#000000aa", "#ffffff"] : ["#ffffffcc", "#1a1a1a"]
    for (const { width, colour } of [{ width: 3 * ratio, colour: halo }, { width: ratio, colour: ink }]) {
      context.strokeStyle = colour
      context.lineWidth = width
      context.setLineDash(isSelected ? [] : [4 * ratio, 3 * ratio])
      context.beginPath()
      context.moveTo(0, y)
      context.lineTo(across, y)
      context.moveTo(x, 0)
      context.lineTo(x, down)
      context.stroke()
    }
  }
}
