// The parts around the pictures: a card for each panel, the tools, the legend, and the words for a pair.
function panelElement(parent, name, className, text = "") {
  const made = document.createElement(name)
  made.className = className
  made.textContent = text
  parent.append(made)
  return made
}

function panelPercent(share) {
  if (share === null) return "–"
  const percent = 100 * share
  return `${percent >= 9.95 || percent === 0 ? percent.toFixed(0) : percent.toFixed(percent < 0.1 ? 2 : 1)} %`
}

function panelFigure(weight) {
  if (weight >= 0.9995) return "1"
  if (weight < 1e-4) return "below 0.0001"
  return weight.toFixed(Math.max(2, 2 - Math.floor(Math.log10(weight))))
}

function panelCount(number) {
  return number.toLocaleString("en")
}

class PanelCard {
  constructor(parent) {
    this.root = panelElement(parent, "div", "lp-card")
    this.title = panelElement(this.root, "div", "lp-title")
    this.words = panelElement(this.root, "div", "lp-words")
    this.value = panelElement(this.root, "div", "lp-value")
    this.value.hidden = true
    this.numbers = panelElement(this.root, "div", "lp-numbers")
    this.stage = panelElement(this.root, "div", "lp-stage")
    this.picture = panelElement(this.stage, "canvas", "lp-picture")
    this.over = panelElement(this.stage, "canvas", "lp-over")
    this.over.tabIndex = 0
    this.over.setAttribute("role", "img")
  }

  say(data, number) {
    const panel = data.panels[number]
    this.title.replaceChildren()
    panelElement(this.title, "b", "", panel.name)
    const badge = panelElement(this.title, "span", panel.own ? "lp-badge lp-own" : "lp-badge lp-other")
    badge.textContent = panel.own ? "trained with this pattern" : "same weights, other pattern"
    this.words.textContent = this.words.title = panel.words
    this.numbers.replaceChildren()
    panelElement(this.numbers, "b", "", panelPercent(panel.pairs / data.tokens ** 2))
    this.numbers.append(" of the pairs, keeps ")
    panelElement(this.numbers, "b", "", panelPercent(panel.kept))
    if (panel.blind) this.numbers.append(`, ${panelCount(panel.blind)} rows see nothing`)
    this.over.setAttribute(
      "aria-label",
      `${panel.name}, ${panel.words}: layer ${data.layer}, head ${data.head} over ${panelCount(data.tokens)} tokens. It ` +
        `scores ${panelPercent(panel.pairs / data.tokens ** 2)} of the pairs and keeps ${panelPercent(panel.kept)} of ` +
        "full attention. Arrow keys move the cursor, plus and minus zoom, Home shows all, Enter holds a pair.",
    )
  }

  size(side, ratio) {
    this.stage.style.width = this.stage.style.height = `${side}px`
    const pixels = Math.round(side * ratio)
    for (const canvas of [this.picture, this.over]) {
      if (canvas.width !== pixels) canvas.width = canvas.height = pixels
    }
    return pixels
  }

  // The weight at the cursor, in this panel.
  read(data, number, pair) {
    // It takes the place of the settings while there is something to read.
    this.value.hidden = !pair
    this.words.hidden = Boolean(pair)
    this.value.replaceChildren()
    if (!pair) return
    const { kind, weight } = data.pair(number, pair.query, pair.key)
    const swatch = panelElement(this.value, "i", "lp-dot")
    swatch.style.background = PANEL_COLOURS[kind] ?? "transparent"
    const words = PANEL_WORDS[kind] ?? "never scored"
    const told = weight === null ? (kind === PANEL_NONE ? "" : ": a global row, left out") : `: ${panelFigure(weight)}`
    this.value.append(`${words}${told}`)
    this.value.dataset.kind = kind
    this.value.dataset.weight = weight ?? ""
  }

  // The cursor's cross, and what part of the document is in sight.
  cross(view, pair, held, ratio, theme) {
    const { over } = this
    const context = over.getContext("2d")
    const pixels = over.width
    context.clearRect(0, 0, pixels, pixels)
    if (!pair) return
    const at = (token, origin) => Math.round(((token + 0.5 - origin) / view.span) * pixels) + 0.5
    const [x, y] = [at(pair.key, view.x), at(pair.query, view.y)]
    for (const [width, colour] of [[3 * ratio, theme === "dark" ? "#000000aa" : "#ffffffcc"], [ratio, theme === "dark" ? "#ffffff" : "#1a1a1a"]]) {
      context.strokeStyle = colour
      context.lineWidth = width
      context.setLineDash(held ? [] : [4 * ratio, 3 * ratio])
      context.beginPath()
      context.moveTo(0, y)
      context.lineTo(pixels, y)
      context.moveTo(x, 0)
      context.lineTo(x, pixels)
      context.stroke()
    }
  }
}

