// Above the panels the buttons and the legend; below them the pair under the cursor in words.
/** @import { Pair, Theme } from "../shared/types.js" */
/** @import { PanelData } from "./data.js" */
/** @import { PanelMode, Sight } from "./raster.js" */
import { OUTSIDE_COLOUR, scaleColour } from "../shared/colours.js"
import { append, appendButton } from "../shared/element.js"
import { widthSelect } from "../shared/image_size.js"
import { countText, distanceText } from "../shared/numbers.js"
import { plainPiece } from "../shared/pieces.js"
import { KINDS, drawSwatch } from "./kinds.js"

/** @typedef {{ mode: PanelMode, sight: Sight, hover: Pair | null, selected: Pair | null, near: boolean }} PanelsState */

/** @type {[PanelMode, string][]} */
const MODES = [["weights", "Weights"], ["kinds", "Kinds of pairs"]]

export class PanelTools {
  /**
   * @param {HTMLElement} parent
   * @param {{
   *   mode: (mode: PanelMode) => void, clear: () => void, whole: () => void, full: () => void,
   *   png: (pixels: number) => void,
   * }} act
   */
  constructor(parent, act) {
    this.root = append(parent, "div", "lp-tools")
    const joined = append(this.root, "div", "lp-joined")
    this.modes = MODES.map(([mode, text]) => ({
      mode,
      button: appendButton(joined, "lp-button", text, () => act.mode(mode)),
    }))
    this.legend = append(this.root, "div", "lp-legend")
    const files = append(this.root, "div", "lp-files")
    this.clear = appendButton(files, "lp-button", "Clear selection", act.clear, "Clear the selected pair (Escape)")
    this.whole = appendButton(files, "lp-button", "Show whole document", act.whole)
    appendButton(files, "lp-button", "Full screen", act.full, "Full screen (F)")
    const width = widthSelect(files, "lp-button")
    appendButton(files, "lp-button", "PNG", () => act.png(Number(width.value)), "Download all panels as a PNG image")
    this.shown = ""
  }

  /**
   * @param {PanelData} data
   * @param {PanelsState} state
   * @param {Theme} theme
   */
  render(data, { mode, sight, selected }, theme) {
    for (const { mode: own, button } of this.modes) button.setAttribute("aria-pressed", String(own === mode))
    this.clear.hidden = !selected
    this.whole.hidden = sight.span >= data.tokens
    const shown = `${mode} ${theme} ${data.crc}`
    if (this.shown === shown) return
    this.shown = shown
    this.legend.replaceChildren()
    if (mode === "weights") this.scale(theme)
    else this.swatches(data, theme)
    append(this.legend, "i", "lp-swatch").style.background = OUTSIDE_COLOUR[theme]
    append(this.legend, "span", "", "forbidden")
  }

  /** @param {Theme} theme */
  scale(theme) {
    append(this.legend, "span", "", "weight 0.0001")
    const stops = Array.from({ length: 9 }, (_, step) => `rgb(${scaleColour(step / 8, false, theme)})`)
    append(this.legend, "i", "lp-scale").style.background = `linear-gradient(90deg, ${stops.join(", ")})`
    append(this.legend, "span", "", "1")
  }

  /**
   * @param {PanelData} data
   * @param {Theme} theme
   */
  swatches(data, theme) {
    const seen = new Set()
    for (const panel of data.panels) for (const kind of panel.kinds) seen.add(kind)
    for (const kind of data.names.filter((_, number) => seen.has(number))) {
      drawSwatch(append(this.legend, "canvas", "lp-swatch"), kind, theme)
      append(this.legend, "span", "", KINDS[kind].text)
    }
  }
}

export class PanelReadout {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.root = append(parent, "div", "lp-readout")
    this.root.setAttribute("aria-live", "polite")
  }

  /**
   * @param {PanelData} data
   * @param {Pair | null} pair
   * @param {boolean} isSelected
   */
  say(data, pair, isSelected) {
    this.root.replaceChildren()
    if (!pair) {
      append(
        this.root,
        "span",
        "lp-hint",
        "Row = query (the token that attends), column = key (the token it attends to). Point at a pair to read it in " +
          "every panel. Click to select it, scroll to zoom, drag to move.",
      )
      return
    }
    this.token(data, "query", pair.query)
    append(this.root, "span", "lp-hint", "attends to")
    this.token(data, "key", pair.key)
    const distance = distanceText(pair.key - pair.query)
    append(this.root, "span", "lp-hint", isSelected ? `${distance} · selected` : distance)
  }

  /**
   * @param {PanelData} data
   * @param {"query" | "key"} role
   * @param {number} position
   */
  token(data, role, position) {
    append(this.root, "b", "lp-piece", plainPiece(data.pieces[position], 22)).dir = "auto"
    append(this.root, "span", "lp-hint", `${role} ${countText(position)}`)
  }
}
