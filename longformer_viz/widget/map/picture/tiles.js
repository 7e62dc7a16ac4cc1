// Regions of a head beyond the budget: which one the screen needs, and whether the one at hand serves.

// Rows and columns that are seen and a little more, in steps of at most a device pixel.
function mapTileWish(eye, mode, box, ratio, tokens, reach) {
  const straight = mode === "straight"
  const steps = [eye.scaleY, eye.scaleX].map((scale) => 2 ** Math.max(0, Math.floor(Math.log2(1 / (scale * ratio)))))
  const span = (origin, length, scale, low, high, step) => {
    const margin = (0.25 * length) / scale
    const grid = (value) => Math.floor(value / (8 * step)) * 8 * step
    const from = Math.max(low, grid(origin - margin))
    return [from, Math.min(high, grid(origin + length / scale + margin) + 8 * step)]
  }
  const [left, right] = straight ? [-reach, reach + 1] : [0, tokens]
  return {
    rows: span(eye.originY, box.height, eye.scaleY, 0, tokens, steps[0]),
    columns: span(eye.originX, box.width, eye.scaleX, left, right, steps[1]),
    seen: [
      Math.max(0, eye.originY),
      Math.min(tokens, eye.originY + box.height / eye.scaleY),
      Math.max(left, eye.originX),
      Math.min(right, eye.originX + box.width / eye.scaleX),
    ],
    steps,
    straight,
  }
}

function mapTileServes(tile, wish) {
  if (!tile || tile.straight !== wish.straight) return false
  const [top, bottom, left, right] = wish.seen
  const holds = tile.rows[0] <= top && tile.rows[1] >= bottom && tile.columns[0] <= left && tile.columns[1] >= right
  // A coarser one serves if that is what came of the same wish: no sharper one can travel.
  const same = String([tile.rows, tile.columns]) === String([wish.rows, wish.columns])
  return holds && (same || (tile.steps[0] <= wish.steps[0] && tile.steps[1] <= wish.steps[1]))
}
