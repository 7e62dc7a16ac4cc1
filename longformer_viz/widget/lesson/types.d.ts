// The lesson as Python sends it. Field names are those of longformer_viz/lesson.

export interface Place {
  chapter: string
  /** Counted from 1. */
  step: number
}

export interface Matrix {
  kind: "matrix"
  alt: string
  tokens: string[]
  cells: string[]
  numbers: (number | null)[][]
  percent: boolean
  row: number | null
  column: number | null
}

export interface Panels {
  kind: "panels"
  alt: string
  panels: [string, Matrix][]
}

export interface Table {
  kind: "table"
  alt: string
  head: string[]
  rows: string[][]
  marked: number[]
}

export interface ShadedText {
  kind: "text"
  alt: string
  tokens: string[]
  shades: number[]
  marked: number[]
  said: string
}

export interface Layers {
  kind: "layers"
  alt: string
  tokens: string[]
  reached: number[][]
  edges: [number, number, number][]
  target: number | null
}

export interface Bar {
  label: string
  value: number
  said: string
  colour: string
}

export interface Bars {
  kind: "bars"
  alt: string
  title: string
  bars: Bar[]
  log: boolean
}

export interface Curves {
  kind: "curves"
  alt: string
  title: string
  lengths: number[]
  series: { name: string; values: number[]; colour: string }[]
  unit: "pairs" | "bytes"
}

export interface Decision {
  kind: "decision"
  alt: string
  lengths: number[]
  needs: string[]
  advice: { length: number; need: string; say: string; table: Table }[]
}

export type Picture = Matrix | Panels | Table | ShadedText | Layers | Bars | Curves | Decision

export interface DrawBand {
  kind: "band"
  question: string
  tokens: string[]
  query: number
  codes: string
  why: string[]
  reasons: Record<string, string>
}

export interface Estimate {
  kind: "estimate"
  question: string
  unit: string
  low: number
  high: number
  truth: number
  said: string
  factor: number
  too_low: string
  too_high: string
  traps: { value: number; reason: string }[]
}

export interface Choice {
  kind: "choice"
  question: string
  options: { text: string; right: boolean; reason: string }[]
  several: boolean
}

export interface PlaceGlobals {
  kind: "globals"
  question: string
  tokens: string[]
  most: number
}

export type Prediction = DrawBand | Estimate | Choice | PlaceGlobals

export interface Step {
  say: string
  picture: Picture
  prediction: Prediction | null
}

export interface Chapter {
  slug: string
  idea: string
  steps: Step[]
  try_it: { label: string; address: string }
}

/** What a run with the learner's global tokens gave; a problem where it could not run. */
export interface Judged {
  answer: string
  probability: number
  right: boolean
  reason: string
  problem: string
  /** The number of the request that it answers. */
  number: number
}

/** What a teacher asks or says at a step, and how long the step takes in class. */
export interface Note {
  seconds: number
  say: string
}

export interface LessonData {
  place: Place | null
  contents: { slug: string; title: string; steps: number; notes: Note[] }[]
  chapters: Record<string, Chapter>
  judged: Judged | null
  /** Why a chapter could not be made, by slug. */
  problems: Record<string, string>
}

export type Verdict = "right" | "wrong" | "skipped"

/** What the browser keeps: the furthest step read of each chapter, and each prediction's last verdict. */
export interface Progress {
  last: Place | null
  read: Record<string, number>
  verdicts: Record<string, Verdict>
}

/** What is told of an answer: the verdict, a headline, and reasons. */
export interface Outcome {
  verdict: Verdict
  headline: string
  reasons: string[]
}

/** What a prediction needs of the lesson. */
export interface Asking {
  /** Tell the answer's outcome. */
  answered(outcome: Outcome): void
  skipped(): void
  /** Ask the server to run with these global tokens. */
  run(positions: number[]): void
}
