// The check before and after the lesson: what is kept, judged and gained.
import assert from "node:assert/strict"
import { test } from "node:test"
import { answered, begin, gains, isDone, read, reasonFor, wholeNumber } from "../../longformer_viz/widget/check/state.js"

const question = (topic, truth) => ({
  topic,
  text: `${topic}?`,
  choices: [],
  unit: "keys",
  truth,
  reasons: { [truth]: "Because.", 7: "The token itself counts." },
})
const CHECK = begin({
  before: [question("Window", "9"), question("Cost", "16")],
  after: [question("Window", "13"), question("Cost", "64")],
})

test("answers are kept in order and read again", () => {
  const one = answered(answered(CHECK, "before", "9"), "before", null)
  assert.deepEqual(one.answers.before, ["9", null])
  assert.ok(isDone(one, "before"))
  assert.ok(!isDone(one, "after"))
  assert.deepEqual(read(JSON.stringify(one)), one)
  assert.deepEqual(CHECK.answers.before, [], "the check before is unchanged")
})

for (const [what, text] of [
  ["nothing", null],
  ["a damaged text", '{"version": 1'],
  ["another version", JSON.stringify({ ...CHECK, version: 0 })],
  ["a check without questions", JSON.stringify({ ...CHECK, after: [] })],
  ["more answers than questions", JSON.stringify({ ...CHECK, answers: { before: ["1", "2", "3"], after: [] } })],
  ["an answer that is no text", JSON.stringify({ ...CHECK, answers: { before: [5], after: [] } })],
  ["a question without a reason", JSON.stringify({ ...CHECK, before: [{ ...question("Cost", "1"), reasons: {} }] })],
]) {
  test(`${what} is no kept check`, () => assert.equal(read(text), null))
}

test("a number is read with or without separators", () => {
  for (const entered of ["1296", " 1296 ", "1,296", "1 296", "1.296", "01296"]) assert.equal(wholeNumber(entered), "1296")
  for (const entered of ["", "nine", "-3", "2.5", "1,2", "1e3"]) assert.equal(wholeNumber(entered), null)
})

test("each known answer has its reason, and every other the reason of the truth", () => {
  const [asked] = CHECK.before
  assert.equal(reasonFor(asked, "7"), "The token itself counts.")
  assert.equal(reasonFor(asked, "8"), "Because.")
  assert.equal(reasonFor(asked, null), "Because.")
})

test("the gain is counted by topic", () => {
  let check = CHECK
  for (const answer of ["8", "16"]) check = answered(check, "before", answer)
  for (const answer of ["13", null]) check = answered(check, "after", answer)
  assert.deepEqual(gains(check), [
    { topic: "Window", questions: 1, before: 0, after: 1 },
    { topic: "Cost", questions: 1, before: 1, after: 0 },
  ])
})
