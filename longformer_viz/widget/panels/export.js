// All panels as one picture, with their names and numbers.
/** @import { PanelCard } from "./card.js" */
/** @import { PanelData } from "./data.js" */
import { saveCanvas } from "../shared/download.js"
import { contextOf } from "../shared/element.js"
import { percentText } from "../shared/numbers.js"

/**
 * @param {PanelData} data
 * @param {PanelCard[]} cards
 * @param {HTMLElement} root
 * @param {number} ratio Device pixels of a CSS pixel.
 */
export function savePanels(data, cards, root, ratio) {
  const side = cards[0].picture.width
  const style = getComputedStyle(root)
  const [edge, line] = [14 * ratio, 17 * ratio]
  const across = Math.min(3, cards.length)
  const [wide, tall] = [side + edge, side + 3 * line + edge]
  const canvas = document.createElement("canvas")
  canvas.width = Math.max(across * wide, 360 * ratio) + edge
  canvas.height = Math.ceil(cards.length / across) * tall + edge
  const context = contextOf(canvas)
  context.fillStyle = style.getPropertyValue("--st-background-color").trim() || "#ffffff"
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.fillStyle = style.color
  cards.forEach((card, number) => {
    const panel = data.panels[number]
    const [left, top] = [edge + (number % across) * wide, edge + Math.floor(number / across) * tall]
    const pairs = percentText(panel.pairs / data.tokens ** 2)
    const lines = [panel.name, panel.words, `${pairs} of the pairs, ${percentText(panel.kept)} of the weight`]
    lines.forEach((text, row) => {
      context.font = `${row ? "" : "bold "}${12 * ratio}px sans-serif`
      context.fillText(text, left, top + (row + 0.7) * line, side)
    })
    context.drawImage(card.picture, left, top + 3 * line)
  })
  saveCanvas(canvas, `patterns_layer_${data.layer}_head_${data.head}.png`)
}
