// The stops of the tour: what each explains, and the parts of the page that it points at.

/**
 * @typedef {{ title: string, text: string, parts: string[] }} Stop
 *   parts: selectors; the first element of each is inside the ring.
 */

/** @type {Stop[]} */
export const STOPS = [
  {
    title: "The document",
    text: "The model reads the text as tokens, which are words and pieces of words. Click a word to see what it attends to.",
    parts: [".lv-text-pane"],
  },
  {
    title: "The attention map",
    text: "Each row is a token that attends, each column a token it attends to. The colour is the attention weight.",
    parts: [".lv-map-pane"],
  },
  {
    title: "Layer and head",
    text: "Each layer has several heads, and each head attends in its own way. Choose another one to see the difference.",
    parts: [".lv-toolbar .lv-group"],
  },
  {
    title: "The window",
    text: "Apart from global tokens, each token attends only to tokens inside its window. Drag the slider to change the band on the map.",
    parts: [
      ".lv-pattern-name",
      ".lv-pattern-range[aria-label='Window']",
      ".lv-number[aria-label='Window, exact value']",
    ],
  },
  {
    title: "Global tokens",
    text: "A global token attends to every token, and every token attends to it. Choose which tokens are global.",
    parts: [".lv-pattern-name:has(+ .lv-pattern-choice)", ".lv-pattern-choice"],
  },
]

/**
 * The stop that a key leads to; null ends the tour, and undefined is a key that means nothing here.
 *
 * @param {string} key
 * @param {number} stop
 * @param {number} count
 * @returns {number | null | undefined}
 */
export function stopAfter(key, stop, count) {
  if (key === "Escape") return null
  if (key === "ArrowRight") return stop + 1 < count ? stop + 1 : stop
  if (key === "ArrowLeft") return Math.max(0, stop - 1)
  return undefined
}
