import { mountOnce } from "../shared/mount.js"
import { ReachApp } from "./app.js"

export default mountOnce((parent) => new ReachApp(parent))
