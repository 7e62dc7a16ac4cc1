// Mounts a component once in an element, however often its host calls.
/** @import { App, Host } from "./types.js" */

/**
 * Make the function that a host calls with new data; it returns what takes the component down.
 *
 * @template Data
 * @param {(parent: HTMLElement | ShadowRoot) => App<Data>} create
 * @returns {(host: Host<Data>) => () => void}
 */
export function mountOnce(create) {
  /** @type {WeakMap<HTMLElement | ShadowRoot, App<Data>>} */
  const mounted = new WeakMap()
  return ({ data, parentElement, setStateValue = ignore, setTriggerValue = ignore }) => {
    const app = mounted.get(parentElement) ?? create(parentElement)
    mounted.set(parentElement, app)
    app.tell = { setStateValue, setTriggerValue }
    app.show(data)
    return () => {
      app.destroy()
      mounted.delete(parentElement)
    }
  }
}

function ignore() {}
