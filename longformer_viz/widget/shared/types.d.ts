// Types that several modules share. The names follow the header of a payload, in camel case.

export type Theme = "light" | "dark"
export type Mode = "square" | "straight"
export type Scale = "log" | "linear"
export type Sort = "layer" | "entropy" | "distance" | "share"
/** Two numbers: from and to, or across and down. */
export type Two = [number, number]
export type Rgb = [number, number, number]
/** Column, row and zoom of what is in sight; zoom 1 shows the whole document. */
export type Place = [number, number, number]
/** What a click selects. */
export type Unit = "token" | "sentence" | "paragraph"
export type BlockKind = "paragraph" | "heading" | "item" | "row" | "lines" | "code"
export type PairKind = "local" | "dilated" | "global" | "outside"

/** The QR code of a link, made by the server; without a picture, the problem says why. */
export interface QrCode {
  link: string
  address: string
  picture: string
  problem: string
}

export interface Box {
  x: number
  y: number
  width: number
  height: number
}

export interface Size {
  width: number
  height: number
}

export interface Pair {
  query: number
  key: number
}

/** Tokens [from, to). */
export interface Span {
  from: number
  to: number
}

/** A selected part of the text: what it is, and its number, counted from 1; 0 for a part without one. */
export interface Selection extends Span {
  unit: Unit
  name: string
  number: number
}

/** A block of the text: characters [start, stop) and tokens [from, to). number: of a paragraph, from 1; else 0. */
export interface Block extends Span {
  start: number
  stop: number
  kind: BlockKind
  level: number
  number: number
}

/**
 * A pair under the pointer; key is null when only a query is pointed at. mean: the key is read out for the whole
 * selection, whose first token is the query.
 */
export interface Hover {
  query: number
  key: number | null
  mean?: boolean
}

/** What a component is mounted with: Streamlit's arguments, or those of any other host. */
export interface Host<Data> {
  data: Data
  parentElement: HTMLElement | ShadowRoot
  setStateValue?: (name: string, value: unknown) => void
  setTriggerValue?: (name: string, value: unknown) => void
}

/** How a component reports to its host. */
export interface Tell {
  setStateValue: (name: string, value: unknown) => void
  setTriggerValue: (name: string, value: unknown) => void
}

/** A component that is mounted in one element. */
export interface App<Data> {
  tell: Tell
  show(data: Data): void
  destroy(): void
}

/** A region of a head that travels on its own: [start, stop) of rows and columns, reduced in steps. */
export interface Region {
  rows: Two
  columns: Two
  steps: Two
  straight: boolean
}

/** A region that the screen needs, and the rows and columns in sight: top, bottom, left, right. */
export interface Wish extends Region {
  seen: [number, number, number, number]
}

/** One head. Arrays that did not travel are empty. */
export interface View {
  label: string
  layer: number
  head: number
  window: number
  dilation: number
  half: number
  reach: number
  globals: Int32Array
  globalIndex: Map<number, number>
  ownPattern: boolean
  difference: boolean
  /** Whether no query attends to a later key. */
  causal: boolean
  /** The size of BigBird's blocks and the start of the last one, where only some pairs inside the band are allowed. */
  blocks: Two | null
  overBudget: boolean
  tile: Region | null
  row: number | null
  /** The tokens [from, to) whose mean row travelled. */
  mean: Two | null
  band: Uint8Array
  columns: Uint8Array
  rows: Uint8Array
  overview: Uint8Array
  straight: Uint8Array
  tileCodes: Uint8Array
  rowCodes: Uint8Array
  meanCodes: Uint8Array
  /** The weight of each query on the head's sink, which is no token; empty without a sink. */
  sink: Uint8Array
}

/** The offsets that a band has: those up to its reach that its dilation divides. */
export interface Band {
  reach: number
  dilation: number
}

/** Offsets [from, to) drawn as one, and how many of them count. */
export interface Strip {
  from: number
  to: number
  counted: number
}

/** What the controls of the pattern stand at. */
export interface PatternValues {
  window: number
  dilation: number
  preset: string
  step: number
  positions: string
}

/** What the controls of the pattern need: values and choices, what they cost, and what the shown run took. */
export interface PatternControls extends PatternValues {
  tokens: number
  windows: number[]
  dilations: number[]
  names: string[]
  presets: Record<string, number[]>
  fixed: { window: boolean; dilation: boolean }
  /** Window, dilation, and how many heads have them, over all layers. */
  groups: [number, number, number][]
  run: { seconds: number; bytes: number; share: number }
  cost: {
    seconds: number
    secondsAKey: number
    secondsAGlobal: number
    bytesAGlobal: number
    mostGlobals: number
  }
}

