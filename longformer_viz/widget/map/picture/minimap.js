// The whole in small beside the map, with a frame round what is seen; the frame can be dragged.
const MAP_MINI_SIDE = 64
const MAP_MINI_STRIP = 30 // the straightened view's is a strip as tall as the map

class MapMinimap {
  constructor(map) {
    this.map = map
    this.raster = new MapRaster()
    this.canvas = document.createElement("canvas")
    this.made = null
  }

  // CSS pixels it takes to the right of the panels: none where the map itself is small.
  room(width) {
    this.shown = width >= 330
    return this.shown ? MAP_MINI_SIDE + 12 : 0
  }

  // Its box beside the last panel: a square, or a strip as tall as the map.
  box() {
    const last = this.map.panels.at(-1).box
    const { mode } = this.map.store.get()
    const right = last.x + last.width + 12 + MAP_MINI_SIDE
    const [width, height] = mode === "square" ? [MAP_MINI_SIDE, MAP_MINI_SIDE] : [MAP_MINI_STRIP, last.height]
    return { x: right - width, y: last.y, width, height }
  }

  eye() {
    const { data, mode } = this.map.store.get()
    const box = this.box()
    const [left, right] = mapExtent(mode, data.tokens, this.map.reach)
    return {
      turn: mode === "square" ? 0 : 1,
      originX: left,
      originY: 0,
      scaleX: box.width / (right - left),
      scaleY: box.height / data.tokens,
    }
  }

  // The place [column, row] under a point, or null; a drag that left it goes on.
  at(x, y, dragged) {
    if (!this.shown) return null
    const box = this.box()
    const inside = x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height
    if (!inside && !dragged) return null
    const eye = this.eye()
    return [eye.originX + (x - box.x) / eye.scaleX, eye.originY + (y - box.y) / eye.scaleY]
  }

  draw(context, seen, state) {
    if (!this.shown || this.map.turning) return
    const box = this.box()
    const panel = this.map.panels.at(-1)
    const { ratio, ink } = this.map
    const key = [panel.table, panel.source.band ?? panel.view, state.mode, box.width, box.height, ratio]
    if (!this.made || key.some((part, index) => part !== this.made[index])) {
      this.made = key
      const eye = this.eye()
      this.raster.resize(Math.round(box.width * ratio), Math.round(box.height * ratio))
      const device = { ...eye, scaleX: eye.scaleX * ratio, scaleY: eye.scaleY * ratio }
      const image = this.raster.draw(panel.source, device, panel.table, 1)
      Object.assign(this.canvas, { width: image.width, height: image.height })
      this.canvas.getContext("2d").putImageData(image, 0, 0)
    }
    context.drawImage(this.canvas, box.x, box.y, box.width, box.height)
    const eye = this.eye()
    const clamp = (value, low, high) => Math.min(high, Math.max(low, value))
    const left = clamp((seen.originX - eye.originX) * eye.scaleX, 0, box.width - 3)
    const top = clamp((seen.originY - eye.originY) * eye.scaleY, 0, box.height - 3)
    const right = clamp((seen.originX + panel.box.width / seen.scaleX - eye.originX) * eye.scaleX, left + 3, box.width)
    const bottom = clamp((seen.originY + panel.box.height / seen.scaleY - eye.originY) * eye.scaleY, top + 3, box.height)
    const frame = { kind: "rect", x: box.x + left, y: box.y + top, width: right - left, height: bottom - top }
    penCanvas(context, [
      { kind: "rect", x: box.x - 0.5, y: box.y - 0.5, width: box.width + 1, height: box.height + 1, stroke: ink.border },
      { ...frame, stroke: ink.background, line: 4 },
      { ...frame, stroke: ink.text, line: 1.75 },
    ])
  }
}
