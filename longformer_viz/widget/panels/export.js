// All panels as one picture, with their names and numbers, drawn anew at the size of the image.
/** @import { PanelsApp } from "./app.js" */
/** @import { PanelHeader } from "./data.js" */
import { saveCanvas } from "../shared/download.js"
import { contextOf } from "../shared/element.js"
import { exportRatio } from "../shared/image_size.js"
import { percentText } from "../shared/numbers.js"
import { pairsText } from "./data.js"

/** CSS pixels between panels, and of a line of text above one. */
const [EDGE, LINE] = [14, 17]
const LINES = 3

/**
 * Save the panels as they stand on the screen.
 *
 * @param {PanelsApp} app
 * @param {number} pixels The width of the image; 0 for twice the size on the screen.
 */
export function savePanels(app, pixels) {
  if (!app.shown) return
  const { data, cards } = app.shown
  const { columns } = app
  const { width, height } = app.size
  const [wide, tall] = [width + EDGE, height + LINES * LINE + EDGE]
  const size = [columns * wide + EDGE, Math.ceil(cards.length / columns) * tall + EDGE]
  const ratio = exportRatio(size[0], size[1], pixels)
  const canvas = document.createElement("canvas")
  Object.assign(canvas, { width: Math.round(size[0] * ratio), height: Math.round(size[1] * ratio) })
  const context = contextOf(canvas)
  const style = getComputedStyle(app.root)
  context.fillStyle = style.getPropertyValue("--st-background-color").trim() || "#ffffff"
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.fillStyle = style.color
  const pictures = picturesAt(app, ratio)
  cards.forEach((_, number) => {
    const panel = data.panels[number]
    const [left, top] = [EDGE + (number % columns) * wide, EDGE + Math.floor(number / columns) * tall]
    panelLines(panel).forEach((text, row) => {
      context.font = `${row ? "" : "bold "}${12 * ratio}px ${style.fontFamily || "sans-serif"}`
      context.fillText(text, left * ratio, (top + (row + 0.7) * LINE) * ratio, width * ratio)
    })
    context.drawImage(pictures[number], Math.round(left * ratio), Math.round((top + LINES * LINE) * ratio))
  })
  saveCanvas(canvas, `patterns_layer_${data.layer}_head_${data.head}.png`)
}

/**
 * The lines above a panel: its name, its settings and its numbers.
 *
 * @param {Pick<PanelHeader, "name" | "words" | "pairs" | "full_pairs" | "kept">} panel
 */
export function panelLines(panel) {
  return [panel.name, panel.words, `${pairsText(panel)} of the pairs, ${percentText(panel.kept)} captured mass`]
}

/**
 * The panels alone at another resolution.
 *
 * @param {PanelsApp} app
 * @param {number} ratio Pixels of a CSS pixel.
 */
function picturesAt(app, ratio) {
  const shown = /** @type {NonNullable<PanelsApp["shown"]>} */ (app.shown)
  const canvases = shown.cards.map(() => {
    const canvas = document.createElement("canvas")
    const { width, height } = app.size
    return Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) })
  })
  app.raster.draw(shown.data, canvases, app.state.sight, app.state.mode)
  return canvases
}
