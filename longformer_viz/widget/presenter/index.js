import { mountOnce } from "../shared/mount.js"
import { PresenterApp } from "./app.js"

export default mountOnce((parent) => new PresenterApp(parent))
