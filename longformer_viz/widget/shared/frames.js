// Work that waits until the browser has drawn.

/**
 * Act after the next frame, so that the picture never waits for it.
 *
 * @param {() => void} act
 */
export function afterFrame(act) {
  requestAnimationFrame(() => setTimeout(act))
}
