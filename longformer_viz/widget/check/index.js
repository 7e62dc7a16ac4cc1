import { mountOnce } from "../shared/mount.js"
import { CheckApp } from "./app.js"

export default mountOnce((parent) => new CheckApp(parent))