/** A pattern that was chosen and not run yet. */
export interface Preview extends Band {
  window: number
  globals: number[]
  share: number
  shareBefore: number
  seconds: number
  bytes: number
}

export interface Controls {
  pattern?: PatternControls
  layer?: number
  head?: number
  locked?: number | null
  unit?: Unit
  mode?: Mode
  scale?: Scale
  sort?: Sort
  percent?: number
  place?: Place | null
  theme?: Theme
  /** CSS pixels; none gives the map the height of the screen. */
  height?: number | null
  generation?: number
}

/** The head grid: lists count layer by layer; a figure that is not a number is null. */
export interface HeadGrid {
  rows: number
  columns: number
  entropy: (number | null)[]
  distance: (number | null)[]
  share: (number | null)[]
  half: number[]
  dilation: number[]
}

export interface Payload<Grid = HeadGrid> {
  crc: number
  tokens: number
  layers: number
  heads: number
  trainedTokens: number
  controls: Controls
  grid: Grid | null
  arrays: Record<string, any>
  text: string
  offsets: Int32Array
  pieces: string[]
  blocks: Block[]
  /** The tokens [from, to) of each sentence, one after another. */
  sentences: Int32Array
  views: View[]
}

/** What map, text and head grid share. */
export interface MapState {
  data: Payload
  theme: Theme
  layer: number
  head: number
  globals: number[]
  view: number
  hover: Hover | null
  locked: number | null
  /** What a click selects around the token it hits. */
  unit: Unit
  mode: Mode
  scale: Scale
  /** What the head grid is sorted by. */
  sort: Sort
  percent: number
  place: Place | null
  /** The pattern that the controls show where it is not that of the run. */
  preview: Preview | null
  /** Whether a run of that pattern was asked for and has not arrived. */
  waiting: boolean
}

export interface Store<State> {
  get(): State
  set(patch: Partial<State>): void
  subscribe(listener: (state: State, previous: State) => void): () => void
}

/** What a reader can do in map, text and head grid. */
export interface Actions {
  openHead(layer: number, head: number): void
  lock(query: number | null): void
  setPlace(place: Place | null): void
  choose(patch: Partial<MapState>): void
  modeChanged(): void
  toggleGlobal(position: number): void
  runPattern(values: PatternValues): void
  askTile(wish: Wish): void
}

/** A part of the map that follows the shared state. */
export interface MapPart {
  render(state: MapState, previous: MapState | null): void
  destroy(): void
}

/** Codes in rows and columns. */
export interface Level {
  codes: Uint8Array
  rows: number
  columns: number
}

/** Codes and where they lie on the map, in tokens. */
export interface Cells extends Level {
  rowStart: number
  rowStep: number
  columnStart: number
  columnStep: number
  /** How wide a cell is. */
  cell: number
  /** How far a row moves to the right for each token down. */
  lean: number
  /** What turns a code into an entry of the colour table. */
  added: number
  /** From and to of the columns of a row that lie in the document. */
  inside?: (row: number) => Two
}

/** What is in sight: pixel = (position - origin) * scale, and column = key - turn * query. */
export interface Eye {
  turn: number
  originX: number
  originY: number
  scaleX: number
  scaleY: number
}

/** Colours of everything that is not a weight. */
export interface Ink {
  text: string
  faint: string
  border: string
  background: string
}

interface MarkBase {
  line?: number
  stroke?: string
  dash?: number[] | null
  alpha?: number
  clip?: Box
}

export interface PathMark extends MarkBase {
  kind: "path"
  points: Two[]
}

export interface RectMark extends MarkBase {
  kind: "rect"
  x: number
  y: number
  width: number
  height: number
  fill?: string
}

/** Words; turned: written upwards. */
export interface TextMark extends MarkBase {
  kind: "text"
  text: string
  x: number
  y: number
  size: number
  fill: string
  align: CanvasTextAlign
  bold?: boolean
  turned?: boolean
}

/** Words on a ground of their own. */
export interface ChipMark extends MarkBase {
  kind: "chip"
  text: string
  x: number
  y: number
  size: number
  fill: string
  ground: string
  bold?: boolean
  turned?: boolean
  centred?: boolean
}

export type Mark = PathMark | RectMark | TextMark | ChipMark
