// Tells the page that the visitor has come to a place, so that what stands there is drawn after what is seen first.
/** @import { Host } from "../shared/types.js" */

const LEAST_PIXELS = 48

/**
 * Wait until the place is in sight and the browser has nothing else to do.
 *
 * @param {Host<null>} host
 * @returns {() => void}
 */
export default function watch({ parentElement, setTriggerValue = () => {} }) {
  const place = /** @type {HTMLElement} */ (parentElement.querySelector("div"))
  const sight = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return
      sight.disconnect()
      whenIdle(() => setTriggerValue("reached", true))
    },
    { rootMargin: `0px 0px -${LEAST_PIXELS}px` },
  )
  sight.observe(place)
  return () => sight.disconnect()
}

/** @param {() => void} act */
function whenIdle(act) {
  if ("requestIdleCallback" in window) requestIdleCallback(act, { timeout: 1000 })
  else setTimeout(act, 100)
}
