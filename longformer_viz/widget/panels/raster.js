// Pixels of the panels: far away from pictures reduced by maximum, near by from every pair's own weight.
const PANEL_COLOURS = {
  local: "#0072B2", dilated: "#56B4E9", global: "#E69F00", random: "#009E73", hashed: "#CC79A7", chunk: "#0072B2",
  full: "#8A8A8A",
}
const PANEL_WORDS = {
  local: "local", dilated: "dilated", global: "global", random: "random", hashed: "hashed", chunk: "same piece",
  full: "full",
}
// A second cue beside the colour: which pixels of a kind are left lighter.
const PANEL_HATCH = {
  local: () => false,
  dilated: (x) => x % 4 === 0,
  global: (x, y) => y % 4 === 0,
  random: (x, y) => x % 3 === 0 && y % 3 === 0,
  hashed: (x, y) => (x + y) % 5 === 0,
  chunk: (x, y) => (x + 4096 - y) % 5 === 0,
  full: (x, y) => x % 6 === 0 || y % 6 === 0,
}
const PANEL_NEAR = 1.5 // pairs a pixel, each way, up to which every one is computed
const PANEL_LOG_FLOOR = Math.log(FLOOR)

function panelPixel(colour) {
  const bytes = new Uint8Array([...colour, 255])
  return new Uint32Array(bytes.buffer)[0]
}

// For each kind 32 strengths, plain and hatched, as pixels.
function panelKindTables(theme) {
  const outside = mapRgb(MAP_OUTSIDE[theme])
  const tables = {}
  for (const [kind, hex] of Object.entries(PANEL_COLOURS)) {
    const blend = (part) => outside.map((from, channel) => Math.round(from + (mapRgb(hex)[channel] - from) * part))
    tables[kind] = [1, 0.45].map((light) =>
      Uint32Array.from({ length: 32 }, (_, step) => panelPixel(blend(light * (0.45 + (0.55 * step) / 31)))),
    )
  }
  return { tables, outside: panelPixel(outside) }
}

class PanelRaster {
  constructor(theme) {
    this.theme = theme
    this.weights = mapColourTable({ difference: false }, theme, "log", 1)
    this.kinds = panelKindTables(theme)
  }

  // Draw all panels over the part [x, y, span] of the document on canvases of `pixels` a side.
  draw(data, canvases, pixels, view, mode) {
    const near = view.span <= PANEL_NEAR * pixels
    const images = canvases.map((canvas) => canvas.getContext("2d").createImageData(pixels, pixels))
    const words = images.map((image) => new Uint32Array(image.data.buffer))
    if (near) this.near(data, words, pixels, view, mode)
    else data.panels.forEach((panel, number) => this.far(data, panel, words[number], pixels, view, mode))
    canvases.forEach((canvas, number) => canvas.getContext("2d").putImageData(images[number], 0, 0))
    return near
  }

  far(data, panel, words, pixels, view, mode) {
    const { side, tokens, names } = data
    const from = this.stretches(pixels, view, (place) => (place * side) / tokens, side)
    for (let y = 0; y < pixels; y++) {
      const [top, bottom] = [from[2 * y], from[2 * y + 1]]
      for (let x = 0; x < pixels; x++) {
        const [left, right] = [from[2 * (pixels + x)], from[2 * (pixels + x) + 1]]
        let code = 0
        let share = 0
        let kind = 255
        for (let row = top; row < bottom; row++) {
          for (let column = left; column < right; column++) {
            const place = row * side + column
            if (panel.codes[place] > code) code = panel.codes[place]
            if (panel.shares[place] > share) {
              share = panel.shares[place]
              kind = panel.kinds[place]
            }
          }
        }
        words[y * pixels + x] =
          mode === "weights" ? this.weights[code] : this.kindPixel(names[kind], share / 255, x, y)
      }
    }
  }

  near(data, words, pixels, view, mode) {
    const { tokens, panels, leftOut } = data
    const cells = this.stretches(pixels, view, (place) => place, tokens)
    const isWeights = mode === "weights"
    const best = new Float64Array(panels.length)
    const found = new Array(panels.length)
    for (let y = 0; y < pixels; y++) {
      const [top, bottom] = [cells[2 * y], cells[2 * y + 1]]
      for (let x = 0; x < pixels; x++) {
        const [left, right] = [cells[2 * (pixels + x)], cells[2 * (pixels + x) + 1]]
        const place = y * pixels + x
        // A token wider than a pixel: the pixel beside is the same.
        const sameRow = y > 0 && cells[2 * y - 2] === top && cells[2 * y - 1] === bottom
        const sameColumn = x > 0 && cells[2 * (pixels + x) - 2] === left && cells[2 * (pixels + x) - 1] === right
        if (isWeights && (sameRow || sameColumn)) {
          const copied = sameColumn ? place - 1 : place - pixels
          for (const panel of words) panel[place] = panel[copied]
          continue
        }
        best.fill(-Infinity)
        found.fill(PANEL_NONE)
        for (let query = top; query < bottom; query++) {
          const isLeftOut = leftOut[query]
          for (let key = left; key < right; key++) {
            let score = NaN
            for (let number = 0; number < panels.length; number++) {
              const kind = panels[number].kindOf(query, key)
              if (kind === PANEL_NONE) continue
              found[number] = kind
              if (!isWeights || isLeftOut) continue
              if (Number.isNaN(score)) score = data.score(query, key)
              const log = score - panels[number].lse[query]
              if (log > best[number]) best[number] = log
            }
          }
        }
        for (let number = 0; number < panels.length; number++) {
          words[number][place] = isWeights
            ? this.weights[panelEntry(best[number])]
            : this.kindPixel(found[number], 1, x, y)
        }
      }
    }
  }

  // First and last cell of every row and column of pixels: rows, then columns.
  stretches(pixels, view, toCell, count) {
    const found = new Int32Array(4 * pixels)
    for (let axis = 0; axis < 2; axis++) {
      const origin = axis ? view.x : view.y
      for (let pixel = 0; pixel < pixels; pixel++) {
        const low = Math.floor(toCell(origin + (pixel * view.span) / pixels) + 1e-9)
        const high = Math.ceil(toCell(origin + ((pixel + 1) * view.span) / pixels) - 1e-9)
        const first = Math.min(count - 1, Math.max(0, low))
        found[2 * (axis * pixels + pixel)] = first
        found[2 * (axis * pixels + pixel) + 1] = Math.min(count, Math.max(first + 1, high))
      }
    }
    return found
  }

  kindPixel(kind, share, x, y) {
    if (!PANEL_COLOURS[kind]) return this.kinds.outside
    const hatched = PANEL_HATCH[kind](x, y) ? 1 : 0
    return this.kinds.tables[kind][hatched][Math.min(31, Math.round(31 * Math.sqrt(share)))]
  }
}

// A log weight as an entry of the colour table; -Infinity is outside the pattern.
function panelEntry(log) {
  if (log === -Infinity) return 0
  if (log < PANEL_LOG_FLOOR) return 1
  return 2 + Math.min(253, Math.round(253 * (1 - Math.min(0, log) / PANEL_LOG_FLOOR)))
}
