// Which pixels of a band show pairs that the pattern forbids, though they lie within the band.
/** @import { Eye, View } from "../../shared/types.js" */
import { pairKind } from "../../shared/pairs.js"

/** The entry of a weight below the scale, which a forbidden pair has in the band. */
const FAINT = 1
const OUTSIDE = 0

/**
 * Mark the pixels whose middle is a forbidden pair: later keys of a causal layer, and pairs between BigBird's blocks.
 * A pixel with a weight stays as it is, so that no weight is lost between two pairs.
 *
 * @param {Uint16Array} entries Of each pixel 0 outside the pattern, else code + 1.
 * @param {number} width In pixels.
 * @param {View} view
 * @param {number} tokens
 * @param {Eye} eye
 */
export function markForbidden(entries, width, view, tokens, { originX, originY, scaleX, scaleY, turn }) {
  if (!view.causal && !view.blocks) return
  for (let y = 0; y * width < entries.length; y++) {
    const query = Math.floor(originY + (y + 0.5) / scaleY)
    if (query < 0 || query >= tokens) continue
    const start = originX + turn * query
    for (let x = 0; x < width; x++) {
      if (entries[y * width + x] !== FAINT) continue
      if (pairKind(view, query, Math.floor(start + (x + 0.5) / scaleX)) === "outside") entries[y * width + x] = OUTSIDE
    }
  }
}
