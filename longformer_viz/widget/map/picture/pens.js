// Two pens for one list of marks: the canvas, and SVG as text. Words are drawn or escaped, never read as markup.

function penCanvas(context, marks, font) {
  for (const mark of marks) {
    context.save()
    if (mark.clip) {
      context.beginPath()
      context.rect(mark.clip.x, mark.clip.y, mark.clip.width, mark.clip.height)
      context.clip()
    }
    context.globalAlpha = mark.alpha ?? 1
    context.lineWidth = mark.line ?? 1
    context.setLineDash(mark.dash ?? [])
    if (mark.kind === "path") penPath(context, mark)
    else if (mark.kind === "rect") penRect(context, mark)
    else penText(context, mark, font)
    context.restore()
  }
}

function penPath(context, { points, stroke }) {
  context.beginPath()
  for (const [x, y] of points) context.lineTo(x, y)
  context.strokeStyle = stroke
  context.stroke()
}

function penRect(context, { x, y, width, height, stroke, fill }) {
  if (fill) {
    context.fillStyle = fill
    context.fillRect(x, y, width, height)
  }
  if (stroke) {
    context.strokeStyle = stroke
    context.strokeRect(x, y, width, height)
  }
}

function penText(context, mark, font) {
  context.font = `${mark.bold ? "600 " : ""}${mark.size}px ${font}`
  context.textBaseline = "middle"
  context.textAlign = mark.kind === "chip" ? (mark.centred ? "center" : "left") : mark.align
  context.translate(mark.x, mark.y)
  if (mark.turned) context.rotate(-Math.PI / 2)
  if (mark.kind === "chip") {
    const wide = context.measureText(mark.text).width + 6
    context.fillStyle = mark.ground
    context.globalAlpha = 0.85
    if (mark.centred) context.fillRect(-wide / 2, -6, wide, 12)
    else context.fillRect(0, -16, wide + 4, 16)
    context.globalAlpha = 1
    if (!mark.centred) context.translate(5, -8)
  }
  context.fillStyle = mark.fill
  context.fillText(mark.text, 0, 0)
}

function penSvg(marks, font) {
  const clips = new Map()
  const body = marks.map((mark) => {
    let clip = ""
    if (mark.clip) {
      const { x, y, width, height } = mark.clip
      const shape = `<rect x="${x}" y="${y}" width="${width}" height="${height}"/>`
      if (!clips.has(shape)) clips.set(shape, `clip${clips.size}`)
      clip = ` clip-path="url(#${clips.get(shape)})"`
    }
    return penSvgMark(mark, clip, font)
  })
  const defined = [...clips].map(([shape, name]) => `<clipPath id="${name}">${shape}</clipPath>`)
  return `<defs>${defined.join("")}</defs>${body.join("")}`
}

function penSvgMark(mark, clip, font) {
  const round = (value) => Math.round(value * 100) / 100
  const stroke = mark.stroke ? `stroke="${penEscape(mark.stroke)}" stroke-width="${mark.line ?? 1}"` : ""
  const dash = mark.dash ? ` stroke-dasharray="${mark.dash.join(" ")}"` : ""
  const fade = mark.alpha ? ` opacity="${mark.alpha}"` : ""
  if (mark.kind === "path") {
    const points = mark.points.map(([x, y]) => `${round(x)},${round(y)}`).join(" ")
    return `<polyline points="${points}" fill="none" ${stroke}${dash}${fade}${clip}/>`
  }
  if (mark.kind === "rect") {
    const box = `x="${round(mark.x)}" y="${round(mark.y)}" width="${round(mark.width)}" height="${round(mark.height)}"`
    return `<rect ${box} fill="${mark.fill ? penEscape(mark.fill) : "none"}" ${stroke}${clip}/>`
  }
  const centred = mark.align === "center" || mark.centred
  const anchor = centred ? "middle" : mark.align === "right" ? "end" : "start"
  const place = mark.kind === "chip" && !mark.centred ? [mark.x + 5, mark.y - 8] : [mark.x, mark.y]
  const turned = mark.turned ? ` transform="rotate(-90 ${round(place[0])} ${round(place[1])})"` : ""
  const face = `font-family="${penEscape(font)}" font-size="${mark.size}"${mark.bold ? ' font-weight="600"' : ""}`
  return (
    `<text x="${round(place[0])}" y="${round(place[1])}" dy="0.35em" text-anchor="${anchor}" ${face} ` +
    `fill="${penEscape(mark.fill)}"${turned}>${penEscape(mark.text)}</text>`
  )
}

function penEscape(text) {
  const names = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" }
  // What XML cannot hold at all must not be in it.
  return String(text)
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])/g, "\ufffd")
    .replace(/[&<>"']/g, (character) => names[character])
}
