// The map in an HTML file: draws the payload chosen from those that stand in the file, without a server.
import mountMap from "./index.js"

/**
 * The bytes of a payload that stands in the page in base64.
 *
 * @param {Element} script
 */
function bytesOf(script) {
  return Uint8Array.from(atob(script.textContent ?? ""), (character) => character.charCodeAt(0))
}

const payloads = document.querySelectorAll("script.payload")
const choice = /** @type {HTMLSelectElement} */ (document.getElementById("heads"))
const note = /** @type {HTMLElement} */ (document.getElementById("note"))
const parentElement = /** @type {HTMLElement} */ (document.getElementById("map"))

function show() {
  note.textContent = ""
  mountMap({
    data: bytesOf(payloads[Number(choice.value)]),
    parentElement,
    setTriggerValue() {
      note.textContent = "This file shows a finished run. Open the app to change its global tokens."
    },
  })
}

choice.addEventListener("change", show)
show()
