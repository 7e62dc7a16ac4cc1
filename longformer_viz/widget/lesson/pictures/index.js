// Draws any picture of the lesson.
/** @import { Picture } from "../types.js" */
import { drawBars, drawCurves } from "./charts.js"
import { drawLayers } from "./layers.js"
import { drawMatrix, drawPanels } from "./matrix.js"
import { drawDecision, drawTable, drawText } from "./words.js"

/** @type {Record<Picture["kind"], (parent: HTMLElement, picture: any) => void>} */
const DRAW = {
  matrix: drawMatrix,
  panels: drawPanels,
  table: drawTable,
  text: drawText,
  layers: drawLayers,
  bars: drawBars,
  curves: drawCurves,
  decision: drawDecision,
}

/**
 * @param {HTMLElement} parent
 * @param {Picture} picture
 */
export function drawPicture(parent, picture) {
  parent.dataset.kind = picture.kind
  DRAW[picture.kind](parent, picture)
}
