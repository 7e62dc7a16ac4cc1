// Everything that a notebook or another page can mount. Each function takes { data, parentElement } and, to hear what a
// reader chooses, setStateValue and setTriggerValue; it returns what takes the component down.
export { default as mountMap } from "./map/index.js"
export { default as mountPanels } from "./panels/index.js"
export { default as mountReach } from "./reach/index.js"
export { default as mountMarkedText } from "./marked_text/index.js"
