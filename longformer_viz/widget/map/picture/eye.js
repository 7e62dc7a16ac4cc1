// Where one looks: a place is [column, row, zoom] of the middle; zoom 1 shows the whole, on a screen of any size.
const MAP_LARGEST_CELL = 44 // CSS pixels of a token at the closest

// Widest reach of the views shown together: they share one place and one scale.
function mapReach(views) {
  return Math.max(...views.map((view) => view.reach))
}

// Offsets shown on either side of a straightened band, so that its edges are seen.
function mapMargin(reach) {
  return Math.ceil(0.02 * reach)
}

// CSS pixels a token at zoom 1, across and down; the square view is to scale, the straightened one fills its box.
function mapFit(mode, tokens, reach, box) {
  if (mode === "square") {
    const scale = Math.min(box.width, box.height) / tokens
    return [scale, scale]
  }
  return [box.width / (2 * (reach + mapMargin(reach)) + 1), box.height / tokens].map((scale) => Math.min(scale, 2 * MAP_LARGEST_CELL))
}

function mapScales(fit, zoom) {
  return fit.map((scale) => Math.max(scale, Math.min(MAP_LARGEST_CELL, scale * zoom)))
}

function mapZoomLimit(fit) {
  return Math.max(1, MAP_LARGEST_CELL / Math.min(...fit))
}

// The ends of what there is to see: [left, right, top, bottom] in tokens.
function mapExtent(mode, tokens, reach) {
  if (mode === "square") return [0, tokens, 0, tokens]
  const far = reach + mapMargin(reach)
  return [-far, far + 1, 0, tokens]
}

// A place that keeps the picture in its box.
function mapHeld([x, y, zoom], mode, tokens, reach, box) {
  const fit = mapFit(mode, tokens, reach, box)
  const held = Math.min(mapZoomLimit(fit), Math.max(1, zoom))
  const [scaleX, scaleY] = mapScales(fit, held)
  const [left, right, top, bottom] = mapExtent(mode, tokens, reach)
  return [mapClamp(x, left, right, box.width / scaleX), mapClamp(y, top, bottom, box.height / scaleY), held]
}

function mapClamp(middle, low, high, seen) {
  if (!Number.isFinite(middle) || seen >= high - low) return (low + high) / 2
  return Math.min(high - seen / 2, Math.max(low + seen / 2, middle))
}

// An eye in CSS pixels: {turn, originX, originY, scaleX, scaleY} from the upper left corner of the box.
function mapEye(place, mode, tokens, reach, box) {
  const [scaleX, scaleY] = mapScales(mapFit(mode, tokens, reach, box), place[2])
  return {
    turn: mode === "square" ? 0 : 1,
    originX: place[0] - box.width / 2 / scaleX,
    originY: place[1] - box.height / 2 / scaleY,
    scaleX,
    scaleY,
  }
}

// Part of the way from one eye to another: the middle moves evenly, the scales by equal factors.
function mapBetween(from, to, part, box) {
  const mix = (a, b) => a + (b - a) * part
  const grow = (a, b) => a * Math.pow(b / a, part)
  const scaleX = grow(from.scaleX, to.scaleX)
  const scaleY = grow(from.scaleY, to.scaleY)
  const middle = (eye) => [eye.originX + box.width / 2 / eye.scaleX, eye.originY + box.height / 2 / eye.scaleY]
  const [fromX, fromY] = middle(from)
  const [toX, toY] = middle(to)
  return {
    turn: mix(from.turn, to.turn),
    originX: mix(fromX, toX) - box.width / 2 / scaleX,
    originY: mix(fromY, toY) - box.height / 2 / scaleY,
    scaleX,
    scaleY,
  }
}

// The place that shows the same tokens in the other mode.
function mapTurned([x, y, zoom], from, to, tokens, reach, box) {
  if (from === to) return [x, y, zoom]
  const scale = mapScales(mapFit(from, tokens, reach, box), zoom)[1]
  const turned = to === "square" ? x + y : x - y
  const whole = zoom <= 1.001
  return mapHeld([turned, y, whole ? 1 : scale / mapFit(to, tokens, reach, box)[1]], to, tokens, reach, box)
}

// The pair under a point of the box, or null beyond the document.
function mapPairAt(eye, x, y, tokens) {
  const query = Math.floor(eye.originY + y / eye.scaleY)
  const key = Math.floor(eye.originX + x / eye.scaleX + eye.turn * query)
  return query < 0 || query >= tokens || key < 0 || key >= tokens ? null : { query, key }
}

function mapPointOf(eye, query, key) {
  return [(key - eye.turn * query - eye.originX) * eye.scaleX, (query - eye.originY) * eye.scaleY]
}
