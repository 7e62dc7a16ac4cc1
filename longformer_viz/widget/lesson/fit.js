// Fills the screen down to its lower edge, so that the bar is seen without scrolling.
import { isPresenting } from "../shared/presenting.js"
import { roomOf } from "../shared/room.js"

const LEAST_HEIGHT = 520
const PRESENTER_ZOOM = 1.5
/** CSS pixels that the lesson may reach beyond its column. */
const BEYOND = { left: 56, right: 56 }

/** @param {HTMLElement} root */
export function fitScreen(root) {
  const room = roomOf(root, BEYOND)
  const height = isPresenting() ? (innerHeight - 40) / PRESENTER_ZOOM : Math.max(LEAST_HEIGHT, room.height)
  root.style.setProperty("--le-height", `${height}px`)
  root.style.marginLeft = isPresenting() ? "" : `${-room.left}px`
  root.style.width = isPresenting() ? "" : `calc(100% + ${room.left + room.right}px)`
}
