// The weights at every coarseness a view may ask for, each reduced by maximum from the one before, when it is asked for.
// Rows and columns are reduced apart: the straightened view is often coarse along the document and fine across.

class MapLevels {
  constructor(codes, rows, columns) {
    this.rows = rows
    this.columns = columns
    this.made = new Map([["0,0", { codes, rows, columns }]])
  }

  // Blocks of 2 ** down rows by 2 ** across columns: {codes, rows, columns}.
  at(down, across) {
    const name = `${down},${across}`
    if (!this.made.has(name)) {
      // The largest is halved by rows, which is quickest, and what comes of it serves the straightened view as well.
      const level =
        across >= down && across > 0 ? mapHalveColumns(this.at(down, across - 1)) : mapHalveRows(this.at(down - 1, across))
      this.made.set(name, level)
    }
    return this.made.get(name)
  }
}

function mapHalveRows({ codes, rows, columns }) {
  const half = (rows + 1) >> 1
  const found = new Uint8Array(half * columns)
  for (let row = 0; row < half; row++) {
    const first = 2 * row * columns
    const to = row * columns
    if (2 * row + 1 === rows) {
      found.set(codes.subarray(first, first + columns), to)
      continue
    }
    for (let column = 0; column < columns; column++) {
      const a = codes[first + column]
      const b = codes[first + columns + column]
      found[to + column] = a > b ? a : b
    }
  }
  return { codes: found, rows: half, columns }
}

function mapHalveColumns({ codes, rows, columns }) {
  const half = (columns + 1) >> 1
  const found = new Uint8Array(rows * half)
  const odd = columns & 1
  for (let row = 0; row < rows; row++) {
    let from = row * columns
    let to = row * half
    const stop = to + half - odd
    while (to < stop) {
      const a = codes[from++]
      const b = codes[from++]
      found[to++] = a > b ? a : b
    }
    if (odd) found[to] = codes[from]
  }
  return { codes: found, rows, columns: half }
}

// What a view draws from: its band, columns and rows in levels, and those of the strongest pairs alone.
class MapSource {
  constructor(view, tokens) {
    this.view = view
    this.tokens = tokens
    this.percent = 100
    if (!view.overBudget) this.take(view.band, view.columns, view.rows)
  }

  take(band, columns, rows) {
    const count = this.view.globals.length
    this.band = new MapLevels(band, this.tokens, 2 * this.view.half + 1)
    this.columns = new MapLevels(columns, this.tokens, count)
    this.rows = new MapLevels(rows, count, this.tokens)
  }

  // Keep only the strongest pairs of each row that together carry this share of it; the others count as 0.
  keep(percent) {
    if (percent === this.percent || this.view.overBudget) return
    this.percent = percent
    const { view, tokens } = this
    if (percent >= 100) return this.take(view.band, view.columns, view.rows)
    const width = 2 * view.half + 1
    const count = view.globals.length
    const [band, columns, rows] = [view.band, view.columns, view.rows].map((codes) => Uint8Array.from(codes))
    const sizes = codeWeights(view).map(Math.abs)
    const tally = new Uint32Array(256)
    const part = percent / 100
    for (let row = 0; row < tokens; row++) {
      if (view.globalIndex.has(row)) continue // its weights are in `rows`
      mapKeepStrongest([band.subarray(row * width, (row + 1) * width),
        columns.subarray(row * count, (row + 1) * count)], sizes, tally, part)
    }
    for (let row = 0; row < count; row++) {
      mapKeepStrongest([rows.subarray(row * tokens, (row + 1) * tokens)], sizes, tally, part)
    }
    this.take(band, columns, rows)
  }
}

function mapKeepStrongest(parts, sizes, tally, share) {
  const threshold = mapThreshold(parts, sizes, tally, share)
  for (const codes of parts) {
    for (let place = 0; place < codes.length; place++) if (codes[place] < threshold) codes[place] = 0
  }
}

// The smallest code that is still among the strongest which carry this share.
function mapThreshold(parts, sizes, tally, share) {
  tally.fill(0)
  for (const codes of parts) for (let place = 0; place < codes.length; place++) tally[codes[place]]++
  let total = 0
  for (let code = 1; code < FAULT; code++) total += tally[code] * sizes[code]
  let carried = 0
  let code = FAULT
  while (code > 1 && carried < share * total) {
    code--
    carried += tally[code] * sizes[code]
  }
  return code
}
