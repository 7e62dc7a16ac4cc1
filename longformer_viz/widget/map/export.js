// The view as a file: PNG from the canvases, SVG with the weights as an image and everything over them as vectors.

function mapSave(blob, name) {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

function mapFileName(data, ending) {
  const [view] = data.views
  return `attention-layer-${view.layer}-head-${view.head}.${ending}`
}

// What a file shows besides the picture: a title, and the legend under it.
function mapFrame(map) {
  const state = map.store.get()
  const [width, height] = [map.stage.clientWidth, map.stage.clientHeight]
  const { data, scale } = state
  const { view } = map.panels[0]
  const step = view.dilation > 1 ? `, dilation ${view.dilation}` : ""
  const title = `${data.views.map(({ label }) => label).join(" | ")} · ${mapCount(data.tokens)} tokens · window ${mapCount(view.window)}${step} · ${scale} scale`
  const head = 26
  const legend = mapLegendMarks(map.panels, state, map.largest, width, map.ink)
  return { state, width, height, head, legend, title: { kind: "text", text: title, x: 12, y: 15, size: 12, align: "left", fill: map.ink.text } }
}

function mapSavePng(map) {
  const { state, width, height, head, legend, title } = mapFrame(map)
  const { ratio } = map
  const canvas = document.createElement("canvas")
  Object.assign(canvas, { width: width * ratio, height: (head + height + MAP_LEGEND_HEIGHT) * ratio })
  const context = canvas.getContext("2d")
  context.fillStyle = map.ink.background
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(map.picture, 0, Math.round(head * ratio))
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  penCanvas(context, [title], map.font)
  context.translate(0, head)
  penCanvas(context, map.marks(state, map.eye(), true), map.font)
  context.translate(0, height)
  penCanvas(context, legend, map.font)
  canvas.toBlob((blob) => mapSave(blob, mapFileName(state.data, "png")), "image/png")
}

function mapSaveSvg(map) {
  const { state, width, height, head, legend, title } = mapFrame(map)
  const total = head + height + MAP_LEGEND_HEIGHT
  const image = map.picture.toDataURL("image/png")
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${total}" viewBox="0 0 ${width} ${total}" role="img">`,
    `<title>${penEscape(title.text)}</title>`,
    `<rect width="${width}" height="${total}" fill="${penEscape(map.ink.background)}"/>`,
    penSvg([title], map.font),
    `<g transform="translate(0 ${head})"><image width="${width}" height="${height}" href="${image}"/>`,
    `${penSvg(map.marks(state, map.eye(), true), map.font)}</g>`,
    `<g transform="translate(0 ${head + height})">${penSvg(legend, map.font)}</g></svg>`,
  ]
  mapSave(new Blob(parts, { type: "image/svg+xml" }), mapFileName(state.data, "svg"))
}
