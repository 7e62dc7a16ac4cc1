// Whether this browser has seen the welcome, and whether a tour was asked for on another page.

const WELCOMED = "longformer_viz.welcomed"
const TOUR_ASKED = "longformer_viz.tour_asked"

/** Whether a visitor has answered or closed the welcome before. @param {() => Storage} storage */
export function isWelcomed(storage) {
  try {
    return storage().getItem(WELCOMED) !== null
  } catch {
    return false // storage is switched off
  }
}

/** @param {() => Storage} storage */
export function noteWelcomed(storage) {
  keep(storage, WELCOMED)
}

/**
 * Leave the wish for a tour to the page that has one.
 *
 * @param {() => Storage} storage
 */
export function askForTour(storage) {
  keep(storage, TOUR_ASKED)
}

/**
 * Whether a tour was asked for; a wish is granted once.
 *
 * @param {() => Storage} storage
 */
export function takeTourAsked(storage) {
  try {
    const asked = storage().getItem(TOUR_ASKED) !== null
    storage().removeItem(TOUR_ASKED)
    return asked
  } catch {
    return false
  }
}

/**
 * @param {() => Storage} storage
 * @param {string} key
 */
function keep(storage, key) {
  try {
    storage().setItem(key, "yes")
  } catch {
    // Storage is switched off or full: the welcome then comes again.
  }
}
