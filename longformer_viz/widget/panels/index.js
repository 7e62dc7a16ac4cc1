import { mountOnce } from "../shared/mount.js"
import { PanelsApp } from "./app.js"

export default mountOnce((parent) => new PanelsApp(parent))
