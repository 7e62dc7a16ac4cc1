// Everything drawn over the weights, as a list of marks: one list is drawn on the canvas and written as SVG.
const MAP_GUTTER = { left: 74, top: 52, right: 10, bottom: 8 }
const MAP_LABEL_SIZE = 11
const MAP_LABEL_ROOM = 12 // CSS pixels a token needs to be labelled

// ink: {text, faint, background}; hover and locked as in the store. Marks with `clip` stay in the panel's box.
function mapMarks(panel, eye, { data, hover, locked, mode, ink, titled }) {
  const marks = []
  const { view, box } = panel
  const { tokens } = data
  mapEdgeMarks(marks, view, eye, box, tokens)
  mapAxisMarks(marks, panel, eye, data, ink, mode)
  mapGlobalMarks(marks, panel, eye, ink)
  if (titled) mapTitleMark(marks, view.label, box, ink)
  if (locked !== null && locked < tokens) mapRowMark(marks, eye, box, locked, ink)
  if (hover && hover.query < tokens) mapCrossMarks(marks, eye, box, hover, ink)
  marks.push({ kind: "rect", x: box.x - 0.5, y: box.y - 0.5, width: box.width + 1, height: box.height + 1, stroke: ink.border })
  return marks
}

function mapTitleMark(marks, text, box, ink) {
  const place = { x: box.x + 4, y: box.y + box.height - 4 }
  marks.push({ kind: "chip", ...place, text, size: 11, fill: ink.text, ground: ink.background })
}

// The edges of the band, as far as they lie inside the document; close by as the staircases they are.
function mapEdgeMarks(marks, view, eye, box, tokens) {
  if (view.reach >= tokens - 1) return
  const stroke = view.dilation > 1 ? MAP_IDEAS.dilated : MAP_IDEAS.local
  const dash = view.dilation > 1 ? [5, 4] : null
  const [first, last] = mapSeenRows(eye, box, tokens)
  for (const side of [-view.reach, view.reach + 1]) {
    const from = side < 0 ? Math.max(first, -side) : first
    const to = side < 0 ? last : Math.min(last, tokens - side)
    if (from >= to) continue
    const columnOf = (query) => box.x + (side + query * (1 - eye.turn) - eye.originX) * eye.scaleX
    const rowOf = (query) => box.y + (query - eye.originY) * eye.scaleY
    const points = []
    if (eye.scaleY >= 5) {
      for (let query = from; query < to; query++) {
        points.push([columnOf(query), rowOf(query)], [columnOf(query), rowOf(query + 1)])
      }
    } else {
      points.push([columnOf(from), rowOf(from)], [columnOf(to), rowOf(to)])
    }
    marks.push({ kind: "path", points, stroke, dash, line: 1.5, clip: box })
  }
}

function mapSeenRows(eye, box, tokens) {
  const first = Math.max(0, Math.floor(eye.originY))
  return [first, Math.min(tokens, Math.ceil(eye.originY + box.height / eye.scaleY))]
}

function mapSeenColumns(eye, box) {
  return [Math.floor(eye.originX), Math.ceil(eye.originX + box.width / eye.scaleX)]
}

function mapAxisMarks(marks, { view, box, first: labelled, reach }, eye, data, ink, mode) {
  const text = { kind: "text", size: MAP_LABEL_SIZE, fill: ink.text }
  const turning = eye.turn > 0 && eye.turn < 1
  const [first, last] = mapSeenRows(eye, box, data.tokens)
  const y = (row) => box.y + (row + 0.5 - eye.originY) * eye.scaleY
  if (!labelled) {
    // the panel on its left has the same rows
  } else if (eye.scaleY >= MAP_LABEL_ROOM) {
    for (let row = first; row < last; row++) {
      if (y(row) < box.y + 2 || y(row) > box.y + box.height - 2) continue
      const label = mapTokenLabel(view, data, row, 10)
      marks.push({ ...text, text: label, x: box.x - 9, y: y(row), align: "right" })
    }
  } else {
    for (const row of mapTicks(eye.originY, box.height, eye.scaleY, 44, 0, data.tokens - 1)) {
      marks.push({ ...text, text: mapCount(row), x: box.x - 9, y: y(row), align: "right", fill: ink.faint })
      marks.push({ kind: "path", points: [[box.x - 5, y(row)], [box.x, y(row)]], stroke: ink.faint, line: 1 })
    }
  }
  if (turning) return
  const [left, right] = mapSeenColumns(eye, box)
  const x = (column) => box.x + (column + 0.5 - eye.originX) * eye.scaleX
  const straight = mode === "straight"
  if (!straight && eye.scaleX >= MAP_LABEL_ROOM) {
    for (let column = Math.max(0, left); column < Math.min(data.tokens, right); column++) {
      if (x(column) < box.x + 2 || x(column) > box.x + box.width - 2) continue
      const label = mapTokenLabel(view, data, column, 8)
      marks.push({ ...text, text: label, x: x(column), y: box.y - 9, align: "left", turned: true })
    }
    return
  }
  const [low, high] = straight ? [-reach, reach] : [0, data.tokens - 1]
  for (const column of mapTicks(eye.originX, box.width, eye.scaleX, 56, low, high)) {
    const label = straight && column > 0 ? `+${mapCount(column)}` : mapCount(column)
    marks.push({ ...text, text: label, x: x(column), y: box.y - 13, align: "center", fill: ink.faint })
    marks.push({ kind: "path", points: [[x(column), box.y - 5], [x(column), box.y]], stroke: ink.faint, line: 1 })
  }
}

