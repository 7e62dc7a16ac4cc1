// Codes to colours: one table of 257 entries, looked up once a pixel. Entry 0 is outside the pattern, code + 1 inside.
const MAP_EMBERS = [
  "#0b0724", "#2a115c", "#57157e", "#862781", "#b73779", "#e75263", "#fc8961", "#fec488", "#fcfdbf",
]
const MAP_IDEAS = { local: "#0072B2", dilated: "#56B4E9", global: "#E69F00", outside: "#8A8A8A", fault: "#D55E00" }
const MAP_OUTSIDE = { light: "#ECECEC", dark: "#2A2D34" }
const MAP_LESS = "#CC79A7"
const MAP_MORE = "#009E73"
const MAP_SAME = { light: "#FBFBFB", dark: "#14161B" }

const MAP_RGB = new Map()

function mapRgb(hex) {
  if (!MAP_RGB.has(hex)) MAP_RGB.set(hex, [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16)))
  return MAP_RGB.get(hex)
}

// A place from 0 to 1 along a row of colours.
function mapBlend(stops, place) {
  const along = Math.min(1, Math.max(0, place)) * (stops.length - 1)
  const index = Math.min(stops.length - 2, Math.floor(along))
  const from = mapRgb(stops[index])
  const to = mapRgb(stops[index + 1])
  return from.map((value, channel) => Math.round(value + (to[channel] - value) * (along - index)))
}

// Where on its scale a code stands, from 0 to 1 (a difference: -1 to 1); `largest` is where a linear scale ends.
function mapPlaceOf(code, difference, scale, largest) {
  if (code === 0) return 0
  if (scale === "linear") return (difference ? DIFFERENCES : WEIGHTS)[code] / largest
  if (!difference) return (code - 1) / 253
  const size = (Math.ceil(code / 2) + 3) / 130 // the smallest difference is told from none
  return code % 2 ? -size : size
}

function mapColour(place, difference, theme) {
  if (!difference) return mapBlend(MAP_EMBERS, theme === "dark" ? place : 1 - place)
  return mapBlend([MAP_SAME[theme], place < 0 ? MAP_LESS : MAP_MORE], Math.abs(place))
}

// Uint32Array of 257 pixels, as ImageData holds them in memory.
function mapColourTable(view, theme, scale, largest) {
  const table = new Uint32Array(257)
  const bytes = new Uint8Array(table.buffer)
  for (let entry = 0; entry < 257; entry++) {
    let colour
    if (entry === 0) colour = mapRgb(MAP_OUTSIDE[theme])
    else if (entry === FAULT + 1) colour = mapRgb(MAP_IDEAS.fault)
    else colour = mapColour(mapPlaceOf(entry - 1, view.difference, scale, largest), view.difference, theme)
    bytes.set([...colour, 255], 4 * entry)
  }
  return table
}

// The largest weight a view holds, rounded up to one digit: where its linear scale ends.
function mapLargest(view) {
  let largest = 0
  for (const codes of [view.band, view.columns, view.rows, view.overview]) {
    if (!codes) continue
    for (let place = 0; place < codes.length; place++) {
      if (codes[place] > largest && codes[place] !== FAULT) largest = codes[place]
    }
  }
  const weight = Math.abs(codeWeights(view)[largest]) || 1
  const digit = Math.pow(10, Math.floor(Math.log10(weight)))
  return Math.min(1, Math.ceil(weight / digit - 0.05) * digit)
}
