import type { Box, View } from "../shared/types.js"
import type { Raster } from "./picture/raster.js"
import type { Source } from "./picture/source.js"

/** One head on the map: what it is drawn from, and where. */
export interface Panel {
  view: View
  index: number
  /** The first panel carries the labels of the rows. */
  first: boolean
  reach: number
  source: Source
  raster: Raster
  box: Box
  table: Uint32Array
}
