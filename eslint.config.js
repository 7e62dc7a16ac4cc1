import js from "@eslint/js"
import globals from "globals"

export default [
  { ignores: ["longformer_viz/widget/dist/", ".venv/", "**/site/"] },
  js.configs.recommended,
  {
    files: ["longformer_viz/widget/**/*.js"],
    languageOptions: { globals: globals.browser },
    rules: {
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "error",
      "no-unused-expressions": "error",
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "A reader's words are text: use textContent." },
        { property: "outerHTML", message: "A reader's words are text: use textContent." },
        { property: "insertAdjacentHTML", message: "A reader's words are text: use textContent." },
      ],
      "max-lines": ["error", 300],
      "max-lines-per-function": ["error", { max: 60, skipComments: true }],
    },
  },
  { files: ["tests/**/*.js", "*.js"], languageOptions: { globals: globals.node } },
]
