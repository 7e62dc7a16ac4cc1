import { mountOnce } from "../shared/mount.js"
import { MapApp } from "./app.js"

export default mountOnce((parent) => new MapApp(parent))
