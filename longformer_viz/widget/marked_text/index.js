import { mountOnce } from "../shared/mount.js"
import { MarkedTextApp } from "./app.js"

export default mountOnce((parent) => new MarkedTextApp(parent))
