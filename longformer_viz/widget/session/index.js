import { mountOnce } from "../shared/mount.js"
import { SessionApp } from "./app.js"

export default mountOnce((parent) => new SessionApp(parent))
