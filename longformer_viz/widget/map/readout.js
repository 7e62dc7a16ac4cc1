// The line under the map: the pair under the crosshair in words, for eyes and for screen readers.
const MAP_HINT = "Point at a pair to read it. Click locks its row; wheel or pinch zooms, drag moves, Home shows all."
const MAP_KIND_WORDS = {
  local: "local",
  dilated: "dilated",
  global: "global",
  outside: "outside the pattern: never scored",
}

function mapDescription(data) {
  const [view] = data.views
  const count = view.globals.length
  const globals = `${mapCount(count)} global token${count === 1 ? "" : "s"}`
  const step = view.dilation > 1 ? `, dilation ${view.dilation}` : ""
  const others = data.views.length > 1 ? ` Beside it: ${data.views[1].label}.` : ""
  return (
    `Attention map of ${view.label}: ${mapCount(data.tokens)} by ${mapCount(data.tokens)} pairs, window ` +
    `${mapCount(view.window)}${step}, ${globals}.${others} Arrow keys move, plus and minus zoom, Home shows all, Shift ` +
    "with arrows moves the crosshair, Enter locks a row, Escape unlocks."
  )
}

function mapWeightWords(view, code) {
  if (code === ELSEWHERE) return "weight: zoom in to read it"
  if (code === FAULT) return "not a number: a fault of the run"
  const value = codeWeights(view)[code]
  if (view.difference) {
    if (code === 0) return "no difference"
    return `${mapFigure(Math.abs(value))} ${value < 0 ? "less" : "more"}`
  }
  return code === 0 ? "weight below 0.0001" : `weight ${mapFigure(value)}`
}

function mapFigure(value) {
  if (value >= 0.9999) return "1"
  return value.toFixed(Math.max(2, 2 - Math.floor(Math.log10(value)))) // three digits that count
}

class MapReadout {
  constructor(root) {
    this.root = root
    root.setAttribute("aria-live", "polite")
    root.setAttribute("aria-atomic", "true")
    this.said = null
  }

  say({ data, hover, locked }) {
    const pair = hover ?? (locked === null ? null : { query: locked, key: null })
    const said = JSON.stringify([data.crc, pair, locked])
    if (said === this.said) return
    this.said = said
    this.root.replaceChildren()
    if (!pair || pair.query >= data.tokens) return this.add("span", "lv-hint", MAP_HINT)
    const pairRow = this.add("span", "lv-pair")
    this.token(pairRow, "query", data, pair.query)
    if (pair.key === null) return this.add("span", "lv-hint", pair.query === locked ? "locked" : "")
    this.add("span", "lv-arrow", "→", pairRow)
    this.token(pairRow, "key", data, pair.key)
    const facts = this.add("span", "lv-facts")
    this.add("span", "", mapDistanceWords(pair.key - pair.query), facts)
    for (const view of data.views) {
      const kind = pairKind(view, pair.query, pair.key)
      const name = data.views.length > 1 ? `${view.label}: ` : ""
      const fact = this.add("span", "lv-fact", "", facts)
      const swatch = this.add("span", `lv-swatch lv-${kind}`, kind === "global" ? "G" : "", fact)
      swatch.setAttribute("aria-hidden", "true")
      const code = pairCode(view, data.tokens, pair.query, pair.key)
      const words = code === OUTSIDE ? "" : `, ${mapWeightWords(view, code)}`
      this.add("span", code === FAULT ? "lv-fault" : "", `${name}${MAP_KIND_WORDS[kind]}${words}`, fact)
    }
  }

  token(parent, role, data, position) {
    const piece = this.add("b", "lv-piece", plainPiece(data.pieces[position], 22), parent)
    piece.dir = "auto"
    this.add("span", "lv-role", `${role} ${mapCount(position)}`, parent)
  }

  add(name, className, text = "", parent = this.root) {
    const element = document.createElement(name)
    element.className = className
    element.textContent = text
    parent.append(element)
    return element
  }
}

function mapDistanceWords(distance) {
  if (distance === 0) return "itself"
  return `${mapCount(Math.abs(distance))} ${distance < 0 ? "back" : "ahead"}`
}
