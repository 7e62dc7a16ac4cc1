// The stage: the picture of a step, or the prediction that comes before it.
/** @import { Asking, Judged, Outcome, Step, Verdict } from "./types.js" */
import { append } from "../shared/element.js"
import { answerText } from "./judge.js"
import { drawPicture } from "./pictures/index.js"
import { askBand, showBand } from "./predictions/band.js"
import { askChoice } from "./predictions/choice.js"
import { askEstimate } from "./predictions/estimate.js"
import { askGlobals, tellRun } from "./predictions/globals.js"
import { tellOutcome } from "./predictions/panel.js"

/**
 * What a step knows of the learner's answer.
 *
 * @typedef {{ chosen: Set<number>, outcome: Outcome | null, judged: Judged | null, waiting: boolean }} Answer
 */

/** @returns {Answer} */
export function newAnswer() {
  return { chosen: new Set(), outcome: null, judged: null, waiting: false }
}

/**
 * Ask a step's prediction.
 *
 * @param {HTMLElement} stage
 * @param {Step} step
 * @param {Answer} answer
 * @param {Asking} asking
 */
export function showQuestion(stage, { prediction }, answer, asking) {
  if (!prediction) return
  stage.replaceChildren()
  const card = append(stage, "section", "le-ask")
  card.setAttribute("aria-label", "Prediction")
  if (prediction.kind === "band") askBand(card, prediction, asking, answer.chosen)
  else if (prediction.kind === "choice") askChoice(card, prediction, asking)
  else if (prediction.kind === "estimate") askEstimate(card, prediction, asking)
  else askGlobals(card, prediction, asking, answer.chosen, answer.judged, answer.waiting)
}

/**
 * Show a step's picture, below the outcome of its prediction.
 *
 * @param {HTMLElement} stage
 * @param {Step} step
 * @param {Answer} answer
 * @param {Verdict | undefined} verdict
 * @param {() => void} again
 */
export function showStep(stage, step, answer, verdict, again) {
  stage.replaceChildren()
  const { prediction } = step
  if (prediction && verdict) {
    tellOutcome(stage, answer.outcome ?? { verdict: "skipped", headline: answerText(prediction), reasons: [] }, again)
    if (prediction.kind === "band" && answer.outcome && verdict !== "skipped") {
      showBand(stage, prediction, answer.chosen)
      if (answer.outcome.reasons.length > 1) return // The reasons take the room of the picture.
    }
    if (prediction.kind === "globals" && answer.judged && verdict !== "skipped") {
      tellRun(append(stage, "div", "le-run"), answer.judged)
    }
  }
  drawPicture(append(stage, "div", "le-picture"), step.picture)
}
