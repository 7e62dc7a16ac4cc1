import { mountOnce } from "../shared/mount.js"
import { GuideApp } from "./app.js"

export default mountOnce((parent) => new GuideApp(parent))
