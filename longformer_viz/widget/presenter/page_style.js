// What the presenter view changes of the page around the components. It stands in the document, which Streamlit owns, and
// names Streamlit's elements by their test ids.

const CONTROLS = [
  "stSelectbox", "stSlider", "stButton", "stDownloadButton", "stNumberInput", "stTextInput", "stPopover", "stCheckbox",
  "stButtonGroup", "stExpander", "stTextArea", "stMultiSelect", "stFileUploader",
]
// A label beside a control goes with it.
const LABELS = ".st-key-evidence"
const AWAY = ["stSidebar", "stHeader", "stExpandSidebarButton", "stStatusWidget"]
const ON = "html[data-lv-presenter]"

/** @param {string[]} ids */
function named(ids) {
  return ids.map((id) => `[data-testid=${id}]`).join(", ")
}

export const PAGE_STYLE = `
${ON} :is(${named(AWAY)}, ${LABELS}), ${ON} [data-testid=stMain] :is(${named(CONTROLS)}) { display: none !important; }
${ON} [data-testid=stMainBlockContainer] { zoom: 1.5; max-width: none; padding: 12px 24px 24px; }
${ON} [data-testid=stMain]::before { display: none; }
/* What is hidden leaves no room, and the values of a run stand in one row. */
${ON} [data-testid=stElementContainer]:has(> :is(${named(CONTROLS)})), ${ON} [data-testid=stMetric] .stTooltipIcon { display: none; }
${ON} [data-testid=stMain] [data-testid=stVerticalBlock] { gap: 8px; }
${ON} [data-testid=stElementContainer]:has(> .stMetric), ${ON} .stMetric { width: auto; }
${ON} [data-testid=stElementContainer]:has(> .stMetric) ~ [data-testid=stElementContainer]:has(.stMarkdownBadge) { display: none; }
/* A chart is drawn as wide as its room on the screen, which is zoomed already: its type and lines are not. */
${ON} .js-plotly-plot { zoom: calc(1 / 1.5); }
${ON} .js-plotly-plot .main-svg { overflow: visible !important; }
${ON} .js-plotly-plot .main-svg text { font-size: 15px !important; }
${ON} .js-plotly-plot .scatterlayer .js-line { stroke-width: 3px !important; }
${ON}, ${ON} body * { cursor: none; }
${ON} .lv-laser {
  position: fixed; z-index: 2147483647; inset: 0 auto auto 0; width: 26px; height: 26px; margin: 0; padding: 0; border: 0;
  border-radius: 50%; overflow: visible;
  background: radial-gradient(circle, #ffffff 0 12%, #ff2a1a 26%, rgba(255, 42, 26, 0.55) 46%, rgba(255, 42, 26, 0) 70%);
  box-shadow: 0 0 18px 6px rgba(255, 42, 26, 0.35); pointer-events: none; opacity: 0; transition: opacity 300ms;
}
${ON} .lv-leave {
  position: fixed; z-index: 2147483646; inset: auto 16px 12px auto; margin: 0; padding: 6px 14px; border: 1px solid #9a9a9a; border-radius: 8px;
  background: rgba(20, 20, 20, 0.82); color: #ffffff; font: 600 15px system-ui, sans-serif; opacity: 0;
  transition: opacity 300ms;
}
${ON} .lv-code { inset: auto auto 12px 16px; }
${ON} .lv-leave:focus-visible, ${ON} .lv-seen { opacity: 1; }
`