function mapTokenLabel(view, data, token, limit) {
  return view.globalIndex.has(token) ? `G ${plainPiece(data.pieces[token], limit - 2)}` : plainPiece(data.pieces[token], limit)
}

// Round numbers inside [low, high], at least `room` pixels apart.
function mapTicks(origin, length, scale, room, low, high) {
  const least = room / scale
  const power = Math.pow(10, Math.floor(Math.log10(least)))
  const step = Math.max(1, [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= least))
  const found = []
  const stop = Math.min(high, origin + length / scale - 0.5)
  for (let tick = Math.ceil(Math.max(low, origin - 0.5) / step) * step; tick <= stop; tick += step) found.push(tick)
  return found
}

// With thousands set apart; written here because asking the browser's own for the first time takes long.
function mapCount(number) {
  const digits = String(Math.abs(number)).replace(/\B(?=(\d{3})+$)/g, ",")
  return number < 0 ? `−${digits}` : digits
}

// Orange ticks on both axes and the letter G: global tokens are told by more than colour.
function mapGlobalMarks(marks, { view, box }, eye, ink) {
  let written = { x: -Infinity, y: -Infinity }
  const style = { kind: "path", stroke: MAP_IDEAS.global, line: 3 }
  for (const position of view.globals) {
    const y = box.y + (position + 0.5 - eye.originY) * eye.scaleY
    if (y >= box.y - 0.5 && y <= box.y + box.height + 0.5) {
      marks.push({ ...style, points: [[box.x - 6, y], [box.x, y]] })
      if (y - written.y >= 12 && eye.scaleY < MAP_LABEL_ROOM) {
        marks.push(mapG(box.x - 11, y, ink))
        written.y = y
      }
    }
    if (eye.turn > 0) continue
    const x = box.x + (position + 0.5 - eye.originX) * eye.scaleX
    if (x >= box.x - 0.5 && x <= box.x + box.width + 0.5) {
      marks.push({ ...style, points: [[x, box.y - 6], [x, box.y]] })
      if (x - written.x >= 12 && eye.scaleX < MAP_LABEL_ROOM) {
        marks.push(mapG(x, box.y - 12, ink))
        written.x = x
      }
    }
  }
}

function mapG(x, y, ink) {
  return { kind: "chip", text: "G", x, y, size: 10, bold: true, fill: ink.text, ground: ink.background, centred: true }
}

function mapRowMark(marks, eye, box, query, ink) {
  const top = box.y + (query - eye.originY) * eye.scaleY
  const height = Math.max(2, eye.scaleY)
  const rect = { kind: "rect", x: box.x - 1, y: top - 1, width: box.width + 2, height: height + 2, clip: box }
  marks.push({ ...rect, stroke: ink.background, line: 3 }, { ...rect, stroke: ink.text, line: 1.25 })
}

function mapCrossMarks(marks, eye, box, { query, key }, ink) {
  const y = box.y + (query + 0.5 - eye.originY) * eye.scaleY
  const style = { kind: "path", stroke: ink.text, line: 1, alpha: 0.55, clip: box }
  marks.push({ ...style, points: [[box.x, y], [box.x + box.width, y]] })
  if (key === null) return
  const [left, top] = mapPointOf(eye, query, key)
  const x = box.x + left + eye.scaleX / 2
  marks.push({ ...style, points: [[x, box.y], [x, box.y + box.height]] })
  const side = [Math.max(6, eye.scaleX), Math.max(6, eye.scaleY)]
  const rect = { kind: "rect", x: x - side[0] / 2, y: box.y + top + eye.scaleY / 2 - side[1] / 2, width: side[0], height: side[1], clip: box }
  marks.push({ ...rect, stroke: ink.background, line: 3 }, { ...rect, stroke: ink.text, line: 1.25 })
}

// What the axes mean, in the corner between them.
function mapCornerMarks(box, mode, ink) {
  const text = { kind: "text", size: 10.5, fill: ink.faint, x: 2, align: "left" }
  return [
    { ...text, text: mode === "square" ? "key →" : "offset →", y: box.y - 30 },
    { ...text, text: "query ↓", y: box.y - 15 },
  ]
}
