"""Sums the layout shifts of a page, in the page itself."""

# Shifts without a cause in the reader's hands, summed as the web's cumulative layout shift: the worst five seconds,
# ended by a second of rest.
SHIFTS = """
window.shifts = []
new PerformanceObserver((list) => {
  for (const { startTime, value, hadRecentInput, sources } of list.getEntries()) {
    if (!hadRecentInput) shifts.push({ at: startTime, value, parts: sources.map(({ node }) => node?.className) })
  }
}).observe({ type: "layout-shift", buffered: true })
window.worstShift = () => {
  let worst = 0
  let start = -Infinity
  let last = -Infinity
  let sum = 0
  for (const { at, value } of shifts) {
    if (at - last > 1000 || at - start > 5000) [start, sum] = [at, 0]
    last = at
    sum += value
    worst = Math.max(worst, sum)
  }
  return worst
}
"""
