// longformer_viz/widget/reached/index.js
var LEAST_PIXELS = 48;
function watch({ parentElement, setTriggerValue = () => {
} }) {
  const place = (
    /** @type {HTMLElement} */
    parentElement.querySelector("div")
  );
  const sight = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      sight.disconnect();
      whenIdle(() => setTriggerValue("reached", true));
    },
    { rootMargin: `0px 0px -${LEAST_PIXELS}px` }
  );
  sight.observe(place);
  return () => sight.disconnect();
}
function whenIdle(act) {
  if ("requestIdleCallback" in window) requestIdleCallback(act, { timeout: 1e3 });
  else setTimeout(act, 100);
}
export {
  watch as default
};
