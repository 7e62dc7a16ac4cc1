// A check before and after the lesson, as the library draws it and as the browser keeps it.

export interface Question {
  topic: string
  text: string
  /** Texts to choose from; empty where a number is entered. */
  choices: string[]
  unit: string
  truth: string
  /** The reason for each known answer, by its text. */
  reasons: Record<string, string>
}

export type Round = "before" | "after"

export interface Questions {
  before: Question[]
  after: Question[]
}

export interface Kept extends Questions {
  version: number
  /** What was answered, in order; null for a skipped question. */
  answers: { before: (string | null)[]; after: (string | null)[] }
}

export interface TopicGain {
  topic: string
  questions: number
  before: number
  after: number
}