class PanelTools {
  constructor(parent, act) {
    this.root = panelElement(parent, "div", "lp-tools")
    const joined = panelElement(this.root, "div", "lp-joined")
    this.modes = ["weights", "kinds"].map((mode) => {
      const button = panelElement(joined, "button", "lp-button", mode === "weights" ? "Weights" : "Kinds of pairs")
      button.type = "button"
      button.onclick = () => act.mode(mode)
      return [mode, button]
    })
    this.legend = panelElement(this.root, "div", "lp-legend")
    const files = panelElement(this.root, "div", "lp-files")
    this.free = this.button(files, "Let go", act.free)
    this.whole = this.button(files, "Whole document", act.whole)
    this.button(files, "PNG", act.png).title = "Save all panels as a picture"
  }

  button(parent, text, act) {
    const button = panelElement(parent, "button", "lp-button", text)
    button.type = "button"
    button.onclick = act
    return button
  }

  render({ data, mode, theme, view, held }) {
    for (const [name, button] of this.modes) button.setAttribute("aria-pressed", String(name === mode))
    this.free.hidden = !held
    this.whole.hidden = view.span >= data.tokens
    const key = `${mode} ${theme} ${data.crc}`
    if (this.said === key) return
    this.said = key
    this.legend.replaceChildren()
    if (mode === "weights") {
      panelElement(this.legend, "span", "", "0.0001")
      const bar = panelElement(this.legend, "i", "lp-scale")
      const stops = Array.from({ length: 9 }, (_, step) => `rgb(${mapColour(step / 8, false, theme)})`)
      bar.style.background = `linear-gradient(90deg, ${stops.join(", ")})`
      panelElement(this.legend, "span", "", "weight 1")
    } else {
      for (const kind of panelKindsOf(data)) {
        const box = panelElement(this.legend, "canvas", "lp-swatch")
        panelSwatch(box, kind, theme)
        panelElement(this.legend, "span", "", PANEL_WORDS[kind])
      }
    }
    panelElement(this.legend, "i", "lp-swatch").style.background = MAP_OUTSIDE[theme]
    panelElement(this.legend, "span", "", "never scored")
  }
}

// The kinds that stand in any of the pictures, in the order of their names.
function panelKindsOf(data) {
  const seen = new Set()
  for (const panel of data.panels) for (const kind of panel.kinds) seen.add(kind)
  return data.names.filter((_, number) => seen.has(number))
}

function panelSwatch(canvas, kind, theme) {
  canvas.width = canvas.height = 14
  const { tables } = panelKindTables(theme)
  const image = canvas.getContext("2d").createImageData(14, 14)
  const words = new Uint32Array(image.data.buffer)
  for (let place = 0; place < words.length; place++) {
    const [x, y] = [place % 14, Math.floor(place / 14)]
    words[place] = tables[kind][PANEL_HATCH[kind](x, y) ? 1 : 0][31]
  }
  canvas.getContext("2d").putImageData(image, 0, 0)
}

class PanelReadout {
  constructor(parent) {
    this.root = panelElement(parent, "div", "lp-readout")
    this.root.setAttribute("aria-live", "polite")
  }

  say(data, pair, held) {
    this.root.replaceChildren()
    if (!pair) {
      const hint = "Rows are the tokens that look, columns what they look at. Point at a pair to read it in every panel; "
      panelElement(this.root, "span", "lp-hint", `${hint}click holds it, wheel zooms, drag moves.`)
      return
    }
    this.token(data, "query", pair.query)
    panelElement(this.root, "span", "lp-hint", "looks at")
    this.token(data, "key", pair.key)
    const distance = pair.key - pair.query
    const far = distance === 0 ? "itself" : `${panelCount(Math.abs(distance))} ${distance < 0 ? "back" : "ahead"}`
    panelElement(this.root, "span", "lp-hint", held ? `${far} · held` : far)
  }

  token(data, role, position) {
    const piece = panelElement(this.root, "b", "lp-piece", plainPiece(data.pieces[position], 22))
    piece.dir = "auto"
    panelElement(this.root, "span", "lp-hint", `${role} ${panelCount(position)}`)
  }
}
