// What the chapter says, step by step: the current step stands out, the ones to come are dimmed.
/** @import { Chapter, Progress } from "./types.js" */
import { append, appendButton } from "../shared/element.js"
import { isAsking, openSteps } from "./state.js"

/**
 * @param {HTMLElement} list
 * @param {Chapter} chapter
 * @param {number} step Counted from 1.
 * @param {Progress} progress
 * @param {(step: number) => void} go
 */
export function tellStory(list, chapter, step, progress, go) {
  list.replaceChildren()
  const open = openSteps(chapter, progress)
  chapter.steps.forEach(({ say }, index) => {
    const number = index + 1
    const item = append(list, "li", number === step ? "le-now" : number < step ? "le-read" : "")
    const asking = isAsking(chapter, number, progress)
    const text = asking ? "Predict, then see." : index < open || number <= step ? say : "…"
    const button = appendButton(item, "le-say", text, () => go(number))
    if (text === "…") button.setAttribute("aria-label", `Step ${number}, after the prediction`)
    if (number === step) button.setAttribute("aria-current", "step")
  })
}
