// Where the map is looked at from: pan, zoom, fit, and the turn between the square and the straightened view.
/** @import { Actions, Eye, MapState, Mode, Place, Size, Store } from "../shared/types.js" */
import { clamp } from "../shared/numbers.js"
import { boundedPlace, eyeAt, eyeBetween, fitScales, scalesAt, turnedPlace, zoomLimit } from "./picture/eye.js"

/** Milliseconds of the turn from one mode to the other. */
export const TURN_MS = 600

export class Camera {
  /**
   * @param {Store<MapState>} store
   * @param {Actions} actions
   */
  constructor(store, actions) {
    this.store = store
    this.actions = actions
    this.reach = 0
    /** @type {Size | null} The box of one panel, once the map has a size. */
    this.box = null
    /** @type {{ from: Eye, part: number, start: number | null } | null} */
    this.turning = null
    this.reducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)")
  }

  /**
   * The box, for what happens only once the map has a size.
   *
   * @returns {Size}
   */
  get size() {
    return this.box ?? { width: 1, height: 1 }
  }

  /** @returns {Place} */
  place() {
    const { data, mode, place } = this.store.get()
    return boundedPlace(place ?? [NaN, NaN, 1], mode, data.tokens, this.reach, this.size)
  }

  /** @returns {Eye} */
  eye() {
    const { data, mode } = this.store.get()
    const to = eyeAt(this.place(), mode, data.tokens, this.reach, this.size)
    return this.turning ? eyeBetween(this.turning.from, to, this.turning.part, this.size) : to
  }

  /**
   * Go to a place; returns whether that changed anything.
   *
   * @param {Place} place
   */
  goTo(place) {
    const { data, mode } = this.store.get()
    const bounded = boundedPlace(place, mode, data.tokens, this.reach, this.size)
    const before = this.place()
    this.turning = null
    if (bounded.every((value, index) => Math.abs(value - before[index]) < 1e-6)) return false
    this.actions.setPlace(bounded)
    return true
  }

  /**
   * Move by CSS pixels.
   *
   * @param {number} x
   * @param {number} y
   */
  pan(x, y) {
    const { scaleX, scaleY } = this.eye()
    const [column, row, zoom] = this.place()
    return this.goTo([column + x / scaleX, row + y / scaleY, zoom])
  }

  /**
   * Zoom about a point of the box.
   *
   * @param {number} factor
   * @param {number} x
   * @param {number} y
   */
  zoom(factor, x, y) {
    const { data, mode } = this.store.get()
    const before = this.place()
    const eye = eyeAt(before, mode, data.tokens, this.reach, this.size)
    const column = eye.originX + x / eye.scaleX
    const row = eye.originY + y / eye.scaleY
    const fit = fitScales(mode, data.tokens, this.reach, this.size)
    const zoom = clamp(before[2] * factor, 1, zoomLimit(fit))
    const [scaleX, scaleY] = scalesAt(fit, zoom)
    return this.goTo([column + (this.size.width / 2 - x) / scaleX, row + (this.size.height / 2 - y) / scaleY, zoom])
  }

  fit() {
    this.turning = null
    this.actions.setPlace(null)
  }

  /**
   * @param {number} column
   * @param {number} row
   */
  centre(column, row) {
    this.goTo([column, row, this.place()[2]])
  }

  /**
   * Bring a query's row into sight, where it is not.
   *
   * @param {number} query
   */
  reveal(query) {
    if (!this.box || this.store.get().place === null) return
    const { originY, scaleY } = this.eye()
    if (query >= originY && query + 1 <= originY + this.size.height / scaleY) return
    const [column, , zoom] = this.place()
    const { mode } = this.store.get()
    this.goTo([mode === "square" ? query : column, query, zoom])
  }

  /** @param {Mode} mode */
  turnTo(mode) {
    const { data, mode: before, place: set } = this.store.get()
    if (mode === before) return
    const from = this.box ? this.eye() : null
    const place = turnedPlace(this.place(), before, mode, data.tokens, this.reach, this.size)
    this.turning = from && !this.reducedMotion.matches ? { from, part: 0, start: null } : null
    this.store.set({ mode, place: set === null ? null : place })
    this.actions.modeChanged()
  }

  /**
   * Take the turn on to a moment; returns whether it goes on.
   *
   * @param {number} now
   */
  turnOn(now) {
    const { turning } = this
    if (!turning) return false
    turning.start ??= now
    const part = Math.min(1, (now - turning.start) / TURN_MS)
    turning.part = part < 0.5 ? 4 * part ** 3 : 1 - (2 - 2 * part) ** 3 / 2
    if (part === 1) this.turning = null
    return part < 1
  }
}
