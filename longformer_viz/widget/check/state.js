// The check's state: which questions were drawn, what was answered, and what was gained. Nothing here touches the page.
/** @import { Kept, Question, Questions, Round, TopicGain } from "./types.js" */

const VERSION = 1

/**
 * Begin a check.
 *
 * @param {Questions} questions
 * @returns {Kept}
 */
export function begin({ before, after }) {
  return { version: VERSION, before, after, answers: { before: [], after: [] } }
}

/**
 * Read a kept check; null for none, for one of another version, and for a damaged one.
 *
 * @param {string | null} text
 * @returns {Kept | null}
 */
export function read(text) {
  let found
  try {
    found = JSON.parse(text ?? "null")
  } catch {
    return null
  }
  const isWhole =
    found?.version === VERSION &&
    ["before", "after"].every((round) => {
      const questions = found[round]
      const answers = found.answers?.[round]
      return (
        Array.isArray(questions) &&
        questions.length > 0 &&
        questions.every(isQuestion) &&
        Array.isArray(answers) &&
        answers.length <= questions.length &&
        answers.every((answer) => answer === null || typeof answer === "string")
      )
    })
  return isWhole ? found : null
}

/** @param {any} question */
function isQuestion(question) {
  return (
    ["topic", "text", "unit", "truth"].every((name) => typeof question?.[name] === "string") &&
    Array.isArray(question.choices) &&
    typeof question.reasons?.[question.truth] === "string"
  )
}

/**
 * The check with one more answer.
 *
 * @param {Kept} kept
 * @param {Round} round
 * @param {string | null} answer null where the question is skipped.
 * @returns {Kept}
 */
export function answered(kept, round, answer) {
  return { ...kept, answers: { ...kept.answers, [round]: [...kept.answers[round], answer] } }
}

/**
 * @param {Kept} kept
 * @param {Round} round
 */
export function isDone(kept, round) {
  return kept.answers[round].length === kept[round].length
}

/**
 * A whole number as the library writes it, from what a reader enters; null where it is none.
 *
 * @param {string} entered
 */
export function wholeNumber(entered) {
  const digits = entered.trim().replace(/(?<=\d)[,.\u202f\u00a0 ](?=\d{3}(\D|$))/g, "")
  return /^\d{1,12}$/.test(digits) ? String(Number(digits)) : null
}

/**
 * Why an answer is right or wrong. A number that no known mistake leads to gets the reason of the right answer.
 *
 * @param {Question} question
 * @param {string | null} answer
 */
export function reasonFor(question, answer) {
  return question.reasons[answer ?? question.truth] ?? question.reasons[question.truth] ?? ""
}

/**
 * Right answers by topic, before and after, in the order of the topics.
 *
 * @param {Kept} kept
 * @returns {TopicGain[]}
 */
export function gains(kept) {
  /** @type {Map<string, TopicGain>} */
  const found = new Map()
  for (const round of /** @type {Round[]} */ (["before", "after"])) {
    kept[round].forEach((question, number) => {
      const gain = found.get(question.topic) ?? { topic: question.topic, questions: 0, before: 0, after: 0 }
      if (round === "before") gain.questions += 1
      if (kept.answers[round][number] === question.truth) gain[round] += 1
      found.set(question.topic, gain)
    })
  }
  return [...found.values()]
}
