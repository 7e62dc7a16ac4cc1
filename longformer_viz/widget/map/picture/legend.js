// What the colours mean: the scale of the weights, and the kinds of pairs with their second cue.
const MAP_LEGEND_HEIGHT = 30

function mapLegendTicks(difference, scale, largest) {
  if (scale === "linear") {
    const ends = difference ? [-1, -0.5, 0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1]
    return ends.map((place) => [place, mapTickFigure(place * largest)])
  }
  if (!difference) return [[0, "≤ 0.0001"], [0.25, "0.001"], [0.5, "0.01"], [0.75, "0.1"], [1, "1"]]
  return [[-1, "−1"], [-0.515, "−0.01"], [0, "0"], [0.515, "+0.01"], [1, "+1"]]
}

function mapTickFigure(value) {
  return String(Number(value.toPrecision(2))).replace("-", "−")
}

function mapLegendMarks(panels, { scale, theme }, largest, width, ink) {
  const { view } = panels[0]
  const marks = []
  const text = { kind: "text", size: 10.5, fill: ink.faint }
  const [left, long] = [74, Math.min(220, Math.max(110, width * 0.38))]
  marks.push({ ...text, text: view.difference ? "difference" : "weight", x: left - 12, y: 8, align: "right" })
  for (let step = 0; step < 64; step++) {
    const place = view.difference ? (2 * (step + 0.5)) / 64 - 1 : (step + 0.5) / 64
    const fill = `rgb(${mapColour(place, view.difference, theme)})`
    marks.push({ kind: "rect", x: left + (step * long) / 64, y: 3, width: long / 64 + 0.6, height: 9, fill })
  }
  marks.push({ kind: "rect", x: left - 0.5, y: 2.5, width: long + 1, height: 10, stroke: ink.border })
  for (const [place, figure] of mapLegendTicks(view.difference, scale, largest)) {
    const x = left + long * (view.difference ? (place + 1) / 2 : place)
    marks.push({ ...text, text: figure, x, y: 21, align: "center" })
  }
  let x = left + long + 22
  for (const [name, words] of mapLegendKinds(panels)) {
    if (x > width - 40) break
    marks.push(...mapLegendSwatch(name, x, theme))
    marks.push({ ...text, fill: ink.text, text: words, x: x + 20, y: 8, align: "left" })
    x += 30 + words.length * 5.6
  }
  return marks
}

function mapLegendKinds(panels) {
  const kinds = []
  if (panels.some(({ view }) => view.dilation === 1)) kinds.push(["local", "window"])
  if (panels.some(({ view }) => view.dilation > 1)) kinds.push(["dilated", "dilated"])
  if (panels.some(({ view }) => view.globals.length)) kinds.push(["global", "global"])
  kinds.push(["outside", "outside"])
  if (panels.some((panel) => mapHasFault(panel.view))) kinds.push(["fault", "not a number"])
  return kinds
}

function mapHasFault(view) {
  view.faulty ??= [view.band, view.columns, view.rows, view.overview].some((codes) => codes?.includes(FAULT))
  return view.faulty
}

function mapLegendSwatch(name, x, theme) {
  const colour = MAP_IDEAS[name]
  if (name === "local" || name === "dilated") {
    const dash = name === "dilated" ? [5, 3] : null
    return [{ kind: "path", points: [[x, 8], [x + 15, 8]], stroke: colour, line: 2, dash }]
  }
  if (name === "global") {
    return [
      { kind: "path", points: [[x + 1, 2], [x + 1, 13]], stroke: colour, line: 3 },
      { kind: "text", text: "G", size: 10, bold: true, fill: theme === "dark" ? "#FAFAFA" : "#31333F", x: x + 10, y: 8, align: "center" },
    ]
  }
  const fill = name === "outside" ? MAP_OUTSIDE[theme] : colour
  return [{ kind: "rect", x: x + 2.5, y: 3.5, width: 12, height: 9, fill, stroke: "#8A8A8A" }]
}

function mapLegendWords(panels, { scale }, largest) {
  const ticks = mapLegendTicks(panels[0].view.difference, scale, largest)
  const ends = `${ticks[0][1]} to ${ticks.at(-1)[1]}`
  const kinds = mapLegendKinds(panels).map(([, words]) => words)
  return `Colours: ${panels[0].view.difference ? "difference of weights" : "weight"} ${ends}, ${scale}; ${kinds.join(", ")}.`
}
