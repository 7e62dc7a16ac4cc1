// The key F for charts: it presses the button for full screen that Streamlit gives each of them.
/** @import { Bid } from "../shared/full_screen.js" */
import { answerFullScreenKey, claimOf } from "../shared/full_screen.js"

const CHART = "[data-testid=stPlotlyChart]"
const ENLARGE = '[data-title="Fullscreen"]'
const REDUCE = '[data-title="Close fullscreen"]'

/** @param {AbortSignal} signal Ends it. */
export function answerForCharts(signal) {
  answerFullScreenKey(signal, largestChart)
}

/** @returns {Bid} */
function largestChart() {
  const bids = [...document.querySelectorAll(CHART)].map((chart) => {
    const large = chart.querySelector(REDUCE)
    const button = large ?? chart.querySelector(ENLARGE)
    const isShown = chart instanceof HTMLElement && button
    const claim = isShown ? claimOf(chart, Boolean(large)) : { claim: 0, area: 0 }
    return { ...claim, toggle: () => button?.dispatchEvent(new MouseEvent("click", { bubbles: true })) }
  })
  return bids.sort((one, other) => other.claim - one.claim || other.area - one.area)[0] ?? { claim: 0, area: 0, toggle() {} }
}
