import { mountOnce } from "../shared/mount.js"
import { LessonApp } from "./app.js"

export default mountOnce((parent) => new LessonApp(parent))
