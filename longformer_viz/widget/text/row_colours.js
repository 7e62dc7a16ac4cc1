// What text and head grid draw a weight with: the codes of one row, on the map's own scale and colours.

const lvLargestOf = new WeakMap()

function lvTheme(state) {
  return state.theme ?? state.data?.controls?.theme ?? "light"
}

function lvView(state) {
  return state.data?.views?.[state.view ?? 0] ?? null
}

// The codes that a token's row gives to every key, 0 outside the pattern and for what the strongest pairs leave out;
// null where the row did not travel.
function lvRowCodes(state, query) {
  const { data, percent } = state
  const view = lvView(state)
  const codes = new Uint8Array(data.tokens)
  if (view.overBudget) {
    if (view.row !== query || !view.rowCodes) return null
    view.rowCodes.forEach((code, key) => (codes[key] = code === 1 ? 0 : code))
  } else {
    const keys = view.globalIndex.has(query) ? codes.keys() : bandKeys(view, data.tokens, query)
    for (const key of keys) codes[key] = Math.max(0, pairCode(view, data.tokens, query, key))
  }
  if (percent < 100) {
    const least = mapThreshold([codes], codeWeights(view).map(Math.abs), new Uint32Array(256), percent / 100)
    codes.forEach((code, key) => (codes[key] = code < least ? 0 : code))
  }
  return codes
}

// Where the linear scale ends: for all views together, as in the map.
function lvLargest({ data, scale }) {
  if (scale !== "linear") return 1
  for (const view of data.views) if (!lvLargestOf.has(view)) lvLargestOf.set(view, mapLargest(view))
  return Math.max(...data.views.map((view) => lvLargestOf.get(view)))
}

// A style for every code of the shown view: its colour, and the ink that can be read on it.
function lvShades(state) {
  const table = mapColourTable(lvView(state), lvTheme(state), state.scale, lvLargest(state))
  const bytes = new Uint8Array(table.buffer)
  return Array.from({ length: 256 }, (_, code) => {
    const rgb = bytes.subarray(4 * (code + 1), 4 * (code + 1) + 3)
    return `background-color: rgb(${rgb.join(" ")}); color: ${lvInk(rgb)}`
  })
}

// Black or white, whichever stands out more (relative luminance of sRGB, WCAG 2).
function lvInk(rgb) {
  const [red, green, blue] = [...rgb].map((value) => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000000" : "#ffffff"
}

// Text and grid are built a frame after the map is drawn: the picture never waits for them.
function lvAfterFrame(act) {
  requestAnimationFrame(() => setTimeout(act))
}
